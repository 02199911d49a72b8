"""The page of one report, in every layout: what varies, and what is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import pytest

from oig_pipeline.sources.oversight_gov.page_reader import read_page
from oig_pipeline.sources.oversight_gov.pages import ProblemCode, ReportDetailPage
from tests.sources.oversight_gov import build_pages as build

Builder = Callable[[Mapping[str, Sequence[str]]], str]
OLD: dict[str, Builder] = {
    f"old-{name}": (lambda values, markup=markup: build.old_report(values, markup))  # type: ignore[misc]
    for name, markup in build.OLD_MARKUPS.items()
}
TEXTS: dict[str, Builder] = {
    "text": build.text_report,
    "text-colon": lambda values: build.text_report(values, colon=":"),
    "text-inline": lambda values: "\n".join(f"{label}: {' '.join(v)}" for label, v in values.items()),
    "markdown": lambda values: "\n".join(f"| {label} | {'<br>'.join(v)} |" for label, v in values.items()),
    "markdown-bold": lambda values: "\n".join(f"**{label}:** {' '.join(v)}" for label, v in values.items()),
}
LAYOUTS: dict[str, Builder] = {"new": build.new_report, **OLD, **TEXTS}
TABLES = {
    "html": lambda rows, stated: build.new_report(rows=rows, stated=stated),
    "plain": lambda rows, stated: build.text_report(tail=build.open_table_plain(rows, stated)),
    "markdown": lambda rows, stated: build.text_report(tail=build.open_table_markdown(rows, stated)),
    "cells": lambda rows, stated: build.text_report(tail=build.open_table_cells(rows, stated)),
}
every_layout = pytest.mark.parametrize("layout", LAYOUTS)
every_table = pytest.mark.parametrize("table", TABLES)


def read(text: str) -> ReportDetailPage:
    page = read_page(text)
    assert isinstance(page, ReportDetailPage)
    return page


def codes(page: ReportDetailPage) -> list[ProblemCode]:
    return [problem.code for problem in page.problems]


def check_usual_values(page: ReportDetailPage) -> None:
    assert page.report_number == "OIG-22-69"
    assert page.issue_date == dt.date(2022, 9, 16)
    assert page.submitting_oig == "Department of Homeland Security OIG"
    assert page.agencies == ("Department of Homeland Security",)
    assert page.components == ("Federal Emergency Management Agency (FEMA)",)
    assert page.description == "The agency did not implement controls."
    assert (page.report_type, page.special_projects, page.agency_wide) == ("Audit", "Pandemic", True)
    assert (page.recommendations, page.questioned_costs) == (7, Decimal("1284600.50"))
    assert page.funds_for_better_use == 0


@every_layout
@pytest.mark.parametrize("is_reversed", [False, True])
def test_blocks_stand_in_any_order(layout: str, is_reversed: bool) -> None:
    values = dict(reversed(build.FIELDS.items())) if is_reversed else build.FIELDS
    page = read(LAYOUTS[layout](values))
    check_usual_values(page)
    assert page.problems == ()


@every_layout
@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_lines_end_in_any_way(layout: str, line_end: str) -> None:
    text = LAYOUTS[layout](build.FIELDS)
    page = read(text.replace("\n", line_end))
    assert page == read(text)
    assert page.lines["report_number"] == next(n for n, s in enumerate(text.split("\n"), 1) if "OIG-22-69" in s)


@every_layout
@pytest.mark.parametrize("label", build.FIELDS)
def test_a_label_without_a_value_takes_no_other(layout: str, label: str) -> None:
    page = read(LAYOUTS[layout](build.fields({label: ()})))
    complete = read(LAYOUTS[layout](build.FIELDS))
    lost = {name for name in complete.lines if getattr(page, name) != getattr(complete, name)}
    assert len(lost) == 1
    assert all(getattr(page, name) is None for name in lost)
    assert codes(page) == ([ProblemCode.NUMBER_MISSING] if label == "Report Number" else [])


@pytest.mark.parametrize("label", sorted(build.CLASSES.keys() & build.FIELDS.keys()))
def test_today_s_blocks_are_known_by_their_class_where_the_label_is_lost(label: str) -> None:
    blocks = "".join(build.block_html(name, v, with_label=name != label) for name, v in build.FIELDS.items())
    page = read(build.document(f'<article class="node--type-report"><h1>A Title</h1>{blocks}</article>'))
    check_usual_values(page)


def test_a_renamed_label_is_known_by_the_class_of_its_block() -> None:
    blocks = "".join(build.block_html(n, v) for n, v in build.fields({"Report Number": None}).items())
    blocks += build.block_html("Number of the Report", ["OIG-22-69"], class_name="field-report-number")
    check_usual_values(read(build.document(f'<article class="node--type-report">{blocks}</article>')))


@pytest.mark.parametrize("label", ["Report Number", "Report Type", "Submitting OIG", "Agency Wide", "Questioned Costs"])
@pytest.mark.parametrize("layout", ["text", "text-colon"])
def test_a_value_whose_label_is_lost_is_not_given_to_the_label_before(layout: str, label: str) -> None:
    text = TEXTS[layout](build.fields({"Report Description": None}))
    printed = f"{build.OLD_LABELS.get(label, label)}:" if layout == "text-colon" else label
    page = read(text.replace(f"\n{printed}\n", "\n"))
    complete = read(text)
    for name in complete.lines:
        assert getattr(page, name) in (None, getattr(complete, name)), name
    assert build.FIELDS[label][0] in [other.text for other in page.other]


@every_layout
@pytest.mark.parametrize(
    "report_type", ["Inspection / Evaluation", "Other", "Semiannual Report", "Top Management Challenges", "Peer Review"]
)
def test_other_report_types(layout: str, report_type: str) -> None:
    assert read(LAYOUTS[layout](build.fields({"Report Type": (report_type,)}))).report_type == report_type


@pytest.mark.parametrize("layout", ["new", "old-fields", "old-list", "old-table", "old-siblings", "text", "markdown"])
def test_several_agencies_components_and_places(layout: str) -> None:
    agencies = ("Department of Health & Human Services", "U.S. Postal Service")
    components = ("Federal Emergency Management Agency (FEMA)", "Office of Inspector General (OIG)")
    places = ("Agency-Wide", "UT, United States")
    values = {"Agencies Reviewed/Investigated": agencies, "Components": components, "Location": places}
    page = read(LAYOUTS[layout](build.fields(values)))
    assert (page.agencies, page.components) == (agencies, components)
    if layout in ("new", "text", "markdown"):
        assert page.locations == places
    assert page.problems == ()


def test_the_place_of_a_report_is_one_value() -> None:
    place = '<span class="locality">Ajo</span>, <span class="administrative-area">AZ</span>'
    block = f'<div class="field field--name-field-report-location"><div class="field__item">{place}</div></div>'
    page = read(build.document(f'<article class="node--type-report">{block}</article>'))
    assert page.locations == ("Ajo, AZ",)


def test_entities_and_whitespace_are_folded() -> None:
    text = build.new_report(build.fields({"Report Number": ("\n  OIG--24-40\xa0\n",), "Components": ("A & B\t C",)}))
    page = read(text.replace("Department of Homeland Security<", "Department&nbsp;of\n   Homeland&#32;Security<"))
    assert page.report_number == "OIG--24-40"
    assert page.components == ("A & B C",)
    assert page.agencies == ("Department of Homeland Security",)
    markdown = read(build.text_report(build.fields({"Components": ("A&nbsp;&amp;  B",)})))
    assert markdown.components == ("A & B",)


@pytest.mark.parametrize("layout", ["new", "old-fields", "old-list", "old-table", "text-colon", "markdown"])
def test_an_unknown_field_is_kept_and_takes_no_other_s_place(layout: str) -> None:
    values = build.fields({})
    text = LAYOUTS[layout]({**values, "Fiscal Year": ("2022",), "Review Team": ("East",)})
    page = read(text)
    check_usual_values(page)
    assert page.problems == ()
    if layout in ("new", "old-fields"):
        assert [(o.label, o.text) for o in page.other] == [("Fiscal Year", "2022"), ("Review Team", "East")] or [
            (o.label, o.text) for o in page.other
        ] == [("Fiscal Year:", "2022"), ("Review Team:", "East")]


def test_an_unknown_field_among_plain_lines_is_no_component() -> None:
    text = build.text_report(build.fields({"Components": (*build.FIELDS["Components"], "Fiscal Year", "2022")}))
    page = read(text)
    assert page.components == build.FIELDS["Components"]
    assert [other.text for other in page.other] == ["Fiscal Year", "2022"]


@pytest.mark.parametrize("layout", ["new", "old-fields", "old-inline", "text", "markdown", "text-inline"])
@pytest.mark.parametrize("amount", ["$1.30 million", "$-5", "-$5", "($5)", "about $5", "$1,28,600", "5 dollars"])
def test_an_amount_that_is_none_is_null_and_named(layout: str, amount: str) -> None:
    text = LAYOUTS[layout](build.fields({"Questioned Costs": (amount,)}))
    page = read(text)
    assert page.questioned_costs is None
    line = next(n for n, source in enumerate(text.split("\n"), 1) if amount in source)
    assert [(p.code, p.line, p.value) for p in page.problems] == [(ProblemCode.AMOUNT_UNREADABLE, line, amount)]
    assert amount in page.problems[0].message
    assert "Questioned Costs" in page.problems[0].message


@every_layout
@pytest.mark.parametrize("amount", ["N/A", "n/a", "-", "None"])
def test_words_for_no_amount_are_null_without_a_problem(layout: str, amount: str) -> None:
    page = read(LAYOUTS[layout](build.fields({"Questioned Costs": (amount,)})))
    assert page.questioned_costs is None
    assert page.problems == ()


@pytest.mark.parametrize(
    ("printed", "content", "amount", "code"),
    [
        ("$0", "0", 0, None),
        ("$1,284,601", "1284600.50", Decimal("1284600.50"), None),
        ("", "1284600.50", Decimal("1284600.50"), None),
        ("$5", "7", 5, ProblemCode.VALUES_DIFFER),
        ("$1.30 million", "0", None, ProblemCode.AMOUNT_UNREADABLE),
        ("$5", "five", 5, None),
    ],
)
def test_the_markup_states_amounts_too(
    printed: str, content: str, amount: Decimal | int | None, code: ProblemCode | None
) -> None:
    text = build.new_report(build.fields({"Questioned Costs": ("$MONEY",)}))
    page = read(
        text.replace('<div class="field__item">$MONEY', f'<div class="field__item" content="{content}">{printed}')
    )
    assert page.questioned_costs == amount
    assert codes(page) == ([code] if code else [])


@every_layout
def test_a_page_without_a_number_says_so(layout: str) -> None:
    page = read(LAYOUTS[layout](build.fields({"Report Number": None})))
    assert page.report_number is None
    assert codes(page) == [ProblemCode.NUMBER_MISSING]
    assert "number" in page.problems[0].message


@every_layout
def test_two_numbers_on_a_page_are_named_and_neither_is_taken(layout: str) -> None:
    text = LAYOUTS[layout](build.FIELDS)
    label = build.OLD_LABELS["Report Number"] if layout.startswith("old") or layout == "text-colon" else "Report Number"
    second = LAYOUTS[layout]({label: ("OIG-22-70",)})
    if layout == "new" or layout.startswith("old"):
        start = second.index("<h1")
        second = second[start : second.index("</main>")]
        text = text.replace("</main>", f"{second.replace('</article>', '')}</main>")
    else:
        text = f"{text}\n{second.removeprefix('Skip to main content')}\n"
    if layout == "new":
        text = text.replace("</article>", "", 1).replace("</main>", "</article></main>")
    page = read(text)
    assert page.report_number is None
    assert codes(page) == [ProblemCode.NUMBERS_DIFFER]
    assert page.problems[0].value == "OIG-22-69 and OIG-22-70"
    assert text.split("\n")[page.problems[0].line - 1].count("OIG-22-70") == 1


def test_a_number_that_stands_twice_is_one() -> None:
    page = read(build.new_report(build.fields({"Report Number": ("OIG--22-69", "oig-22-69")})))
    assert page.report_number == "OIG--22-69"
    assert page.problems == ()


def test_two_numbers_in_a_block_of_text_are_noticed() -> None:
    page = read(build.text_report(build.fields({"Report Number": ("OIG-22-69", "OIG-22-70")})))
    assert (page.report_number, codes(page)) == (None, [ProblemCode.NUMBERS_DIFFER])


@pytest.mark.parametrize(
    ("label", "value", "code"),
    [
        ("Date Issued", "soon", ProblemCode.DATE_UNREADABLE),
        ("Date Issued", "02/30/2021", ProblemCode.DATE_UNREADABLE),
        ("Date Issued", "31/12/2021", ProblemCode.DATE_UNREADABLE),
        ("Number of Recommendations", "seven", ProblemCode.COUNT_UNREADABLE),
        ("Number of Recommendations", "-7", ProblemCode.COUNT_UNREADABLE),
        ("Agency Wide", "Partly", ProblemCode.ANSWER_UNREADABLE),
    ],
)
@pytest.mark.parametrize("layout", ["new", "old-fields", "text", "markdown"])
def test_a_value_that_cannot_be_read_is_named(layout: str, label: str, value: str, code: ProblemCode) -> None:
    page = read(LAYOUTS[layout](build.fields({label: (value,)})))
    assert [(problem.code, problem.value) for problem in page.problems] == [(code, value)]


def test_a_day_and_its_markup_that_differ_are_named() -> None:
    text = build.new_report(build.fields({"Date Issued": ("DAY",)}))
    page = read(text.replace("DAY", '<time datetime="2022-09-15T12:00:00Z">Friday, September 16, 2022</time>'))
    assert page.issue_date == dt.date(2022, 9, 16)
    assert [(p.code, p.value) for p in page.problems] == [(ProblemCode.VALUES_DIFFER, "2022-09-15T12:00:00Z")]


def test_links_are_given_in_full() -> None:
    text = build.new_report(build.fields({"External Link": ("LINK",)}))
    button = '<a class="report-download-button" href="/sites/default/files/a.pdf">View Report</a>'
    text = text.replace("LINK", '<a href="https://www.stateoig.gov/report/1">site</a>').replace(
        "</h1>", f"</h1>{button}"
    )
    page = read(text)
    assert page.external_url == "https://www.stateoig.gov/report/1"
    assert page.document_url == "https://www.oversight.gov/sites/default/files/a.pdf"
    other = read(build.text_report(build.fields({"External Link": ("https://www.stateoig.gov/report/1",)})))
    assert other.external_url == "https://www.stateoig.gov/report/1"
    broken = read(text.replace("/sites/default/files/a.pdf", "javascript:alert(1)"))
    assert (broken.document_url, codes(broken)) == (None, [ProblemCode.LINK_UNREADABLE])


def test_a_cut_heading_gives_way_to_the_full_title() -> None:
    page = read(build.new_report(build.fields({"Title Full": ("FEMA Did Not Act in Time",)}), title="FEMA Did Not..."))
    assert page.title == "FEMA Did Not Act in Time"
    other = read(build.new_report(build.fields({"Title Full": ("Another",)})))
    assert other.title == "FEMA Did Not Implement Controls"
    assert ("Title Full", "Another") in [(o.label, o.text) for o in other.other]


def test_the_title_of_a_text_stands_before_its_labels() -> None:
    lead = "\u2022 Audit of Grants Awarded in Washington, D.C.\n\nWe found a lot. We made recommendations.\n"
    page = read(lead + build.text_report().removeprefix("Skip to main content\n"))
    assert page.title == "Audit of Grants Awarded in Washington, D.C."
    assert page.lines["title"] == 1
    assert [other.text for other in page.other] == ["We found a lot. We made recommendations."]


@every_table
def test_open_recommendations_are_read(table: str) -> None:
    text = TABLES[table](build.OPEN_ROWS, 3)
    page = read(text)
    assert page.open_recommendations == 3
    assert [r.number for r in page.listed_recommendations] == ["3", "1-1", "Finding 2, Rec. 3"]
    assert [r.significant for r in page.listed_recommendations] == [False, True, False]
    assert [r.questioned_costs for r in page.listed_recommendations] == [0, Decimal("1284600.50"), 0]
    assert [r.funds_for_better_use for r in page.listed_recommendations] == [0, 14204, None]
    assert [r.text for r in page.listed_recommendations] == [row[4] for row in build.OPEN_ROWS]
    assert {r.status for r in page.listed_recommendations} == {"open"}
    lines = text.split("\n")
    assert all(str(r.number) in lines[r.line - 1] for r in page.listed_recommendations)
    assert page.problems == ()
    check_usual_values(page)


@every_table
def test_one_open_recommendation_is_in_the_singular(table: str) -> None:
    page = read(TABLES[table](build.OPEN_ROWS[:1], 1))
    assert (page.open_recommendations, len(page.listed_recommendations), page.problems) == (1, 1, ())


@every_table
@pytest.mark.parametrize("number", [0, "no"])
def test_none_is_open(table: str, number: int | str) -> None:
    page = read(TABLES[table]((), number))
    assert (page.open_recommendations, page.listed_recommendations, page.problems) == (0, (), ())


@every_layout
def test_a_page_without_open_recommendations_says_nothing_of_them(layout: str) -> None:
    page = read(LAYOUTS[layout](build.fields({"Number of Recommendations": ("0",)})))
    assert (page.recommendations, page.open_recommendations, page.listed_recommendations) == (0, None, ())
    assert page.problems == ()


@every_table
def test_fewer_rows_than_stated(table: str) -> None:
    page = read(TABLES[table](build.OPEN_ROWS, 4))
    code = ProblemCode.OPEN_COUNT_DIFFERS if table == "html" else ProblemCode.PAGE_CUT
    assert (page.open_recommendations, len(page.listed_recommendations)) == (4, 3)
    assert codes(page) == [code]
    assert page.problems[0].value == "This report has 4 open recommendations."


@every_table
def test_more_rows_than_stated(table: str) -> None:
    page = read(TABLES[table](build.OPEN_ROWS, 2))
    assert codes(page) == [ProblemCode.OPEN_COUNT_DIFFERS]
    assert len(page.listed_recommendations) == 3
    assert "2 recommendations are open, but lists 3" in page.problems[0].message


@every_table
def test_more_open_than_made(table: str) -> None:
    text = TABLES[table](build.OPEN_ROWS, 3)
    page = read(text.replace(">7<", ">2<").replace("\n7\n", "\n2\n"))
    assert codes(page) == [ProblemCode.OPEN_EXCEEDS_MADE]


@every_table
def test_a_number_that_repeats_is_named_and_both_rows_are_given(table: str) -> None:
    page = read(TABLES[table]((*build.OPEN_ROWS, build.OPEN_ROWS[0]), 4))
    assert codes(page) == [ProblemCode.RECOMMENDATION_NUMBER_REPEATED]
    assert [r.number for r in page.listed_recommendations] == ["3", "1-1", "Finding 2, Rec. 3", "3"]
    assert page.problems[0].line == page.listed_recommendations[3].line


@every_table
@pytest.mark.parametrize("amount", ["$1.30 million", "$-5"])
def test_an_amount_of_a_recommendation_that_is_none(table: str, amount: str) -> None:
    page = read(TABLES[table]([("3", "No", amount, "$0", "A text.")], 1))
    recommendation = page.listed_recommendations[0]
    assert (recommendation.questioned_costs, recommendation.funds_for_better_use) == (None, Decimal(0))
    assert [(p.code, p.value) for p in page.problems] == [(ProblemCode.AMOUNT_UNREADABLE, amount)]


@pytest.mark.parametrize("table", ["html", "markdown"])
def test_a_recommendation_without_a_number(table: str) -> None:
    page = read(TABLES[table]([("", "No", "$0", "$0", "A text.")], 1))
    assert [(p.code, p.value) for p in page.problems] == [(ProblemCode.RECOMMENDATION_NUMBER_MISSING, "A text.")]


@pytest.mark.parametrize("table", ["plain", "markdown"])
def test_blocks_may_follow_the_table(table: str) -> None:
    source = {"plain": build.open_table_plain, "markdown": build.open_table_markdown}[table](build.OPEN_ROWS, 3)
    page = read(f"{source}\n{build.text_report()}")
    check_usual_values(page)
    assert [r.text for r in page.listed_recommendations] == [row[4] for row in build.OPEN_ROWS]
    assert page.problems == ()


@pytest.mark.parametrize("table", ["html", "markdown"])
def test_columns_of_the_table_that_changed_are_named(table: str) -> None:
    heads = tuple("Importance" if head == "Significant Recommendation" else head for head in build.OPEN_HEADS)
    if table == "html":
        text = build.new_report(rows=build.OPEN_ROWS).replace("Significant Recommendation", "Importance")
    else:
        text = build.text_report(tail=build.open_table_markdown(build.OPEN_ROWS, None, heads))
    page = read(text)
    assert [(p.code, p.value) for p in page.problems] == [(ProblemCode.COLUMN_RENAMED, "Importance")]
    assert "Significant Recommendation" in page.problems[0].message
    assert [r.questioned_costs for r in page.listed_recommendations] == [0, Decimal("1284600.50"), 0]


@pytest.mark.parametrize("layout", ["new", "old-fields", "old-table", "text", "text-colon", "text-inline", "markdown"])
def test_a_page_that_is_cut_off_says_so_and_gives_no_part_of_a_value(layout: str) -> None:
    text = LAYOUTS[layout](build.FIELDS)
    cut = text[: text.index("OIG-22-69") + len("OIG-22-6")]
    page = read(cut)
    assert page.report_number is None
    assert [p.code for p in page.problems if p.code is not ProblemCode.NUMBER_MISSING] == [ProblemCode.PAGE_CUT]
    problem = next(p for p in page.problems if p.code is ProblemCode.PAGE_CUT)
    assert problem.line == cut.count("\n") + 1
    assert "OIG-22-6" in str(problem.value)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_number_at_the_end_of_a_text_is_whole_if_its_line_ends(line_end: str) -> None:
    text = build.text_report(build.FIELDS)
    shortened = text[: text.index("OIG-22-69") + len("OIG-22-69")]
    assert read(f"{shortened}{line_end}").report_number == "OIG-22-69"
    page = read(shortened)
    assert (page.report_number, codes(page)) == (None, [ProblemCode.NUMBER_MISSING, ProblemCode.PAGE_CUT])


def test_an_office_at_the_end_of_a_text_may_be_a_part_of_another() -> None:
    page = read("Audit\nDate Issued\nReport Number\nOIG-22-69\nAgency Wide\nNo\nSubmitting OIG\nDepartment of the")
    assert (page.submitting_oig, [p.value for p in page.problems]) == (None, ["Department of the"])


def test_a_markdown_table_that_breaks_off_is_named() -> None:
    text = build.text_report(tail=build.open_table_markdown(build.OPEN_ROWS, None)).rstrip("| ")
    page = read(text)
    assert codes(page) == [ProblemCode.PAGE_CUT]
    assert page.problems[0].value == build.OPEN_ROWS[-1][4]


def test_a_semiannual_report_has_its_half_year() -> None:
    values = {"SARC Start Date": ("Monday, October 1, 2018",), "SARC End Date": ("Sunday, March 31, 2019",)}
    for layout in LAYOUTS.values():
        page = read(layout(build.fields(values)))
        assert (page.period_start, page.period_end) == (dt.date(2018, 10, 1), dt.date(2019, 3, 31))


def test_related_reports_are_no_part_of_a_report() -> None:
    related = build.list_row_html(build.list_cells(), {"Report Number": "26-010"})
    check_usual_values(read(build.new_report().replace("</article>", f"</article><table>{related}</table>")))
