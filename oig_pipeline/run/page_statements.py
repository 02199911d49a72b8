"""What pages say of recommendations, with the report that each statement is about.

Belongs here: the statements of all captures as rows, the prose in them read, and finding the report that the page of
one recommendation links: by its number, by the address of its page, or by its title. Does not: reading a page, or what
the statements add up to (`curate/ledger.py`).

A page whose report is not here, or could be two, keeps what it says in the note of its capture alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from oig_pipeline.capture.reader import CaptureSummary
from oig_pipeline.capture.rows import LinkedReport, PageStatement
from oig_pipeline.contract.columns import KEY
from oig_pipeline.curate.judge import ACCEPTED
from oig_pipeline.curate.statements import PAGES
from oig_pipeline.domain import titles
from oig_pipeline.domain.statements import text_statements
from oig_pipeline.offices import CUES, OFFICES, canonical_number
from oig_pipeline.run.batches import Batch, read_columns

Report = tuple[str, str, int | None]
"""The key of a report."""

c = pl.col
_FOUND_BY = (
    c("capture_url").str.replace_all(r"(?i)^https?://(?:www\.)?|/$", "").alias("address"),
    titles.key(c("title")).alias("title"),
)
"""The address of a page and a title, with what every spelling of them has in common."""


def page_statements(summaries: Sequence[CaptureSummary], batches: Sequence[Batch]) -> pl.DataFrame:
    """Return the statements (columns of `PAGES`) of all pages.

    Args:
        summaries: a summary of each capture.
        batches: the batches, their sightings judged by the rules on rows.
    """
    speaking = [summary for summary in summaries if summary.statements]
    links = {s.linked_report: None for s in speaking if s.linked_report is not None}
    linked = _linked(list(links), batches) if links else {}
    rows: list[tuple[object, ...]] = []
    for summary in speaking:
        capture, link = summary.capture, summary.linked_report
        report = linked.get(link) if link else None
        if link and report is None:
            continue
        key = report or (None, None, None)
        sighting_id = None if report else f"{capture.name}-1"
        for statement, read_from in _with_prose(summary.statements):
            rows.append((
                sighting_id, *key, statement.recommendation, statement.says, statement.value, statement.words,
                read_from, capture.path, statement.line, summary.layout, capture.retrieved_at, capture.url,
            ))  # fmt: skip
    return pl.DataFrame(rows, schema=PAGES, orient="row")


def _with_prose(statements: Sequence[PageStatement]) -> Iterator[tuple[PageStatement, str]]:
    """Yield statements, and behind a text or a note what its sentences say."""
    for statement in statements:
        yield statement, "cell"
        text = statement.value or ""
        prose = {"text": text_statements.of_recommendation, "note": _of_note}.get(statement.says)
        for spoken in prose(text) if prose else ():
            yield replace(statement, says=spoken.says, value=spoken.value, words=spoken.words), "prose"


def _of_note(text: str) -> Iterator[text_statements.TextStatement]:
    return text_statements.of_note(text, CUES)


def _linked(links: Sequence[LinkedReport], batches: Sequence[Batch]) -> dict[LinkedReport, Report]:
    """Return the report that each link leads to, where it leads to one."""
    sought = pl.DataFrame(
        [(_number(link.number), link.url, link.title) for link in links],
        schema=dict.fromkeys(("report_number", "capture_url", "title"), pl.String),
        orient="row",
    ).select("report_number", *_FOUND_BY)
    rows = pl.concat(
        read_columns(batch, (row_range.year, row_range.block), (*KEY, "capture_url", "title", "outcome"))
        for batch in batches
        for row_range in batch.row_ranges
    )
    rows = rows.filter(outcome=ACCEPTED).select(*KEY, *_FOUND_BY)
    is_sought = pl.any_horizontal(c(name).is_in(sought[name].drop_nulls().implode()) for name in sought.columns)
    reports: dict[tuple[str, str], set[Report]] = {}
    for row in rows.filter(is_sought).unique().iter_rows(named=True):
        for name in sought.columns:
            reports.setdefault((name, row[name]), set()).add((row["office"], row["report_number"], row["fiscal_year"]))
    result: dict[LinkedReport, Report] = {}
    for link, values in zip(links, sought.iter_rows(), strict=True):
        office = OFFICES.spelled(link.office) if link.office else None
        for way in zip(sought.columns, values, strict=True):
            keys = {key for key in reports.get(way, ()) if office in (None, key[0])}
            if len(keys) == 1 and link not in result:
                result[link] = keys.pop()
    return result


def _number(text: str | None) -> str | None:
    return text and (canonical_number(text) or text)
