"""DICTIONARY.md: every table, column, view and rule in words, as Markdown that shows what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from oig_pipeline.contract.column import NAMES, TIME
from oig_pipeline.contract.rules import RULES
from oig_pipeline.contract.schemas import COLUMNS, POLARS_SCHEMAS, TABLE_DESCRIPTIONS, TABLES
from oig_pipeline.release.catalog import derived_views
from oig_pipeline.release.files import read_table
from oig_pipeline.release.metadata.about import LICENCE_URL, OF_DEFAULT_OFFICE, DatasetInfo, TableStats
from oig_pipeline.release.metadata.dictionary import LONGEST_EXAMPLE, dictionary

TYPES: dict[Any, str] = {
    pl.String: "string", pl.Int32: "int32", pl.Int64: "int64", pl.Float64: "double",
    pl.Boolean: "bool", pl.Date: "date32[day]",
    TIME: "timestamp[us]", NAMES: "list of string",
}  # fmt: skip


def with_examples(examples: Mapping[str, Mapping[str, str]]) -> str:
    return dictionary(DatasetInfo(TableStats(examples=examples), ()))


def sections(text: str) -> dict[str, str]:
    """Return heading → what stands below it."""
    return dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.M | re.S))


def grid(section: str) -> list[list[str]]:
    """Return the cells of the table of a section as GitHub parts them: at each bar that no backslash escapes."""
    lines = [line for line in section.split("\n") if line.startswith("|")]
    cells = [[c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    assert set(cells[1]) == {"---"}
    assert {len(row) for row in cells} == {len(cells[0])}
    return [[cell.replace("\\|", "|") for cell in row] for row in (cells[0], *cells[2:])]


@pytest.fixture(scope="module")
def release(own_release: Path) -> Path:
    return own_release


@pytest.fixture(scope="module")
def text(release: Path) -> str:
    return (release / "DICTIONARY.md").read_text(encoding="utf-8")


def test_it_opens_with_what_the_data_is_and_whose(text: str) -> None:
    head = text.partition("\n## ")[0]
    assert head.startswith("# Reports of the Office of Inspector General")
    assert all(constant in head for constant in (OF_DEFAULT_OFFICE.source_url, LICENCE_URL, OF_DEFAULT_OFFICE.notice))
    assert all(f"`{file}`" in head for file in ("reports.csv", "reports.ndjson", "reports.sqlite"))


def test_it_has_a_section_for_coverage_for_every_table_and_for_views_and_rules(text: str) -> None:
    assert list(sections(text)) == ["Coverage", *TABLES, "Views", "Rules"]
    assert text.endswith("|\n")


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_told_with_its_key_and_every_column(table: str, text: str) -> None:
    section = sections(text)[table]
    assert section.strip().startswith(TABLE_DESCRIPTIONS[table])
    key = ", ".join(f"`{name}`" for name in TABLES[table].unique or ())
    assert re.findall(r"^Key: (.*)\.$", section, re.M) == [key] * bool(key)
    head, *rows = grid(section)
    assert head == ["column", "type", "unit", "may be null", "description", "example"]
    declared = COLUMNS[table]
    assert [row[0] for row in rows] == [f"`{name}`" for name in declared]
    for (name, column), (_, kind, unit, null, description, _) in zip(declared.items(), rows, strict=True):
        among = column.among
        expected = (
            f"{column.description} One of {', '.join(f'`{value}`' for value in among)}."
            if among
            else column.description
        )
        assert description == expected
        assert (kind, unit) == (TYPES[POLARS_SCHEMAS[table][name]], column.unit_or_default or "")
        assert null == ("yes" if column.nullable else "no")


def test_every_view_and_rule_is_told(text: str) -> None:
    head, *rows = grid(sections(text)["Views"])
    assert head == ["view", "description"]
    assert rows == [[f"`{name}`", description] for name, (description, _) in derived_views().items()]
    head, *rows = grid(sections(text)["Rules"])
    assert head == ["rule", "severity", "judges", "why", "remedy"]
    assert rows == [[f"`{r.code}`", r.severity, f"`{r.column}`", r.why, r.remedy] for r in RULES]


def as_text(value: Any) -> str:
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return " ".join((text.lower() if isinstance(value, bool) else text).split())


@pytest.mark.parametrize("table", TABLES)
def test_every_example_is_a_value_of_the_release(table: str, text: str, release: Path) -> None:
    frame = read_table(release, table)
    for name, *_, example in grid(sections(text)[table])[1:]:
        values = {as_text(v) for v in frame[name.strip("`")].to_list() if v is not None and v != []}
        cell = example.strip("`")
        assert len(cell) <= LONGEST_EXAMPLE
        if cell.endswith("\u2026"):
            assert any(v.replace("`", "'").startswith(cell[:-1]) for v in values), name
        else:
            assert (cell in {v.replace("`", "'") for v in values}) if values else (cell == ""), name


@pytest.mark.parametrize(
    ("example", "cell"),
    [
        ("a|b", "`a|b`"),
        ("|", "`|`"),
        ("a `b` c", "`a 'b' c`"),
        ("```", "`'''`"),
        ("a\nb\r\n  c", "`a b c`"),
        ("<script>*_[x](y)_*</script>", "`<script>*_[x](y)_*</script>`"),
        ("x" * LONGEST_EXAMPLE, f"`{'x' * LONGEST_EXAMPLE}`"),
        ("x" * (LONGEST_EXAMPLE + 1), f"`{'x' * (LONGEST_EXAMPLE - 1)}\u2026`"),
        ("|" * 99, f"`{'|' * (LONGEST_EXAMPLE - 1)}\u2026`"),
    ],
)
def test_whatever_an_example_holds_it_stays_in_its_cell(example: str, cell: str) -> None:
    rows = grid(sections(with_examples({"reports": {"title": example}}))["reports"])
    (title,) = [row for row in rows if row[0] == "`title`"]
    assert title[-1] == cell
    assert [row[-1] for row in rows[1:] if row[0] != "`title`"] == [""] * (len(rows) - 2)


def test_no_example_leaves_half_a_code_span() -> None:
    line = next(
        line
        for line in with_examples({"reports": {"summary": " \u00a0\n"}}).split("\n")
        if line.startswith("| `summary`")
    )
    assert re.split(r"(?<!\\)\|", line)[-2].strip() == ""
