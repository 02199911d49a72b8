"""Which layout a text has, by what it says and never by its name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oig_pipeline.capture import html_table
from oig_pipeline.capture.captures import take
from oig_pipeline.capture.exchange import CSV
from oig_pipeline.capture.ndjson import LAYOUT as NDJSON
from oig_pipeline.capture.rows import Layout
from oig_pipeline.domain.known_sources import OVERSIGHT_GOV
from oig_pipeline.run.read_capture import layout_of, read
from oig_pipeline.sources import SOURCES
from oig_pipeline.sources.oig_dhs_gov import html_cards, text_dated, text_runon, text_table
from oig_pipeline.sources.oig_dhs_gov.text_cards import LAYOUT as TEXT_CARDS
from oig_pipeline.sources.unitedstates import archive_record
from tests.conftest import DATA, Captures

LAYOUTS = (NDJSON, CSV, *(replace(layout, source=s.name) for s in SOURCES for layout in s.layouts))
"""Every layout as it is found: with the source that declares it, if one does."""
CARD = "  \u2022 CBP Needs Oversight\n    Report Number\n    OIG-21-49\n    Fiscal Year\n    2021\n"
UNLABELLED = "  \u2022 CBP Needs Oversight\n\n    Executive Summary\n\n    Text.\n"
PRESS_RELEASES = "Border Security\n\n  \u2022 DHS OIG Announces\n\n    In May.\n\n  \u2022 DHS OIG Hosts\n"
TEXTS = {
    "CSV": ("report_number,title\nOIG-21-49,T\n", CSV),
    "CSV of a header alone": ("report_number,title\n", CSV),
    "CSV, quoted, after blank lines": ('\n\n"title", "report_number"\nT,OIG-21-49\n', CSV),
    "CSV without a required column": ("agency,colour\nCBP,blue\n", CSV),
    "NDJSON": ('{"report_number": "OIG-21-49", "title": "T"}\n', NDJSON),
    "NDJSON after blank lines": ('\n \n{"report_number": "OIG-21-49"}', NDJSON),
    "NDJSON with a broken line": ('{"title": "T"}\n{"title": \n', NDJSON),
    "text table": (
        "Report Number Title Issue Date Sort ascending Fiscal Year\nOIG-22-21 Review 2022\n",
        text_table.LAYOUT,
    ),
    "run-on cards": ("CBP\n- Report NumberOIG-22-02Issue DateFiscal Year2022\n", text_runon.LAYOUT),
    "dated list": ("Management Alerts\n\nDate Title\n03/06/17 Alert\n", text_dated.LAYOUT),
    "HTML table": (
        '<td class="views-field-field-report-number"></td><td class="views-field-title"></td>',
        html_table.LAYOUT,
    ),
    "HTML cards": ('<div class="field__label">Report Number</div>', html_cards.LAYOUT),
    "report.json": (
        '{\n "inspector": "dhs",\n "report_id": "OIG-21-49_2021",\n "title": "T"}\n',
        archive_record.LAYOUT,
    ),
    "cards": (f"Border Security\n\n{CARD}", TEXT_CARDS),
    "cards from the first line on": (CARD, TEXT_CARDS),
    "a card without labels": (f"Border Security\n\n{UNLABELLED}", TEXT_CARDS),
    "cards after press releases": (PRESS_RELEASES + CARD, TEXT_CARDS),
}


def of_its_source(layout: Layout) -> Layout:
    """Return that of `LAYOUTS` which is a layout."""
    (layout_of_source,) = (other for other in LAYOUTS if replace(other, source=None) == layout)
    return layout_of_source


@pytest.mark.parametrize(("text", "layout"), TEXTS.values(), ids=TEXTS)
def test_a_layout_is_recognised_by_what_a_text_says(text: str, layout: Layout) -> None:
    assert layout_of(text) == of_its_source(layout)
    assert [other for other in LAYOUTS if other.matches(text)] == [of_its_source(layout)]


def test_a_broken_first_line_does_not_hide_what_the_other_lines_are() -> None:
    assert layout_of('{"title": \n{"report_number": "OIG-21-49", "title": "T"}\n') is NDJSON


def test_a_card_without_labels_on_the_first_line_is_a_card() -> None:
    assert layout_of(UNLABELLED) == of_its_source(TEXT_CARDS)


@pytest.mark.parametrize("name", ["listing", "listing.txt", "listing.csv", "listing.ndjson", "listing.html"])
def test_the_name_of_a_file_does_not_matter(captures: Captures, name: str) -> None:
    for text, layout in TEXTS.values():
        (capture,) = take(captures({name: text}))
        assert read(capture).layout == layout.name


def test_the_raw_data_of_the_repository_is_in_known_layouts() -> None:
    for capture in take(DATA / "raw"):
        layout = layout_of(capture.file.read_text(encoding="utf-8"), capture.url)
        assert layout is not None
        assert layout in LAYOUTS or layout.source == OVERSIGHT_GOV


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "Remember to save the March listing.\n",
        "the title, the number\nand more\n",
        "[1, 2]\n",
        '["report_number", "title"]\n',
        "{broken\n{also broken\n",
        "Report Number Title Fiscal Year\nOIG-22-21 Review of Grants 2022\n",
        "We ask for an Executive Summary and a Report Number.\n",
        "<html><body><p>Report Number</p></body></html>\n",
    ],
)
def test_other_texts_have_no_layout(text: str) -> None:
    assert layout_of(text) is None


def test_a_summary_that_says_access_denied_is_still_read(captures: Captures) -> None:
    summary = "    Executive Summary\n\n    Access denied, page not found: verify you are human.\n\n    Report Number"
    (capture,) = take(captures({"page.txt": CARD.replace("    Report Number", summary)}))
    reading = read(capture)
    assert (reading.status, reading.sightings.height) == ("read", 1)
