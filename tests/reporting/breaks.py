"""The seed, broken in a different way for every rule: what is changed, and which file and lines show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from oig_pipeline.contract.rules import BY_CODE
from tests.conftest import DATA, SIBLINGS
from tests.dhs_examples import files

SEED = "border-security.txt"
TEXT = (DATA / "raw" / SEED).read_text(encoding="utf-8")
FIRST = "Review of the February 16, 2020 Childbirth"
SECOND = "CBP Needs to Strengthen Its Oversight and Policy"
SUMMARY = TEXT[TEXT.index("    We found Border Patrol provided") : TEXT.index("\n\n    Report Number")]
CARD = TEXT[TEXT.index("  \u2022 " + FIRST) : TEXT.index("  \u2022 " + SECOND)]


@dataclass(frozen=True)
class Break:
    """Files of the raw folder (some go beside it), the one at fault, and words on its lines at fault.

    They are the words of the value at fault, or where there is none, those with which its row begins.
    """

    files: dict[str, str | bytes]
    file: str
    marks: tuple[str, ...]

    @property
    def lines(self) -> list[int]:
        """The lines, from 1, on which the marks stand, each once."""
        content = self.files[self.file]
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
        return [next(n for n, line in enumerate(text.split("\n"), 1) if mark in line) for mark in self.marks]


def seed(change: Callable[[str], str], *marks: str) -> Break:
    """Return the seed with its first card changed."""
    changed = TEXT.replace(CARD, change(CARD))
    assert changed != TEXT or change(CARD) == CARD
    return Break({SEED: changed}, SEED, marks or (FIRST,))


def swap(old: str, new: str, *marks: str) -> Break:
    assert old in CARD
    return seed(lambda card: card.replace(old, new), *marks)


def example(code: str, *marks: str, file: str | None = None) -> Break:
    """Return the seed beside the rule's own example, whose first file is at fault where no other is named."""
    example_files = files(BY_CODE[code].fails)
    return Break(
        {SEED: TEXT, **example_files},
        file or min(name for name in example_files if not name.startswith(SIBLINGS)),
        marks,
    )


def with_document(card: str) -> str:
    return card.replace("    Document File\n", "    Document File\n    /assets/childbirth.pdf\n")


DATED = "    Issue Date\n"
BREAKS: dict[str, Break] = {
    "number_missing": swap("    OIG-21-49\n", ""),
    "number_malformed": swap("OIG-21-49", "OIG-2021-49", "OIG-2021-49"),
    "fiscal_year_malformed": swap("    2021\n", "    FY21\n", "FY21"),
    "fiscal_year_mismatch": swap("    2021\n", "    2019\n", "    2019"),
    "fiscal_year_future": seed(
        lambda card: card.replace("OIG-21-49", "OIG-61-49").replace("    2021\n", "    2061\n"), "    2061"
    ),
    "agency_unknown": swap("    DHS Agency\n", "    DHS Agency\n    Ministry of Works\n", "Ministry of Works"),
    "title_empty": seed(lambda card: card.replace(card.split("\n")[0], "  \u2022 \u00a0"), "\u2022 \u00a0"),
    "date_unreadable": swap(DATED, DATED + "    02/30/2021\n", "02/30/2021"),
    "date_outside": swap(DATED, DATED + "    01/05/2019\n", "01/05/2019"),
    "conflict": seed(lambda card: card.replace("OIG-21-49", "OIG-21-48"), FIRST, SECOND),
    "office_missing": example("office_missing", "OIG-21-49"),
    "office_unknown": example("office_unknown", "OIG-21-49"),
    "dates_apart": example("dates_apart", "07/20/2021", "2023-03-01"),
    "number_ambiguous": example("number_ambiguous", "OIG-21-50"),
    "questioned_costs_unreadable": example("questioned_costs_unreadable", "OIG-21-49"),
    "funds_unreadable": example("funds_unreadable", "OIG-21-49"),
    "recommendations_unreadable": example("recommendations_unreadable", "OIG-21-49"),
    "columns_changed": Break({**files(BY_CODE["columns_changed"].fails)}, "page.md", ("Identifier",)),
    "page_inconsistent": example("page_inconsistent", "open recommendation"),
    "open_exceeds_made": example("open_exceeds_made", "open recommendation"),
    "count_conflict": example("count_conflict", "19", file="page.txt"),
    "money_conflict": example("money_conflict", "$0", file="page.txt"),
    "better_use_conflict": example("better_use_conflict", "$0", file="page.txt"),
    "value_unread": example("value_unread", "Perhaps"),
    "component_conflict": example("component_conflict", "FEMA", file="page.txt"),
    "date_conflict": example("date_conflict", "07/22/2021", file="page.txt"),
    "capture_unreadable": example("capture_unreadable", "Caf"),
    "capture_cut": example("capture_cut", "OIG-21-91"),
    "layout_unknown": example("layout_unknown", "Remember"),
    "listing_empty": example("listing_empty", "report_number"),
    "text_unread": seed(lambda card: card + "    A line of another kind\n\n", "A line of another kind"),
    "correction_stale": example("correction_stale", "- rule", file="corrections.yml"),
    "column_unknown": example("column_unknown", "colour"),
    "column_missing": example("column_missing", "report_number", file="2021-02.csv"),
    "listing_shrank": example("listing_shrank", "report_number", file="2021-02.csv"),
    "number_repaired": swap("OIG-21-49", "oig 21_49", "oig 21_49"),
    "fiscal_year_missing": swap("    2021\n", ""),
    "date_missing": seed(lambda card: card),
    "date_edge": swap(DATED, DATED + "    10/15/2021\n", "10/15/2021"),
    "date_suspect": example("date_suspect", "published_on"),
    "date_differs": example("date_differs", "07/19/2021"),
    "agency_inferred": swap(FIRST, f"{FIRST} by CBP"),
    "agency_missing": swap(FIRST + " at the Chula Vista Border Patrol Station", FIRST),
    "title_repaired": swap("  \u2022 " + FIRST, "  \u2022 >" + FIRST),
    "document_missing": seed(lambda card: card),
    "document_offsite": swap(
        "    Document File\n", "    Document File\n    https://example.org/a.pdf\n", "https://example.org/a.pdf"
    ),
    "document_misnamed": swap(
        "    Document File\n", "    Document File\n    /assets/OIG_20-49_Jul20.pdf\n", "OIG_20-49_Jul20.pdf"
    ),
    "document_shared": seed(
        lambda card: with_document(card) + with_document(card).replace("OIG-21-49", "OIG-21-77"),
        "/assets/childbirth.pdf",
    ),
    "document_mismatch": example("document_mismatch", "OIG-21-49"),
    "summary_missing": swap(SUMMARY, ""),
    "sequence_large": swap("OIG-21-49", "OIG-21-1049", "OIG-21-1049"),
    "title_shared": seed(lambda card: card + card.replace("OIG-21-49", "OIG-21-77")),
    "value_corrected": example("value_corrected", "OIG-18-16"),
    "text_repaired": swap(FIRST, FIRST + "&#8217;s"),
    "text_damaged": swap(FIRST, FIRST + "\ufffd"),
}
