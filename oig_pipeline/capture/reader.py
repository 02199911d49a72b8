"""One capture read, whatever its layout.

Belongs here: bytes → text → layout → rows with their source. Does not: any one layout. The function of one capture,
so that whoever runs it can fan it out.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from oig_pipeline.capture import cut, detect, exchange, rowless
from oig_pipeline.capture.absence import Evidence
from oig_pipeline.capture.captures import Capture
from oig_pipeline.capture.foreign import foreign
from oig_pipeline.capture.rowless import Status
from oig_pipeline.capture.rows import (
    COLUMNS,
    ISSUE_YEAR,
    LARGEST_PAGE,
    NUMBER_FAULT,
    ORDINAL,
    Finding,
    Layout,
    LinkedReport,
    PageStatement,
    Rows,
    Unreadable,
)
from oig_pipeline.capture.source import Source, source_of_url
from oig_pipeline.capture.unpack import LARGEST_FILE, unpacked
from oig_pipeline.domain import dates

SOURCE: dict[str, Any] = {
    "sighting_id": pl.String,
    "capture_sha256": pl.String,
    "capture_path": pl.String,
    "capture_url": pl.String,
    "retrieved_at": pl.Datetime("us"),
    "layout": pl.String,
    "source": pl.String,
}
BREAKS_OFF = "the capture breaks off before its end: rows may be missing"
CHANGED = "the file changed while it was being read"
UNREAD = "the file cannot be read"
FAILED = "the reader failed, a fault of the software"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
AGENCY_FROM, IN_DOUBT, DAY_FIRST, OFFICE = "agency_from", "in_doubt", "day_first", "capture_office"
SCHEMA: dict[str, Any] = {
    **SOURCE, ORDINAL: pl.Int32, **COLUMNS, ISSUE_YEAR: pl.String, AGENCY_FROM: pl.String, IN_DOUBT: pl.Boolean,
    DAY_FIRST: pl.Boolean, OFFICE: pl.String, NUMBER_FAULT: pl.String,
}  # fmt: skip
"""Columns of the sightings that reading gives: source, place, what is listed, what else a row or page tells, where the
agency value comes from, whether the capture breaks off within the row, whether its file writes the day before the
month, the office that its metadata names, and why the page gives no one report number."""


@dataclass(frozen=True)
class Reading:
    """What one capture gave: its rows (columns of `COLUMNS`, page order), its findings and its status."""

    capture: Capture
    rows: pl.DataFrame
    status: Status
    layout: str | None = None
    findings: tuple[Finding, ...] = ()
    note: str | None = None
    columns: tuple[str, ...] = ()
    """The columns that the capture shows."""
    last_is_cut: bool = False
    """Whether it breaks off within its last row."""
    evidence: Evidence | None = None
    """What it proves to be, where that holds no reports."""
    source: str | None = None
    """The source that its address names, else the one whose layout it has."""
    statements: tuple[PageStatement, ...] = ()
    """What it says of recommendations, besides what stands in its rows."""
    linked_report: LinkedReport | None = None
    """The report that they are of, where it is in none of its rows."""

    @property
    def sightings(self) -> pl.DataFrame:
        """Its sightings (columns of `SCHEMA`): its rows with their source."""
        return sourced([self])

    @property
    def summary(self) -> CaptureSummary:
        """The summary of the capture, without its sightings."""
        return CaptureSummary(
            self.capture, self.rows.height, self.status, self.layout, self.findings, self.note, self.columns,
            self.evidence, self.statements, self.linked_report,
        )  # fmt: skip


@dataclass(frozen=True)
class CaptureSummary:
    """What is known of a capture that was read, once its sightings lie elsewhere: how many they are, and the rest."""

    capture: Capture
    rows: int
    status: Status
    layout: str | None = None
    findings: tuple[Finding, ...] = ()
    note: str | None = None
    columns: tuple[str, ...] = ()
    evidence: Evidence | None = None
    statements: tuple[PageStatement, ...] = ()
    linked_report: LinkedReport | None = None

    @property
    def is_cut(self) -> bool:
        """Whether the capture breaks off, so that rows may be missing."""
        return any(finding.rule == cut.RULE for finding in self.findings)


def read(capture: Capture, sources: Sequence[Source]) -> Reading:
    """Return the sightings of one capture; what cannot be read is a finding, never an exception.

    Args:
        capture: the capture.
        sources: the sources from which it may come.
    """
    if capture.problem:
        return _without_rows(capture, "unreadable", Finding("capture_unreadable", capture.problem))
    try:
        return _read(capture, sources, *_text(capture))
    except Unreadable as error:
        return _without_rows(capture, "unreadable", error.finding)
    except Exception as fault:  # one capture must never cost the others
        message = f"{FAILED}: {type(fault).__name__}: {fault}"
        return _without_rows(capture, "unreadable", of_the_moment(message))


def _read(capture: Capture, sources: Sequence[Source], text: str, is_cut: bool) -> Reading:
    layout = detect.layout_of(text, capture.url, sources)
    if layout is None:
        if len(text) > LARGEST_PAGE:
            message = f"no page of the site has more than {LARGEST_PAGE // 2**20} million characters"
            return _without_rows(capture, "unreadable", Finding("capture_unreadable", message))
        return _rowless(capture, text, None, Rows(_empty()), is_cut)
    try:
        rows = layout.read(text)
    except Unreadable as error:
        return _without_rows(capture, "unreadable", error.finding, layout.name)
    is_html = layout.name.startswith("html")
    is_cut = is_cut or (is_html and cut.html_breaks_off(text))
    if rows.frame.is_empty():
        return _rowless(capture, text, layout, rows, is_cut)
    has_cut_finding = any(finding.rule == cut.RULE for finding in rows.findings)
    findings = rows.findings if has_cut_finding or not is_cut else (*rows.findings, cut.cut_at(text))
    # Each line of an exchange file that has its end is whole.
    last_is_cut = rows.last_is_cut or (is_cut and not (layout.name == exchange.NAME and text.endswith("\n")))
    frame = cut.without_stumps(rows.frame, text) if last_is_cut else rows.frame
    messages = [_copies(capture), BREAKS_OFF if has_cut_finding or is_cut else None, rows.note]
    note = "; ".join(filter(None, messages)) or None
    source = source_of_url(capture.url, sources) or layout.source
    return Reading(
        capture, frame, "read", layout.name, findings, note, rows.columns, last_is_cut, source=source,
        statements=rows.statements,
    )  # fmt: skip


def _rowless(capture: Capture, text: str, layout: Layout | None, rows: Rows, is_cut: bool) -> Reading:
    name = layout.name if layout else None
    if rows.is_no_listing and not is_cut:
        return Reading(
            capture, _empty(), "not_a_listing", name, rows.findings, rows.note,
            statements=rows.statements, linked_report=rows.linked_report,
        )  # fmt: skip
    what = rowless.account(text, capture.url, layout, rows.findings, is_cut=is_cut)
    return Reading(capture, _empty(), what.status, name, what.findings, what.note, evidence=what.evidence)


def _text(capture: Capture) -> tuple[str, bool]:
    """Return the text of a capture, and whether its bytes break off before their end.

    Raises:
        Unreadable: the file cannot be read, has changed since it was hashed, is empty, or is not UTF-8.
    """
    if capture.size > LARGEST_FILE:
        message = f"the file is larger than {LARGEST_FILE // 2**20} MiB; its rows may stand in several files"
        raise Unreadable(Finding("capture_unreadable", message))
    try:
        content = capture.file.read_bytes()
    except OSError as error:
        raise Unreadable(of_the_moment(f"{UNREAD}: {error.strerror}")) from None
    if hashlib.sha256(content).hexdigest() != capture.sha256:
        raise Unreadable(of_the_moment(CHANGED))
    content, is_packing_cut = unpacked(content)
    content, is_letter_cut = cut.without_half_a_letter(content)
    if what := foreign(content):
        raise Unreadable(Finding("capture_unreadable", what))
    text, is_cut = text_of(content), is_packing_cut or is_letter_cut
    if text.count("\0") > len(text) // 4:
        raise Unreadable(Finding("capture_unreadable", "the file is binary, or UTF-16; save it as UTF-8 text"))
    if not text or text.isspace():
        if is_cut:
            raise Unreadable(Finding(cut.RULE, "the file breaks off before anything can be read of it"))
        raise Unreadable(Finding("capture_unreadable", "the file is empty"))
    return text, is_cut


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


def not_utf_8(error: UnicodeDecodeError, lines_before: int = 0, *, is_utf_16: bool = False) -> Finding:
    """Return the finding of bytes that are not UTF-8, with the line of the first; others may stand before them."""
    before = error.object[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    line = lines_before + before.count(b"\n") + 1
    what = "UTF-16" if is_utf_16 else f"not UTF-8: byte {error.object[error.start]:#04x} in line {line}"
    return Finding("capture_unreadable", f"the file is {what}; save it as UTF-8", line)


def of_the_moment(message: str) -> Finding:
    """Return the finding of a capture that cannot be read for a reason that may not last."""
    return Finding("capture_unreadable", message, is_transient=True)


def sourced(readings: Sequence[Reading]) -> pl.DataFrame:
    """Return the rows of readings (columns of `SCHEMA`), in order, with their source in front of what is listed."""
    # All at once: a frame for each of thousands of pages takes longer than reading them.
    source_rows = [
        (r.capture.name, r.capture.sha256, r.capture.path, r.capture.url, r.capture.retrieved_at, r.layout,
         r.source, r.capture.agency_from, r.capture.office,
         r.rows.height if r.last_is_cut else 0)
        for r in readings
    ]  # fmt: skip
    names = ["_name", *list(SOURCE)[1:], AGENCY_FROM, OFFICE, "_cut"]
    schema = dict(zip(names, (pl.String, *list(SOURCE.values())[1:], pl.String, pl.String, pl.Int32), strict=True))
    heights = [r.rows.height for r in readings]
    which = pl.Series([n for n, height in enumerate(heights) for _ in range(height)], dtype=pl.UInt32)
    sources = pl.DataFrame(source_rows, schema=schema, orient="row")[which]
    places = pl.Series("_place", [n for height in heights for n in range(1, height + 1)], dtype=pl.Int32)
    none = pl.DataFrame(schema={ORDINAL: pl.Int32, **COLUMNS, ISSUE_YEAR: pl.String, NUMBER_FAULT: pl.String})
    rows = pl.concat([none, *(r.rows for r in readings)], how="diagonal", rechunk=True)
    ordinal = pl.coalesce(ORDINAL, places)
    key = pl.concat_str("_name", pl.lit("-"), ordinal).alias("sighting_id")
    in_doubt = (places == pl.col("_cut")).alias(IN_DOUBT)
    day_first = _day_first(rows["listed_issue_date"], which)
    return sources.hstack(rows).with_columns(ordinal.alias(ORDINAL), key, in_doubt, day_first).select(*SCHEMA)


def _day_first(issue_dates: pl.Series, which: pl.Series) -> pl.Series:
    """Return which rows stand in a capture that writes the day before the month, as one of its dates proves.

    Args:
        issue_dates: the issue dates as they are listed.
        which: the capture of each row, as a number.
    """
    frame = pl.DataFrame([issue_dates.alias("listed"), which.alias("which")])
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
