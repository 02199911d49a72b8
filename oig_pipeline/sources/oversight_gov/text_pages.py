"""Report pages and pages of one recommendation saved as text or Markdown.

Belongs here: finding the title, the blocks and the table of open recommendations in the lines of a text. Does not:
what the blocks say.
"""

from __future__ import annotations

import re

from oig_pipeline.sources.oversight_gov.detail_page import DetailParts, detail_page
from oig_pipeline.sources.oversight_gov.open_table import OPEN_COUNT, OpenTable
from oig_pipeline.sources.oversight_gov.page_labels import (
    NAMES,
    OPEN_COLUMNS,
    OPEN_HEADING,
    begins_label,
    column_of,
    recommendation_field,
    report_field,
)
from oig_pipeline.sources.oversight_gov.page_values import ValueReader
from oig_pipeline.sources.oversight_gov.pages import ProblemCode, RecommendationPage, ReportDetailPage
from oig_pipeline.sources.oversight_gov.passages import Passage
from oig_pipeline.sources.oversight_gov.single_recommendation import recommendation_page
from oig_pipeline.sources.oversight_gov.text_blocks import Token, blocks_of, tokens_of
from oig_pipeline.sources.oversight_gov.text_open_table import is_open_head, text_open_table

_LONGEST_TITLE = 300
_IDENTITY = frozenset(("report_number", "submitting_oig"))
_PROSE_END = re.compile(r"[.;:!]$|\u2026$")
_ABBREVIATION_END = re.compile(r"(?:\b[A-Z]\.){2,}$|\b(?:Inc|Corp|Co|Ltd|Jr|Sr)\.$")
_SENTENCE = re.compile(r"[a-z)\u2019\u201d]\. [A-Z]")


def read_text_report(text: str, page_url: str | None) -> ReportDetailPage:
    """Return the page of a report; its text has lines that end in a line feed."""
    reader = ValueReader(page_url)
    tokens = tokens_of(text, report_field)
    _check_last(tokens, reader)
    tokens = _whole_identity(tokens, text, reader)
    counts = [token.passage for token in tokens if OPEN_COUNT.fullmatch(token.passage.text)]
    start, end = _table_bounds(tokens)
    table = OpenTable(counts=tuple(counts))
    if start < end:
        table = text_open_table(tokens[start:end], counts, end == len(tokens), reader)
    # What follows the table is not part of the block before it: each side is read on its own.
    before = [t for t in tokens[:start] if t.passage not in counts]
    after = [t for t in tokens[end:] if t.passage not in counts]
    lead, blocks = blocks_of(before, reader)
    behind, further = blocks_of(after, reader)
    reader.keep(token.passage for token in behind)
    title = _title(lead, reader)
    return detail_page(DetailParts(title, (*blocks, *further), table), reader)


def read_text_recommendation(text: str, page_url: str | None) -> RecommendationPage:
    """Return the page of one recommendation; its text has lines that end in a line feed."""
    reader = ValueReader(page_url)
    tokens = tokens_of(text, recommendation_field)
    _check_last(tokens, reader)
    lead, blocks = blocks_of(tokens, reader)
    reader.keep(token.passage for token in lead)
    return recommendation_page(blocks, reader)


def _check_last(tokens: list[Token], reader: ValueReader) -> None:
    last = tokens[-1] if tokens else None
    if last is not None and not last.is_label and begins_label(last.passage.text):
        message = "the page ends in the middle of a label, so what follows it is missing"
        reader.report(ProblemCode.PAGE_CUT, last.passage.line, message, last.passage.text)


def _whole_identity(tokens: list[Token], text: str, reader: ValueReader) -> list[Token]:
    """Return tokens without a number or an office in which the page ends before the end of a line: it may be a part.

    Other values may be incomplete there, too. But pages do end in them, and no part of one names another report.
    """
    label = tokens[-2] if len(tokens) > 1 else None
    if label is not None and label.is_label and label.field in _IDENTITY and not text.endswith("\n"):
        value = tokens[-1].passage
        message = f"the page ends in the value of {NAMES[label.field]}, which may be incomplete"
        reader.report(ProblemCode.PAGE_CUT, value.line, message, value.text)
        return tokens[:-1]
    return tokens


def _table_bounds(tokens: list[Token]) -> tuple[int, int]:
    """Return where the table of open recommendations begins and ends among the lines of a page."""
    columns = [column_of(token.passage.text, OPEN_COLUMNS) for token in tokens]
    is_start = [
        token.field == OPEN_HEADING
        or is_open_head(token.source)
        or columns[place : place + 2] == ["number", "significant"]
        for place, token in enumerate(tokens)
    ]
    start = is_start.index(True) if True in is_start else len(tokens)
    ends = (n for n in range(start, len(tokens)) if tokens[n].is_label and tokens[n].field != OPEN_HEADING)
    return start, next(ends, len(tokens))


def _title(lead: list[Token], reader: ValueReader) -> Passage | None:
    """Return the title among the lines before the first label: the heading, or the only one that is no prose."""
    headings = [token.passage for token in lead if token.is_heading]
    candidates = headings or [token.passage for token in lead if not _is_prose(token.passage.text)]
    title = candidates[0] if len({p.text for p in candidates}) == 1 else None
    reader.keep(token.passage for token in lead if title is None or token.passage.text != title.text)
    return title


def _is_prose(text: str) -> bool:
    if len(text) > _LONGEST_TITLE or _SENTENCE.search(text):
        return True
    return _PROSE_END.search(text) is not None and not _ABBREVIATION_END.search(text)
