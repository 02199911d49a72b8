"""The page of one recommendation, in every layout: what varies, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest

from oig_pipeline.sources.oversight_gov.page_reader import read_page
from oig_pipeline.sources.oversight_gov.pages import ProblemCode, RecommendationPage
from tests.sources.oversight_gov import build_pages as build

LAYOUTS: dict[str, Callable[[Mapping[str, str]], str]] = {
    "html": build.recommendation_html,
    "text": build.recommendation_text,
    "markdown": build.recommendation_markdown,
}
every_layout = pytest.mark.parametrize("layout", LAYOUTS)


def read(text: str) -> RecommendationPage:
    page = read_page(text)
    assert isinstance(page, RecommendationPage)
    return page


@every_layout
@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_page_has_its_values(layout: str, is_reversed: bool, line_end: str) -> None:
    values = dict(reversed(build.RECOMMENDATION.items())) if is_reversed else build.RECOMMENDATION
    text = LAYOUTS[layout](values)
    page = read(text.replace("\n", line_end))
    recommendation = page.recommendation
    assert (recommendation.number, recommendation.text) == ("4", "We recommend that FEMA strengthen its practices.")
    assert (recommendation.status, recommendation.significant) == ("closed", False)
    assert (recommendation.questioned_costs, recommendation.funds_for_better_use) == (
        Decimal("1284600.50"),
        Decimal(0),
    )
    assert recommendation.additional_information == "Management concurred with this recommendation."
    assert (page.submitting_oig, page.title) == ("Department of Homeland Security OIG", "Ineffective Controls")
    url = "https://www.oversight.gov/reports/audit/ineffective-controls"
    assert page.linked_report_url == (url if layout == "html" else None)
    assert page.lines["number"] == recommendation.line
    assert page.problems == ()


@every_layout
@pytest.mark.parametrize("label", [label for label, value in build.RECOMMENDATION.items() if value])
def test_a_label_without_a_value_takes_no_other(layout: str, label: str) -> None:
    page = read(LAYOUTS[layout]({**build.RECOMMENDATION, label: ""}))
    complete = read(LAYOUTS[layout](build.RECOMMENDATION))
    for name in ("number", "text", "status", "significant", "questioned_costs", "funds_for_better_use"):
        value = getattr(page.recommendation, name)
        assert value in (None, getattr(complete.recommendation, name))
    codes = [problem.code for problem in page.problems]
    assert codes == ([ProblemCode.RECOMMENDATION_NUMBER_MISSING] if label == "Recommendation Number" else [])


@every_layout
@pytest.mark.parametrize("number", ["1-1", "Finding 2, Rec. 3", "2a"])
def test_a_number_is_a_text(layout: str, number: str) -> None:
    page = read(LAYOUTS[layout]({**build.RECOMMENDATION, "Recommendation Number": number}))
    assert page.recommendation.number == number


@every_layout
@pytest.mark.parametrize(
    ("label", "value", "code"),
    [
        ("Recommendation Status", "Resolved", ProblemCode.STATUS_UNREADABLE),
        ("Significant Recommendation", "Perhaps", ProblemCode.ANSWER_UNREADABLE),
        ("Recommendation Questioned Costs", "$1.30 million", ProblemCode.AMOUNT_UNREADABLE),
        ("Recommendation Funds for Better Use", "$-5", ProblemCode.AMOUNT_UNREADABLE),
    ],
)
def test_a_value_that_cannot_be_read_is_named(layout: str, label: str, value: str, code: ProblemCode) -> None:
    page = read(LAYOUTS[layout]({**build.RECOMMENDATION, label: value}))
    assert [(problem.code, problem.value) for problem in page.problems] == [(code, value)]
    assert label in page.problems[0].message


def test_links_of_markdown_are_read() -> None:
    values = {
        "Linked Report": "[Ineffective &amp; Controls](/reports/audit/ineffective-controls)",
        "Additional Details Link": "[Details](https://www.oig.dhs.gov/details)",
    }
    page = read(build.recommendation_markdown({**build.RECOMMENDATION, **values}))
    assert page.title == "Ineffective & Controls"
    assert page.linked_report_url == "https://www.oversight.gov/reports/audit/ineffective-controls"
    assert page.recommendation.details_url == "https://www.oig.dhs.gov/details"


def test_two_numbers_on_a_page_are_named() -> None:
    page = read(build.recommendation_text(build.RECOMMENDATION) + "\nRecommendation Number\n5")
    assert page.recommendation.number is None
    assert ProblemCode.VALUES_DIFFER in [problem.code for problem in page.problems]


def test_an_unknown_field_is_kept() -> None:
    page = read(build.recommendation_html({**build.RECOMMENDATION, "Priority": "High"}))
    assert [(other.label, other.text) for other in page.other] == [("Priority", "High")]
    assert page.problems == ()


def test_a_page_that_is_cut_off() -> None:
    text = build.recommendation_html(build.RECOMMENDATION)
    page = read(text[: text.index("Closed") + 3])
    assert page.recommendation.status is None
    assert [(problem.code, problem.value) for problem in page.problems] == [(ProblemCode.PAGE_CUT, "Clo")]
