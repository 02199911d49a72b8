"""Templates and what they may use.

Belongs here: the Jinja environment, in which everything is text unless a template says otherwise, and the small words
that pages share: addresses, numbers, dates. Does not: what a page is made of.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection
from functools import cache, partial
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from oig_pipeline.contract.rules import BY_CODE as RULES
from oig_pipeline.offices import AGENCIES, OFFICES
from oig_pipeline.release.files import year_name
from oig_pipeline.release.metadata import about
from oig_pipeline.site.urls import INDEX

if TYPE_CHECKING:
    from oig_pipeline.site.capture_files import CaptureFiles

LONGEST_LEAD = 280
"""Most characters of a summary in a list, and of a page's description."""
# What neither HTML nor XML can hold, and what turns the direction of the words around it; a listing may hold both.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_HARMLESS = bytes([*b"\t\n\r", *range(0x20, 0x7F)])
# Sources of pages that change what they say; libraries that change how they come out.
_LIBRARIES = ("jinja2", "vl-convert-python", "duckdb", "pyarrow")


class Site:
    """What every page of one build shares: its address on the web, its offices, its captures, and the templates.

    Attributes:
        base_url: the address, None where the site has none.
        wording: how to speak of the offices.
        has_offices: whether there is a list for each office.
        captures: those that the site shows.
    """

    def __init__(self, base_url: str | None, offices: Collection[str], captures: CaptureFiles) -> None:
        self.base_url = base_url.rstrip("/") + "/" if base_url else None
        self.wording = about.wording(offices)
        self.has_offices = len(offices) > 1
        self.captures = captures

    def render(self, template: str, path: str, **content: Any) -> str:
        """Return a page.

        Args:
            template: file name.
            path: of the page, relative to the site's folder; links within the site are relative to it.
            content: what the template shows.
        """
        root = "../" * path.count("/")
        section = path if path.count("/") < 2 else f"{path.partition('/')[0]}/"
        return fragment(
            template,
            root,
            path=path,
            masthead=partial(_masthead, section, self.wording, self.has_offices),
            foot=partial(_foot, self.wording),
            canonical=self.canonical(path),
            base_url=self.base_url,
            wording=self.wording,
            has_offices=self.has_offices,
            line_link=self.captures.linker(root),
            **content,
        )

    def canonical(self, path: str) -> str | None:
        """Return the address of a page on the web, None where the site has none."""
        return None if self.base_url is None else self.base_url + path.removesuffix(INDEX)


def fragment(template: str, root: str, **content: Any) -> str:
    """Return a part of pages that all lie at the same depth: `root` leads from them to the site's folder."""
    return plain(_template(template).render(root=root, **content))


@cache
def _template(name: str) -> Template:
    return _environment().get_template(name)


@cache
def _masthead(path: str, wording: about.Wording, has_offices: bool, root: str) -> Markup:
    """Return what stands above the content of a page; of pages deep in a section, `path` is that section's folder."""
    return Markup(fragment("masthead.html", root, path=path, wording=wording, has_offices=has_offices))


@cache
def _foot(wording: about.Wording, root: str) -> Markup:
    return Markup(fragment("foot.html", root, wording=wording))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("oig_pipeline.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
        auto_reload=False,
    )
    environment.filters.update(lead=lead, number=number, day=day, spoken=spoken, size=size, weblink=weblink, cell=cell)
    environment.filters["year"] = year_name
    environment.globals.update(
        facts=about,
        rules=RULES,
        agency_names={a.code: a.name for a in AGENCIES.values()},
        qualified=OFFICES.qualified,
        default_office=OFFICES.default,
        office_name=office_name,
        agency_label=agency_label,
    )
    return environment


def _finalize(value: Any) -> Any:
    return "" if value is None else value


def office_name(code: str) -> str:
    """Return the name of an office, its code where none is known."""
    return OFFICES.declared(code).spelling or code


def agency_label(code: str) -> str:
    """Return how cards label the agencies of an office's report: as the office does, if that is known."""
    return f"{OFFICES.declared(code).about.acronym} Agency".strip()


def plain(text: str) -> str:
    """Return a text without the characters that a page cannot hold or must not obey."""
    # Nearly all characters are harmless ones of ASCII; leaving these out is many times faster than searching them.
    rest = text.encode(errors="surrogatepass").translate(None, _HARMLESS)
    if not rest or not _CONTROLS.search(rest.decode(errors="surrogatepass")):
        return text
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def lead(text: str | None) -> str:
    """Return the beginning of a text, whole words."""
    words = (text or "").strip()
    if len(words) <= LONGEST_LEAD:
        return words
    return words[:LONGEST_LEAD].rsplit(" ", 1)[0].rstrip(" ,;:.") + "\u2026"


def number(value: float | None) -> str:
    """Return a number with its thousands apart."""
    return "" if value is None else f"{value:,.2f}".removesuffix(".00") if isinstance(value, float) else f"{value:,}"


def day(value: dt.date | dt.datetime | None) -> str:
    """Return a day as people write it, e.g. 7 July 2021."""
    return "" if value is None else f"{value.day} {value:%B} {value.year}"


def spoken(code: str) -> str:
    """Return a code of the contract as words, e.g. "Management alert"."""
    return code.replace("_", " ").capitalize()


def size(count: int) -> str:
    """Return a number of bytes for people."""
    for unit, many in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= many:
            return f"{count / many:.1f} {unit}"
    return f"{count} bytes"


def weblink(address: str | None) -> str | None:
    """Return an address that a page may link to, None for any other, such as `javascript:`."""
    try:
        parts = urlsplit((address or "").strip())
    except ValueError:
        return None
    return (address or "").strip() if parts.scheme.lower() in ("http", "https") and parts.netloc else None


def cell(value: Any) -> str:
    """Return any value as text in a table."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return str(value)


@cache
def fingerprint() -> str:
    """Return a hash of the software that makes the pages; any change of it may change any page."""
    hasher = hashlib.sha256()
    stack = [files("oig_pipeline")]
    while stack:
        for entry in sorted(stack.pop().iterdir(), key=lambda e: e.name):
            if entry.is_dir():
                stack.append(entry)
            elif not entry.name.endswith(".pyc"):
                hasher.update(entry.name.encode() + b"\0" + entry.read_bytes())
    for library in _LIBRARIES:
        hasher.update(f"{library} {version(library)}".encode())
    return hasher.hexdigest()
