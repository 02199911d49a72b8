"""One capture read, whatever its layout.

Belongs here: bytes → text → layout → rows with their source. Does not: any one layout. The function of one capture,
so that whoever runs it can fan it out.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from oig_pipeline.capture import detect, exchange
from oig_pipeline.capture.foreign import JSON_DOCUMENT, foreign, is_json_document
from oig_pipeline.capture.inventory import Capture
from oig_pipeline.capture.rows import COLUMNS, LARGEST_PAGE, Finding, Rows, Unreadable
from oig_pipeline.capture.unpack import LARGEST_FILE, unpacked
from oig_pipeline.domain import dates

Status = Literal["read", "not_a_listing", "unreadable", "empty"]

SOURCE: dict[str, Any] = {
    "sighting_id": pl.String,
    "capture_sha256": pl.String,
    "capture_path": pl.String,
    "capture_url": pl.String,
    "retrieved_at": pl.Datetime("us"),
    "layout": pl.String,
    "ordinal": pl.Int32,
}
BREAKS_OFF = "the page breaks off before its end: rows may be missing"
CHANGED = "the file changed while it was being read"
UNREAD = "the file cannot be read"
FAILED = "the reader failed, a fault of the software"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
AGENCY_FROM = "agency_from"
DAY_FIRST = "day_first"
SCHEMA: dict[str, Any] = {**SOURCE, **COLUMNS, AGENCY_FROM: pl.String, DAY_FIRST: pl.Boolean}
"""Columns of the sightings that reading gives: source, place, what is listed, whose word the agency is, and whether the
file writes the day before the month."""


@dataclass(frozen=True)
class Reading:
    """What one capture gave: its rows (columns of `COLUMNS`, page order), its findings and its status."""

    capture: Capture
    rows: pl.DataFrame
    status: Status
    layout: str | None = None
    findings: tuple[Finding, ...] = ()
    note: str | None = None
    is_cut: bool = False
    """Whether the page breaks off, so that rows may be missing."""

    @property
    def sightings(self) -> pl.DataFrame:
        """Its sightings (columns of `SCHEMA`): its rows with their source."""
        return sourced([self])

    @property
    def told(self) -> Told:
        """What is known of the capture without its sightings."""
        return Told(self.capture, self.rows.height, self.status, self.layout, self.findings, self.note, self.is_cut)


@dataclass(frozen=True)
class Told:
    """What is known of a capture that was read, once its sightings lie elsewhere: how many they are, and the rest."""

    capture: Capture
    rows: int
    status: Status
    layout: str | None = None
    findings: tuple[Finding, ...] = ()
    note: str | None = None
    is_cut: bool = False


def read(capture: Capture) -> Reading:
    """Return the sightings of one capture; what cannot be read is a finding, never an exception."""
    if capture.problem:
        return _without_rows(capture, "unreadable", Finding("capture_unreadable", capture.problem))
    try:
        return _read(capture, _text(capture))
    except Unreadable as error:
        return _without_rows(capture, "unreadable", error.finding)
    except Exception as fault:  # one capture must never cost the others
        said = f"{FAILED}: {type(fault).__name__}: {fault}"
        return _without_rows(capture, "unreadable", Finding("capture_unreadable", said))


def _read(capture: Capture, text: str) -> Reading:
    layout = detect.layout_of(text)
    if layout is None:
        if len(text) > LARGEST_PAGE:
            said = f"no page of the site has more than {LARGEST_PAGE // 2**20} million characters"
            return _without_rows(capture, "unreadable", Finding("capture_unreadable", said))
        what = detect.not_a_listing(text, capture.url)
        if what is not None:
            return Reading(capture, _empty(), "not_a_listing", note=what)
        unknown = "the text has no known layout (see oig captures --help)"
        said = JSON_DOCUMENT if is_json_document(text) else unknown
        return _without_rows(capture, "unreadable", Finding("layout_unknown", said, 1))
    try:
        rows = layout.read(text)
    except Unreadable as error:
        return _without_rows(capture, "unreadable", error.finding, layout.name)
    # Only a page breaks off; a value may well speak of HTML.
    is_cut = layout.name != exchange.NAME and "<html" in text and "</html" not in text
    return _reading(capture, layout.name, rows, is_cut=is_cut)


def _text(capture: Capture) -> str:
    """Return the text of a capture.

    Raises:
        Unreadable: the file cannot be read, has changed since it was hashed, is empty, or is not UTF-8.
    """
    if capture.size > LARGEST_FILE:
        said = f"the file is larger than {LARGEST_FILE // 2**20} MiB; its rows may stand in several files"
        raise Unreadable(Finding("capture_unreadable", said))
    try:
        content = capture.file.read_bytes()
    except OSError as error:
        raise Unreadable(Finding("capture_unreadable", f"{UNREAD}: {error.strerror}")) from None
    if hashlib.sha256(content).hexdigest() != capture.sha256:
        raise Unreadable(Finding("capture_unreadable", CHANGED))
    content = unpacked(content)
    if what := foreign(content):
        raise Unreadable(Finding("capture_unreadable", what))
    text = text_of(content)
    if not text or text.isspace():
        raise Unreadable(Finding("capture_unreadable", "the file is empty"))
    return text


def text_of(content: bytes) -> str:
    """Return bytes as text, line ends folded.

    Raises:
        Unreadable: they are not UTF-8.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(not_utf_8(error, is_utf_16=content.startswith(_UTF_16))) from None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def not_utf_8(error: UnicodeDecodeError, *, is_utf_16: bool = False) -> Finding:
    """Return the finding of bytes that are not UTF-8, with the line of the first."""
    before = error.object[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    line = before.count(b"\n") + 1
    what = "UTF-16" if is_utf_16 else f"not UTF-8: byte {error.object[error.start]:#04x} in line {line}"
    return Finding("capture_unreadable", f"the file is {what}; save it as UTF-8", line)


def may_pass(finding: Finding) -> bool:
    """Return whether a finding is of the moment, so that the same bytes may be read another time."""
    return finding.rule == "capture_unreadable" and finding.message.startswith((CHANGED, UNREAD, FAILED))


def _reading(capture: Capture, layout: str, rows: Rows, *, is_cut: bool) -> Reading:
    if rows.frame.is_empty():
        if detect.is_later_page(capture.url):
            return Reading(capture, _empty(), "not_a_listing", layout, rows.findings, detect.PAST_THE_END)
        said = "the listing has no rows, though it is the first page"
        return Reading(capture, _empty(), "empty", layout, (*rows.findings, Finding("listing_empty", said, 1)), said)
    notes = [_copies(capture), BREAKS_OFF if is_cut else None]
    note = "; ".join(filter(None, notes)) or None
    return Reading(capture, rows.frame, "read", layout, rows.findings, note, is_cut)


def sourced(readings: Sequence[Reading]) -> pl.DataFrame:
    """Return the rows of readings (columns of `SCHEMA`), in order, with their source in front of what is listed."""
    # All at once: a frame for each of thousands of pages takes longer than reading them.
    told = [
        (r.capture.name, r.capture.sha256, r.capture.path, r.capture.url, r.capture.retrieved_at, r.layout,
         r.capture.agency_from)
        for r in readings
    ]  # fmt: skip
    names = ["_name", *list(SOURCE)[1:-1], AGENCY_FROM]
    schema = dict(zip(names, (pl.String, *list(SOURCE.values())[1:-1], pl.String), strict=True))
    heights = [r.rows.height for r in readings]
    which = pl.Series([n for n, height in enumerate(heights) for _ in range(height)], dtype=pl.UInt32)
    ordinals = pl.Series([n for height in heights for n in range(1, height + 1)], dtype=pl.Int32)
    sources = pl.DataFrame(told, schema=schema, orient="row")[which].with_columns(ordinals.alias("ordinal"))
    rows = pl.concat([pl.DataFrame(schema=COLUMNS), *(r.rows for r in readings)], rechunk=True)
    key = pl.concat_str("_name", pl.lit("-"), "ordinal").alias("sighting_id")
    day_first = _day_first(rows["listed_issue_date"], which)
    return sources.hstack(rows).with_columns(key, day_first).select(*SCHEMA)


def _day_first(listed: pl.Series, which: pl.Series) -> pl.Series:
    """Return which rows stand in a capture that writes the day before the month, as one of its dates proves.

    Args:
        listed: the issue dates as they are listed.
        which: the capture of each row, as a number.
    """
    frame = pl.DataFrame([listed.alias("listed"), which.alias("which")])
    likely = frame.filter(dates.may_prove_day_first(pl.col("listed")))
    proofs = {text for text in likely["listed"].unique() if dates.read(" ".join(text.split())).proves_day_first}
    proving = likely.filter(pl.col("listed").is_in(proofs))["which"].unique()
    return frame["which"].is_in(proving.implode()).alias(DAY_FIRST)


def _copies(capture: Capture) -> str | None:
    return f"the same bytes also lie at {', '.join(capture.also_at)}" if capture.also_at else None


def _without_rows(capture: Capture, status: Status, finding: Finding, layout: str | None = None) -> Reading:
    return Reading(capture, _empty(), status, layout, (finding,), finding.message)


def _empty() -> pl.DataFrame:
    return pl.DataFrame(schema=COLUMNS)
