"""A difference told for people: as a change log in Markdown, and the same as plain text."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.release import changelog
from oig_pipeline.release.changelog import LONGEST_VALUE, MAX_REPORTS
from oig_pipeline.release.diff import Change, ColumnChange, Count, Difference, ReportChange
from tests.rows import SITE

NOTHING = Difference("0a1b", "2c3d", (), (), (), 0, (), (), (), (), {"reports": (3, 3), "sightings": (5, 5)})
CHANGED = Change("dhs", "OIG-21-49", 2021, "title", "Audit of Ports", "Audit of All Ports")
ALL_KINDS = Difference(
    old="0a1b",
    new="2c3d",
    added=(
        ReportChange("dhs", "OIG-21-60", 2021, "Jails Fail"),
        ReportChange("dhs", "OIG-21-61", 2021, "Grants in Ohio"),
    ),
    removed=(ReportChange("dhs", "DA-07-04", 2007, "City of Raleigh"),),
    changed=(
        CHANGED,
        Change("dhs", "OIG-21-49", 2021, "issue_date", None, "2021-07-20"),
        Change("dhs", "DA-07-04", 2004, "agencies", "FEMA", None),
    ),
    seen_again=1_200,
    columns=(
        ColumnChange("provenance", "title", None, "string or null"),
        ColumnChange("reports", "kind", "string", None),
        ColumnChange("reports", "sequence", "int32", "int64"),
    ),
    rules_added=("date_edge",),
    rules_removed=("date_far",),
    quality=(Count("conflict", "error", 0, 2), Count("date_missing", "warning", 1_200, 3)),
    rows={"reports": (1_200, 1_201), "sightings": (1_300, 2_600)},
)
MARKDOWN = """\
# Changes from 0a1b to 2c3d

2 reports added, 1 report removed, 2 reports changed, 1,200 reports seen again unchanged.
1,200 \u2192 1,201 reports, 1,300 \u2192 2,600 sightings.
A major change of the data's version.

## Added

- **OIG-21-60** (2021) Jails Fail
- **OIG-21-61** (2021) Grants in Ohio

## Removed

- **DA-07-04** (2007) City of Raleigh

## Changed

- **OIG-21-49** (2021)
  - `title`: Audit of Ports \u2192 Audit of All Ports
  - `issue_date`: nothing \u2192 2021-07-20
- **DA-07-04** (2004)
  - `agencies`: FEMA \u2192 nothing

## Contract

- new column `provenance.title` (string or null)
- column `reports.kind` is gone
- column `reports.sequence`: int32 \u2192 int64
- new rule `date_edge`
- rule `date_far` is gone

## Quality

- `conflict` (error): 0 \u2192 2
- `date_missing` (warning): 1,200 \u2192 3
"""


def test_it_reads_like_a_change_log() -> None:
    assert changelog.markdown(ALL_KINDS) == MARKDOWN


def test_the_plain_text_is_the_same_without_marks() -> None:
    assert changelog.text(ALL_KINDS) == re.sub("^#+ ", "", MARKDOWN, flags=re.M).replace("**", "").replace("`", "")
    assert not re.search("[#*`]", changelog.text(ALL_KINDS))


@pytest.mark.parametrize(
    "words",
    ["Audit of `rm -rf`", "Use of **Force**", "# Tracking", "C# and F#", "5 * 3 ** 2", "`", "**", "_a_ ~b~ [c](d) <e>"],
)
def test_marks_that_a_value_holds_itself_stay_in_the_plain_text(words: str) -> None:
    difference = replace(
        NOTHING,
        added=(ReportChange("dhs", "OIG-21-60", 2021, words),),
        changed=(CHANGED._replace(old=words), CHANGED._replace(column="summary", new=words)),
    )
    lines = changelog.text(difference).splitlines()
    assert sum(line.endswith(f"(2021) {words}") for line in lines) == 1
    assert sum(line.endswith(f": {words} \u2192 Audit of All Ports") for line in lines) == 1
    assert sum(line.endswith(f"Audit of Ports \u2192 {words}") for line in lines) == 1


# What is there, and what is not.


@pytest.mark.parametrize("render", [changelog.markdown, changelog.text])
def test_nothing_different_says_so(render: Any) -> None:
    assert render(NOTHING).removeprefix("# ").splitlines() == [
        "Changes from 0a1b to 2c3d", "", "The releases hold the same reports, columns and rules.",
    ]  # fmt: skip


SECTIONS: dict[str, dict[str, Any]] = {
    "Added": {"added": ALL_KINDS.added},
    "Removed": {"removed": ALL_KINDS.removed},
    "Changed": {"changed": ALL_KINDS.changed},
    "Contract": {"columns": ALL_KINDS.columns},
    "Quality": {"quality": ALL_KINDS.quality},
}


@pytest.mark.parametrize(("heading", "difference"), SECTIONS.items(), ids=SECTIONS)
def test_a_section_is_there_only_if_it_has_something_to_tell(heading: str, difference: dict[str, Any]) -> None:
    text = changelog.markdown(replace(NOTHING, **difference))
    assert [line for line in text.splitlines() if line.startswith("## ")] == [f"## {heading}"]
    assert "hold the same" not in text


@pytest.mark.parametrize("rules", [{"rules_added": ("a",)}, {"rules_removed": ("a",)}])
def test_rules_alone_are_the_contract(rules: dict[str, Any]) -> None:
    text = changelog.markdown(replace(NOTHING, **rules))
    assert "\n## Contract\n\n" in text
    assert "\nNo report differs.\n" in text
    assert "\nA minor change" in text


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 report seen"), (2, "2 reports seen"), (1_000, "1,000 reports seen")]
)
def test_reports_seen_again_are_a_count_and_no_section(count: int, words: str) -> None:
    text = changelog.markdown(replace(NOTHING, seen_again=count))
    assert f"\n{words} again unchanged.\n" in text
    assert "## " not in text


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({}, []),
        ({"reports_added": 1}, ["1 report added"]),
        ({"reports_added": 2, "reports_removed": 1}, ["2 reports added", "1 report removed"]),
        ({"columns_changed": 1, "rules_changed": 12_000}, ["1 column changed", "12,000 rules changed"]),
    ],
)
def test_counts_are_words(counts: dict[str, int], words: list[str]) -> None:
    assert changelog.counted(counts) == words


# Many reports.


def many(count: int) -> tuple[ReportChange, ...]:
    return tuple(ReportChange("dhs", f"OIG-21-{n}", 2021, f"Audit {n}") for n in range(count))


@pytest.mark.parametrize("kind", ["added", "removed", "changed"])
@pytest.mark.parametrize(
    ("count", "rest"), [(MAX_REPORTS, None), (MAX_REPORTS + 1, "1"), (MAX_REPORTS + 4_321, "4,321")]
)
def test_many_reports_are_cut_and_the_rest_is_counted(kind: str, count: int, rest: str | None) -> None:
    reports = many(count)
    values = [CHANGED._replace(report_number=r.report_number, column=c) for r in reports for c in ("title", "summary")]
    difference: dict[str, Any] = {kind: tuple(values) if kind == "changed" else reports}
    text = changelog.markdown(replace(NOTHING, **difference))
    numbers = re.findall(r"^- \*\*(OIG-21-\d+)\*\*", text, flags=re.M)
    assert numbers == [report.report_number for report in reports[:MAX_REPORTS]]
    assert f"\n{count:,} reports {kind}.\n" in text, "all are counted"
    assert re.findall(r"^- \u2026 and (.*) more", text, flags=re.M) == ([rest] if rest else [])


# Long values.


def values_in_log(old: str | None, new: str | None) -> tuple[str, str]:
    """Return the two values as the change log shows them."""
    text = changelog.text(replace(NOTHING, changed=(CHANGED._replace(old=old, new=new),)))
    (line,) = (line for line in text.splitlines() if line.startswith("  - title: "))
    before, after = line.removeprefix("  - title: ").split(" \u2192 ")
    return before, after


WORDS = " ".join(f"word{n}" for n in range(40))


def test_values_that_are_short_are_shown_whole() -> None:
    longest = "x" * LONGEST_VALUE
    assert values_in_log("Audit of Ports", longest) == ("Audit of Ports", longest)


def test_of_long_values_the_place_is_shown_where_they_begin_to_differ() -> None:
    before, after = values_in_log(WORDS, WORDS.replace("word30", "WORD30"))
    assert "word30" in before
    assert "WORD30" in after
    for value in (before, after):
        assert value.startswith("\u2026word"), "what came before is left out, and words are not cut there"
        assert value.endswith("\u2026")
        assert len(value) <= LONGEST_VALUE + 2


def test_what_differs_at_once_is_shown_from_its_beginning() -> None:
    before, after = values_in_log(WORDS, f"The {WORDS}")
    assert before.startswith("word0 word1 ")
    assert after.startswith("The word0 ")
    assert before.endswith("\u2026")


@pytest.mark.parametrize("more", [" and more", ".", " word40 word41 word42 " * 9])
def test_a_long_value_that_goes_on_or_stops_earlier_shows_its_end(more: str) -> None:
    before, after = values_in_log(WORDS, f"{WORDS}{more}")
    assert before.endswith("word39")
    assert after[: len(before)] == before
    assert more.split()[0] in after[len(before) :]
    assert values_in_log(f"{WORDS}{more}", WORDS) == (after, before)


LONG_LINK = f"{SITE}/sites/default/files/assets/2021-07/Office-of-Inspector-General-Report-on-Ports-of-Entry"


@pytest.mark.parametrize(("old", "new"), [("-Jul21.pdf", "-Aug21.pdf"), (".pdf", "_0.pdf"), (".pdf", ".pdf?x=1")])
def test_of_long_links_the_place_is_shown_where_they_differ(old: str, new: str) -> None:
    before, after = values_in_log(LONG_LINK + old, LONG_LINK + new)
    assert before.endswith(old)
    assert after.endswith(new)
    assert max(len(before), len(after)) <= LONGEST_VALUE + 2


def test_line_breaks_in_a_value_are_blanks() -> None:
    assert values_in_log("One.\n\n## Removed\n- Two.", "One.") == ("One. ## Removed - Two.", "One.")


_LONG = st.builds(str.__mul__, st.sampled_from(("a", "-", "word ", "longer words ")), st.integers(0, 150))
_FEW = st.text("ab ", max_size=3)


@given(_LONG, _FEW, _FEW, _LONG)
def test_two_values_that_differ_look_different(before: str, old: str, new: str, after: str) -> None:
    old_words, new_words = (" ".join(f"{before}{value}{after}".split()) for value in (old, new))
    shorts = values_in_log(old_words, new_words)
    assert (shorts[0] == shorts[1]) is (old_words == new_words)
    for short, words in zip(shorts, (old_words, new_words), strict=True):
        assert len(short) <= LONGEST_VALUE + 2
        assert short.strip("\u2026") in (words or "nothing"), "what is shown stands there"
        assert not short or short.startswith("\u2026") or (words or "nothing").startswith(short.rstrip("\u2026"))
        assert not short or short.endswith("\u2026") or (words or "nothing").endswith(short.lstrip("\u2026"))
