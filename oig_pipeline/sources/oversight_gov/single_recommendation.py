"""The page of one recommendation, from its labeled blocks; and a third party's page over it.

Belongs here: which block gives which value. Does not: finding the blocks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from oig_pipeline.sources.oversight_gov.detail_page import FieldReader
from oig_pipeline.sources.oversight_gov.open_table import check_recommendation_numbers
from oig_pipeline.sources.oversight_gov.page_labels import RECOMMENDATION_NAMES
from oig_pipeline.sources.oversight_gov.page_values import ValueReader
from oig_pipeline.sources.oversight_gov.pages import PageRecommendation, RecommendationPage
from oig_pipeline.sources.oversight_gov.passages import LabeledBlock, Passage, fold, passage_of, unescape

_THIRD_PARTY = re.compile(r"^\*\*Recommendation number:\*\*", re.M)
_SOURCE = re.compile(r"^\*Source: oversight\.gov\b", re.M)
_ATTRIBUTE = re.compile(r"\*\*([^*]+?):\*\*[ \t]*(.*)")
_STATUS = re.compile(r"> \*\*([^*]+)\*\* recommendation\b.*")
_DETAIL = re.compile(r" \(\[detail\]\([^()]*\)\)$")


def recommendation_page(blocks: Sequence[LabeledBlock], reader: ValueReader) -> RecommendationPage:
    """Return the page of one recommendation."""
    fields = FieldReader(blocks, reader)
    names = RECOMMENDATION_NAMES
    number_at, status_at = fields.single("number"), fields.single("status")
    significant_at, details_at = fields.single("significant"), fields.single("details_url")
    questioned_at, better_use_at = fields.single("questioned_costs"), fields.single("funds_for_better_use")
    report_at = fields.single("linked_report")
    text = fields.prose("text")
    number = reader.text(number_at)
    recommendation = PageRecommendation(
        number=number,
        line=number_at.line if number_at else fields.lines.get("text") or fields.label_line("number") or 1,
        text=text,
        status=reader.status(status_at, names["status"]),
        significant=reader.answer(significant_at, names["significant"]),
        questioned_costs=reader.amount(questioned_at, names["questioned_costs"]),
        funds_for_better_use=reader.amount(better_use_at, names["funds_for_better_use"]),
        additional_information=fields.prose("additional_information"),
        details_url=reader.url(details_at, names["details_url"]),
    )
    if details_at is not None and recommendation.details_url is None:
        reader.keep([details_at], fields.label("details_url"))
    title = reader.text(report_at)
    linked_url = reader.url(report_at, names["linked_report"])
    for name, passage, value in (
        ("number", number_at, number),
        ("status", status_at, recommendation.status),
        ("significant", significant_at, recommendation.significant),
        ("questioned_costs", questioned_at, recommendation.questioned_costs),
        ("funds_for_better_use", better_use_at, recommendation.funds_for_better_use),
        ("title", report_at, title),
        ("linked_report_url", report_at, linked_url),
    ):
        fields.at(name, passage, value)
    recommendation = replace(recommendation, lines=fields.lines, printed=fields.printed)
    check_recommendation_numbers([recommendation], reader)
    submitting_oig = fields.words("submitting_oig")
    for block in blocks:
        if block.field is None:
            reader.keep(block.passages or [Passage(block.label, block.line)], block.label)
    return RecommendationPage(
        recommendation=recommendation,
        title=title,
        submitting_oig=submitting_oig,
        linked_report_url=linked_url,
        lines=fields.lines,
        problems=reader.all_problems(),
        other=reader.all_other(),
    )


def is_third_party(text: str) -> bool:
    """Return whether a text is a third party's page over a recommendation on oversight.gov."""
    return _THIRD_PARTY.search(text) is not None and _SOURCE.search(text) is not None


def read_third_party(text: str) -> RecommendationPage:
    """Return a third party's page over one recommendation: bold labels with values, the text under its heading."""
    reader = ValueReader()
    values: dict[str, Passage] = {}
    texts: list[Passage] = []
    in_text = False
    for line, source in enumerate(text.split("\n"), start=1):
        words = fold(source)
        if match := _ATTRIBUTE.fullmatch(words):
            name = {"Report": "title", "OIG report number": "report_number", "Recommendation number": "number"}
            field = name.get(match[1])
            passage = Passage(fold(unescape(_DETAIL.sub("", match[2]))), line)
            if field is None or field in values:
                reader.keep([passage], match[1])
            else:
                values[field] = passage
        elif match := _STATUS.fullmatch(words):
            values["status"] = Passage(match[1], line)
            reader.keep([passage_of(words, line)])
        elif words.startswith("## ") or words == "---":
            in_text = words == "## Text"
        elif in_text and words:
            texts.append(passage_of(words, line))
        elif words:
            reader.keep([passage_of(words, line)])
    number = values.get("number")
    recommendation = PageRecommendation(
        number=reader.text(number),
        line=number.line if number else 1,
        text=" ".join(p.text for p in texts) or None,
        status=reader.status(values.get("status"), RECOMMENDATION_NAMES["status"]),
        lines={name: passage.line for name, passage in (*values.items(), *(("text", p) for p in texts[:1]))},
        printed={name: passage.text for name, passage in values.items()},
    )
    check_recommendation_numbers([recommendation], reader)
    return RecommendationPage(
        recommendation=recommendation,
        report_number=reader.text(values.get("report_number")),
        title=reader.text(values.get("title")),
        lines={name: passage.line for name, passage in values.items() if reader.text(passage)},
        problems=reader.all_problems(),
        other=reader.all_other(),
    )
