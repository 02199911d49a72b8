"""Addresses of copies in web archives.

Belongs here: which address a copy is of, and when it was made, as its own address says. Does not: any other meaning of
an address.

The Wayback Machine and those that run the same software put the time of the copy (up to 14 digits, mostly with a mark
of how the copy is shown, such as `id_`) and the whole address in their path: `/web/20210601120000id_/https://…`. Pages
saved from there link each other by that path alone.
"""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import unquote

import polars as pl

_MARK = r"(?:[a-z]{2,3}_)?"
_OTHER = r"(?:javascript|mailto|tel|data|file|ftp):"
_SCHEME = r"https?(?::|%3A)(?:/|%2F){1,2}"
_HOST = r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:gov|mil|us|org|com|net)(?=[:/?\#]|$)"
_COPY = re.compile(
    rf"""^
    (?:(?:https?:)?//?[^/?\#\s]+/ | [a-z0-9.-]*\barchive\.org/ | (?:\.{{0,2}}/)*)  # its own pages leave it out
    (?:
        web/ (?:(?P<moment>[0-9]{{1,14}})?\*?{_MARK}/)? (?P<whole>{_SCHEME}.*)
      | web/ [0-9]{{4,14}}{_MARK}/ (?P<other>{_OTHER}.*)
      | web/ (?P<before>[0-9]{{4,14}}){_MARK}/ (?P<bare>{_HOST}.*)
      | (?:[\w-]+/){{0,2}} (?P<exact>[0-9]{{14}}){_MARK}/ (?P<elsewhere>{_SCHEME}.*)
    )$
    # How the archive is asked to make a copy, or for its newest.
    | ^(?:(?:https?:)?//)?(?:[a-z0-9-]+\.)*archive\.(?:org|today|ph|is)/(?:save/(?:_embed/)?|newest/)?
      (?P<asked>{_SCHEME}.*)$""",
    re.I | re.X | re.S,
)
_USUAL_PORT = re.compile(r"^(?:(http://[^/?#:]+):80|(https://[^/?#:]+):443)(?=[/?#]|$)", re.I)
LONGEST = 10_000
"""Most characters of an address; what is longer is none, and could hold thousands within each other."""
_SIGN = r"(?i)web/|[0-9]{14}|archive\."
"""What all addresses of copies hold: few others do."""


def original(address: str) -> str:
    """Return the address that a copy is of; any other address as it is."""
    while len(address) <= LONGEST and (copy := _COPY.match(address)):
        address = _target(copy)
    return address


def copied_at(address: str) -> dt.datetime | None:
    """Return when the copy was made that an address is of (UTC), None where the address says no whole time."""
    moment = ""
    while len(address) <= LONGEST and (copy := _COPY.match(address)):
        moment, address = copy["moment"] or copy["before"] or copy["exact"] or "", _target(copy)
    try:
        return dt.datetime.strptime(moment, "%Y%m%d%H%M%S") if len(moment) == len("20210601120000") else None
    except ValueError:
        return None


def _target(copy: re.Match[str]) -> str:
    """Return the address inside the address of a copy: its scheme may be encoded, lack a slash, or be missing."""
    if copy["other"]:
        return copy["other"]
    address = copy["whole"] or copy["elsewhere"] or copy["asked"] or f"https://{copy['bare']}"
    if re.match(r"https?%3A", address, re.I):
        address = unquote(address)
    address = re.sub(r"^(https?):/{1,2}", r"\1://", address, flags=re.I)
    # The archive's index names the port; no listing does.
    return _USUAL_PORT.sub(lambda match: match[1] or match[2], address)


def original_column(address: pl.Expr) -> pl.Expr:
    """Return the same as `original` of a column."""
    return address.map_batches(_originals, return_dtype=pl.String)


def _originals(addresses: pl.Series) -> pl.Series:
    copies = addresses.filter(addresses.str.contains(_SIGN).fill_null(False)).unique()
    if copies.is_empty():
        return addresses
    return addresses.replace(copies, pl.Series([original(copy) for copy in copies], dtype=pl.String))
