"""The search index: what it holds, and that its numbers are read back as they were written."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.release.catalog import connect
from oig_pipeline.site import search_index

INDEX = "search/index"


def script(text: str) -> Any:
    """Return what a script of the index is called with."""
    (inner,) = re.findall(r"^oigIndex\.\w+\((.*)\);\n$", text, re.S)
    return json.loads(f"[{inner}]")


def places(text: str) -> list[int]:
    """Read differences as the browser does."""
    positions: list[int] = []
    number, weight = 0, 1
    for character in text:
        if character in search_index._LAST:
            number += search_index._LAST.index(character) * weight
            positions.append(number + (positions[-1] if positions else 0))
            number, weight = 0, 1
        else:
            number += search_index._MORE.index(character) * weight
            weight *= len(search_index._LAST)
    return positions


@given(st.lists(st.integers(0, 2_000_000), unique=True, min_size=1).map(sorted))
def test_places_are_read_back_as_they_were_written(numbers: list[int]) -> None:
    steps = [numbers[0], *(later - earlier for earlier, later in pairwise(numbers))]
    assert places("".join(map(search_index.spell, steps))) == numbers


def test_every_word_leads_to_the_reports_that_say_it(own_site: Path, own_release: Path) -> None:
    (index,) = script((own_site / INDEX / "reports.js").read_text(encoding="utf-8"))
    assert len(index["number"]) == 367
    prefix, words = script((own_site / INDEX / "6d-65.js").read_text(encoding="utf-8"))
    assert prefix == "me"
    (fields,) = [fields for word, *fields in words if word == "medical"]
    title_matches = {index["number"][place] for place in places(fields[1])}
    summary_matches = {index["number"][place] for place in places(fields[2])}
    with connect(str(own_release)) as connection:
        for column, numbers in (("title", title_matches), ("summary", summary_matches)):
            sql = f"SELECT report_number FROM reports WHERE regexp_matches({column}, '(?i)\\bmedical\\b')"
            assert numbers == {number for (number,) in connection.execute(sql).fetchall()}


def test_topics_are_searched_as_numbers_titles_and_summaries_are(own_site: Path, own_release: Path) -> None:
    (index,) = script((own_site / INDEX / "reports.js").read_text(encoding="utf-8"))
    _, words = script((own_site / INDEX / "62-6f.js").read_text(encoding="utf-8"))
    (fields,) = [fields for word, *fields in words if word == "border"]
    numbers = {index["number"][place] for place in places(fields[3])}
    with connect(str(own_release)) as connection:
        sql = "SELECT report_number FROM reports WHERE list_contains(topics, 'Border Security')"
        assert numbers == {number for (number,) in connection.execute(sql).fetchall()} != set()


def test_the_parts_that_are_named_are_there(own_site: Path) -> None:
    (index,) = script((own_site / INDEX / "reports.js").read_text(encoding="utf-8"))
    parts = {file.stem for file in (own_site / INDEX).glob("*.js")} - {"reports"}
    assert set(index["parts"]) == parts
    assert all(len(lengths) == 367 for lengths in index["lengths"])


def test_no_script_of_the_index_holds_markup(hostile_site: Path) -> None:
    texts = [file.read_text(encoding="utf-8") for file in (hostile_site / INDEX).glob("*.js")]
    assert any("harmed" in text for text in texts)
    assert not any("<" in text for text in texts)
