"""Damaged texts: mended where that is certain, named where it is not, left alone where nothing is wrong."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.domain.damage import mend, mended
from oig_pipeline.run.by_office import normalize_rows as normalize
from tests.conftest import PROJECT
from tests.rows import judgement_of, sightings

MENDED = {
    "FEMA\u0092s Housing \u0096 Paid Twice": "FEMA\u2019s Housing \u2013 Paid Twice",
    "FEMA\u00e2\u20ac\u2122s Housing \u00e2\u20ac\u201c Paid": "FEMA\u2019s Housing \u2013 Paid",
    "FEMA\u201a\u00c4\u00f4s Housing": "FEMA\u2019s Housing",
    "S&amp;T Labs": "S&T Labs",
    "R&amp;amp;D at FEMA&amp;#8217;s": "R&D at FEMA\u2019s",
    "tem\u00adpo\u200brary \u200eHousing": "temporary Housing",
    "Costs Claimed (PDF, 23 pages - 1.6 MB)": "Costs Claimed",
    "Costs Claimed (PDF, 1 page - 640 KB) (Redacted)": "Costs Claimed (Redacted)",
    "Costs Claimed [PDF - 1.6MB]": "Costs Claimed",
    "Costs Claimed (PDF, 23 pages": "Costs Claimed",
    "FE\x00MA": "FEMA",
}
DAMAGED = (
    *("FEMA\ufffds Housing", "FEMA?s Housing", "FEMA\u0081s", "<em>FEMA</em> Housing", "Housing<br />", "FEMA\\u2019s"),
    *(
        "Housing\u00c2",
        "FEMA=E2=80=99s",
        "S&ampT Labs",
        "FEMA&#8217 s",
        "\u0393\u00c7\u00d6 FEMA\u0393\u00c7\u00d6s",
        "FEMA \ue123",
    ),
)
UNDAMAGED = (
    *(
        "Who Guards the Border?",
        "S&T's R&D",
        "Caf\u00e9 Ni\u00f1o",
        "DHS\u2019 \u201cPlan\u201d \u2013 $1.2\u00a0M",
        "\u00a7 7 \u2014 \u2026",
    ),
    *(
        "A (PDF Handling)",
        "5 < 6 and 7 > 6",
        "100% E-Verify",
        "AT&T; Others",
        "Plan A/B?",
        "\ufb01nance",
        "\uff21",
        "\u00c2ge",
        "TH\u00c9\u00c2TRE",
    ),
)


@pytest.mark.parametrize(("came", "text"), MENDED.items())
def test_certain_damage_is_mended_and_flagged_and_what_is_listed_stays(came: str, text: str) -> None:
    assert mend(came) == (text, True, False)
    for name, column in (("title", "listed_title"), ("summary", "listed_summary")):
        row = normalize(sightings({name: came})).row(0, named=True)
        assert (row[column], row["text_repaired"], row["text_damaged"]) == (came, name, None)
        rules = judgement_of({name: came}).sightings["rules"].item()
        assert "text_repaired" in rules
        assert "text_damaged" not in rules


@pytest.mark.parametrize("came", DAMAGED)
def test_other_damage_is_flagged(came: str) -> None:
    assert mend(came)[2]
    for name in ("title", "summary"):
        assert "text_damaged" in judgement_of({name: came}).sightings["rules"].item()


@pytest.mark.parametrize("text", UNDAMAGED)
def test_an_undamaged_text_stays_as_it_is(text: str) -> None:
    assert mend(text) == (text, False, False)


def test_the_texts_of_the_golden_captures_stay_as_they_are() -> None:
    files = (PROJECT / "tests" / "golden").rglob("*.expected.json")
    captures = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    rows = [row for capture in captures if isinstance(capture, list) for row in capture]
    for page in (capture for capture in captures if isinstance(capture, dict)):
        rows += [*page.get("rows", ()), *filter(None, [page["report"]])]
    texts = {str(row.get(name)) for row in rows for name in ("title", "listed_title", "summary", "listed_summary")}
    assert len(texts) > 200
    assert [text for text in texts if mend(text) != (text, False, False)] == []


words = st.text(max_size=12) | st.sampled_from(
    [*MENDED, *DAMAGED, *UNDAMAGED, "&", ";", "\x92", "(PDF, 2 pages)", "\u00e2", " "]
)


@given(st.lists(st.lists(words, max_size=4).map("".join) | st.none(), max_size=5))
def test_what_is_looked_at_closely_is_all_that_shows_damage(texts: list[str | None]) -> None:
    rows = mended(pl.Series(texts, dtype=pl.String)).rows()
    for text, (better, is_repaired, is_damaged) in zip(texts, rows, strict=True):
        expected = (None, False, False) if text is None else mend(text)
        assert (is_repaired, is_damaged) == expected[1:]
        assert better == (expected[0] if is_repaired else better)
