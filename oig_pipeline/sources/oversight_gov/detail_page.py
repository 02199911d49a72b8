"""The page of one report, from its labeled blocks.

Belongs here: which block gives which value, and what a page must have. Does not: finding the blocks in a text or in
HTML: these layouts share everything behind that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from oig_pipeline.sources.oversight_gov.open_table import (
    OpenTable,
    check_open_count,
    check_recommendation_numbers,
    lists_all_open,
    open_recommendations,
    stated_open,
)
from oig_pipeline.sources.oversight_gov.page_labels import (
    DESCRIPTION,
    DOCUMENT,
    NAMES,
    SEVERAL,
    TITLE_FULL,
    cannot_be,
    is_bare,
)
from oig_pipeline.sources.oversight_gov.page_values import ValueReader, is_same_number
from oig_pipeline.sources.oversight_gov.pages import ProblemCode, ReportDetailPage
from oig_pipeline.sources.oversight_gov.passages import LabeledBlock, Passage, is_no_value

_BULLET = re.compile(r"^[\u2022\u00b7*\u25cf\u2023-]\s+")


@dataclass(frozen=True)
class DetailParts:
    """What a layout finds in the page of a report: the title if it has one, the blocks, and the open ones."""

    title: Passage | None
    blocks: tuple[LabeledBlock, ...]
    table: OpenTable


class FieldReader:
    """Gives the passages of each field, and the line of each value that is read.

    Attributes:
        lines: where the values stand.
        printed: their words.
    """

    def __init__(self, blocks: Sequence[LabeledBlock], reader: ValueReader) -> None:
        self._blocks, self._reader = blocks, reader
        self.lines: dict[str, int] = {}
        self.printed: dict[str, str] = {}

    def label_line(self, field: str) -> int | None:
        """Return the line of the label of a field."""
        return next((block.line for block in self._blocks if block.field == field), None)

    def label(self, field: str) -> str | None:
        """Return the label of a field, as printed."""
        return next((block.label for block in self._blocks if block.field == field), None)

    def passages(self, field: str) -> list[Passage]:
        """Return the values under the labels of a field; what cannot be one is kept as other text."""
        passages: list[Passage] = []
        for block in self._blocks:
            if block.field != field:
                continue
            for place, passage in enumerate(block.passages):
                if cannot_be(field, passage.text):
                    # It belongs to a label that is lost, with all that follows; or the line before is its label.
                    start = place - 1 if place > 1 and is_bare(passage.text) else place
                    del passages[len(passages) - (place - start) :]
                    self._reader.keep(block.passages[start:], block.label)
                    break
                passages.append(passage)
        return passages

    def single(self, field: str) -> Passage | None:
        """Return the one value of a field; None, with a problem, where labels give different ones."""
        passages = self.passages(field)
        values = [p for p in passages if p.content is not None or p.link is not None or not is_no_value(p.text)]
        if not values:
            return passages[0] if passages else None
        first = values[0]
        different = [p for p in values if p.text != first.text]
        if different:
            texts = " and ".join(dict.fromkeys(repr(p.text) for p in values))
            message = f"{NAMES.get(field, field)} is given as {texts}; neither is taken"
            self._reader.report(ProblemCode.VALUES_DIFFER, different[0].line, message, texts)
            return None
        return first

    def prose(self, field: str, separator: str = " ") -> str | None:
        """Return the text of a field, its pieces joined; None, with a problem, where two labels give different ones."""
        blocks = [[p for p in block.passages if p.text] for block in self._blocks if block.field == field]
        texts = {separator.join(p.text for p in passages): passages[0] for passages in reversed(blocks) if passages}
        if len(texts) > 1:
            line = max(passage.line for passage in texts.values())
            message = f"{self.label(field)} stands {len(texts)} times, with different texts; none is taken"
            self._reader.report(ProblemCode.VALUES_DIFFER, line, message, " | ".join(reversed(texts)))
            return None
        for text, passage in texts.items():
            self.at(field, passage, text)
            return text
        return None

    def at(self, field: str, passage: Passage | None, value: object) -> None:
        """Note where a value stands, and its words."""
        if value is not None and passage is not None:
            self.lines[field] = passage.line
            self.printed[field] = passage.text

    def words(self, field: str) -> str | None:
        """Return the text of a field."""
        passage = self.single(field)
        text = self._reader.text(passage)
        self.at(field, passage, text)
        return text

    def several(self, field: str) -> tuple[str, ...] | None:
        """Return the texts of a field that may have several, each once."""
        passages = [p for p in self.passages(field) if not is_no_value(p.text)]
        self.at(field, passages[0] if passages else None, passages or None)
        return tuple(dict.fromkeys(p.text for p in passages)) or None


def detail_page(parts: DetailParts, reader: ValueReader) -> ReportDetailPage:
    """Return the page of a report."""
    fields = FieldReader(parts.blocks, reader)
    values: dict[str, object] = {name: fields.several(name) for name in sorted(SEVERAL)}
    values |= {name: fields.words(name) for name in ("submitting_oig", "report_type", "special_projects")}
    for name, read in (
        ("issue_date", reader.day),
        ("period_start", reader.day),
        ("period_end", reader.day),
        ("agency_wide", reader.answer),
        ("questioned_costs", reader.amount),
        ("funds_for_better_use", reader.amount),
        ("external_url", reader.url),
    ):
        passage = fields.single(name)
        values[name] = read(passage, NAMES[name])
        fields.at(name, passage, values[name])
    made_at = fields.single("recommendations")
    number_made = reader.count(made_at, NAMES["recommendations"])
    fields.at("recommendations", made_at, number_made)
    values["report_number"] = _report_number(fields, reader)
    values["title"] = _title(parts.title, fields, reader)
    values["document_url"] = _document_url(fields, reader)
    values["description"] = fields.prose(DESCRIPTION, "\n\n")
    stated, stated_at = stated_open(parts.table.counts, reader)
    fields.at("open_recommendations", stated_at, stated)
    open_ones = open_recommendations(parts.table, reader)
    check_open_count(parts.table, stated, number_made, reader)
    check_recommendation_numbers(open_ones, reader)
    for block in parts.blocks:
        if block.field is None:
            reader.keep(block.passages or [Passage(block.label, block.line)], block.label)
    return ReportDetailPage(
        **values,  # type: ignore[arg-type]  # each field by its name, from the reader of its type
        recommendations=number_made,
        open_recommendations=stated,
        lines=fields.lines,
        printed=fields.printed,
        listed_recommendations=open_ones,
        lists_all_open=lists_all_open(parts.table, stated),
        problems=reader.all_problems(),
        other=reader.all_other(),
    )


def report_number_of(passages: Sequence[Passage], reader: ValueReader) -> Passage | None:
    """Return the report number among the values under its label; None, with a problem, where two differ."""
    numbers = [p for p in passages if not is_no_value(p.text)]
    different = [p for p in numbers if not is_same_number(p.text, numbers[0].text)]
    if different:
        texts = " and ".join(dict.fromkeys(p.text for p in numbers))
        message = f"the page gives two report numbers, {texts}; neither is taken"
        reader.report(ProblemCode.NUMBERS_DIFFER, different[0].line, message, texts)
        return None
    return numbers[0] if numbers else None


def _report_number(fields: FieldReader, reader: ValueReader) -> str | None:
    passages = fields.passages("report_number")
    number = report_number_of(passages, reader)
    if number is None and not any(not is_no_value(p.text) for p in passages):
        line = fields.label_line("report_number")
        message = "the page has no label for a report number" if line is None else "nothing stands under Report Number"
        value = passages[0].text if passages else None
        reader.report(ProblemCode.NUMBER_MISSING, line or 1, f"{message}, so the report has none", value)
    fields.at("report_number", number, number)
    return number.text if number else None


def _title(heading: Passage | None, fields: FieldReader, reader: ValueReader) -> str | None:
    """Return the title: the heading, or what the label Title Full gives where the heading is cut or missing."""
    full = fields.single(TITLE_FULL)
    title = heading if heading is not None and not is_no_value(heading.text) else None
    if full is not None and not is_no_value(full.text):
        cut = title.text.rstrip(".\u2026 ") if title is not None else ""
        if full.text.startswith(cut):
            title = full
        else:
            reader.keep([full], fields.label(TITLE_FULL))
    text = _BULLET.sub("", title.text) if title is not None else None
    fields.at("title", title, text)
    return text


def _document_url(fields: FieldReader, reader: ValueReader) -> str | None:
    passages = fields.passages(DOCUMENT)
    urls = [(p, reader.url(p, "the link to the document")) for p in passages]
    document = next(((p, url) for p, url in urls if url is not None), (None, None))
    reader.keep([p for p, url in urls if url is None], fields.label(DOCUMENT))
    further = {url: Passage(p.link or p.text, p.line) for p, url in urls if url not in (None, document[1])}
    reader.keep(further.values(), fields.label(DOCUMENT))
    fields.at(DOCUMENT, *document)
    return document[1]
