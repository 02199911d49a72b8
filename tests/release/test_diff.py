"""What differs between two releases: reports, values, columns, rules, quality, and how much it weighs."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline import CannotRun
from oig_pipeline.contract.columns import KEY
from oig_pipeline.contract.example_office import Row
from oig_pipeline.contract.schemas import POLARS_SCHEMAS, TABLES
from oig_pipeline.query import service
from oig_pipeline.release import changelog, manifest, parquet
from oig_pipeline.release.diff import (
    BOOKKEEPING,
    Change,
    ColumnChange,
    Count,
    Difference,
    ReportChange,
    ReportKey,
    difference,
)
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings as run_settings
from tests.conftest import Oig, examples
from tests.dhs_examples import files, row
from tests.rows import NEWER, OLDER, SITE, Values, merge, published

FIRST: Values = {
    "office": "dhs", "report_number": "OIG-21-49", "fiscal_year": 2021, "series": "OIG", "sequence": 49,
    "title": "Audit of Ports", "document_urls": [], "agencies": ["CBP"], "agency_source": "stated", "topics": [],
    "components": [], "kind": "report", "is_redacted": False, "is_revised": False, "quality_flags": [],
    "concurrence": "unknown",
    "sighting_count": 1, "first_seen": OLDER, "last_seen": OLDER,
}  # fmt: skip
SECOND: Values = {**FIRST, "report_number": "OIG-21-50", "sequence": 50, "title": "Jails Fail"}
OTHER_YEAR: Values = {**FIRST, "report_number": "OIG-20-01", "fiscal_year": 2020, "sequence": 1, "title": "Grants"}
BROKEN: Values = {
    "capture_path": "listing.csv", "rule": "date_missing", "severity": "warning", "column_name": "issue_date",
    "message": "There is no date.", "acknowledged": False,
}  # fmt: skip
RULES = {"date_missing": "warning", "conflict": "error"}


def rows_of(table: str, rows: Iterable[Values]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=POLARS_SCHEMAS[table])


def released(folder: Path, reports: Iterable[Values], rules: Mapping[str, str] = RULES, **tables: pl.DataFrame) -> Path:
    """Return a folder with the tables and the manifest of a release; tables that are not given are empty."""
    frames = {
        **{name: POLARS_SCHEMAS[name].to_frame() for name in TABLES},
        "reports": rows_of("reports", reports),
        **tables,
    }
    for name, frame in frames.items():
        if name != "reports":
            parquet.write(frame, name, folder / f"{name}.parquet")
    for (year,), year_rows in frames["reports"].group_by("fiscal_year", maintain_order=True):
        parquet.write(year_rows, "reports", folder / "reports" / f"fiscal_year={year}" / "reports.parquet")
    rows = {name: frame.height for name, frame in frames.items()}
    manifest.write(folder, {"rows": rows, "rules": rules, "versions": {}})
    return folder


def two(folder: Path, old: Iterable[Values], new: Iterable[Values]) -> tuple[Path, Path]:
    """Return releases of these reports."""
    return released(folder / "old", old), released(folder / "new", new)


def by_hand(release: Path, name: str, change: Any) -> Path:
    """Return a release in whose files of one table a change was made, as older or newer software would write them."""
    for file in sorted(release.rglob("reports.parquet" if name == "reports" else f"{name}.parquet")):
        table = change(pq.read_table(file, partitioning=None))
        file.unlink()
        if table is not None:
            pq.write_table(table, file)
    return manifested(release)


def manifested(release: Path) -> Path:
    """Return a release whose manifest says what its files are now."""
    content = json.loads((release / "manifest.json").read_text())
    (release / "manifest.json").unlink()
    manifest.write(release, {k: v for k, v in content.items() if k not in ("release", "files")})
    return release


def plainly(change: Change) -> tuple[Any, ...]:
    """Return a change without what is of no account: what stands between the values of a list, and an empty text."""
    return (*change[:4], *(text.replace("; ", ", ") or None if text else None for text in change[4:]))


def nothing(difference: Difference) -> bool:
    return not (difference.counts() or difference.quality or difference.seen_again)


# Reports.


def test_a_release_and_itself_differ_in_nothing(tmp_path: Path) -> None:
    release = released(tmp_path, [FIRST, SECOND, OTHER_YEAR], violations=rows_of("violations", [BROKEN]))
    result = difference(release, release)
    assert nothing(result)
    identity = json.loads((release / "manifest.json").read_text())["release"]
    assert (result.old, result.new, result.step) == (identity, identity, "patch")
    assert result.rows["reports"] == (3, 3)


def test_added_and_removed_reports_are_named_with_their_titles(tmp_path: Path) -> None:
    old, new = two(tmp_path, [FIRST], [SECOND])
    result = difference(old, new)
    assert result.added == (ReportChange("dhs", "OIG-21-50", 2021, "Jails Fail"),)
    assert result.removed == (ReportChange("dhs", "OIG-21-49", 2021, "Audit of Ports"),)
    assert (result.changed, result.seen_again) == ((), 0)
    assert result.counts() == {"reports_added": 1, "reports_removed": 1}


def test_whole_years_come_and_go(tmp_path: Path) -> None:
    two_years, one_year = two(tmp_path, [FIRST, OTHER_YEAR], [FIRST])
    assert difference(one_year, two_years).added == (ReportChange("dhs", "OIG-20-01", 2020, "Grants"),)
    assert difference(two_years, one_year).removed == (ReportChange("dhs", "OIG-20-01", 2020, "Grants"),)
    assert difference(two_years, one_year).counts() == {"reports_removed": 1}


def test_the_same_number_in_two_years_is_two_reports(tmp_path: Path) -> None:
    reused = [
        {**FIRST, "report_number": "DA-07-04", "fiscal_year": year, "title": f"Of {year}"} for year in (2004, 2007)
    ]
    later = [reused[0], {**reused[1], "title": "Otherwise"}]
    old, new, less = (released(tmp_path / str(n), rows) for n, rows in enumerate((reused, later, reused[:1])))
    assert difference(old, new).changed == (Change("dhs", "DA-07-04", 2007, "title", "Of 2007", "Otherwise"),)
    assert difference(old, less).removed == (ReportChange("dhs", "DA-07-04", 2007, "Of 2007"),)


def test_a_report_that_moved_to_another_year_went_and_came(tmp_path: Path) -> None:
    old, new = two(tmp_path, [FIRST], [{**FIRST, "fiscal_year": 2022}])
    result = difference(old, new)
    assert result.removed == (ReportChange("dhs", "OIG-21-49", 2021, "Audit of Ports"),)
    assert result.added == (ReportChange("dhs", "OIG-21-49", 2022, "Audit of Ports"),)


@pytest.mark.parametrize(
    ("column", "old", "new", "texts"),
    [
        ("title", "Audit of Ports", "Audit of All Ports", ("Audit of Ports", "Audit of All Ports")),
        ("summary", None, "We looked.", (None, "We looked.")),
        ("summary", "We looked.", None, ("We looked.", None)),
        ("issue_date", dt.date(2021, 7, 20), dt.date(2021, 7, 21), ("2021-07-20", "2021-07-21")),
        ("is_redacted", False, True, ("false", "true")),
        ("sequence", 49, 50, ("49", "50")),
        ("recommendations", None, 4, (None, "4")),
        ("agencies", ["CBP"], ["CBP", "ICE"], ("CBP", "CBP, ICE")),
        ("agencies", ["CBP", "ICE"], ["ICE", "CBP"], ("CBP, ICE", "ICE, CBP")),
        ("document_urls", [f"{SITE}/a.pdf"], [f"{SITE}/b.pdf"], (f"{SITE}/a.pdf", f"{SITE}/b.pdf")),
        ("quality_flags", ["date_missing"], ["date_edge"], ("date_missing", "date_edge")),
        ("topics", ["Cargo"], ["Ports"], ("Cargo", "Ports")),
    ],
)
def test_a_changed_value_is_told_with_column_and_both_texts(
    column: str, old: Any, new: Any, texts: tuple[str | None, str | None], tmp_path: Path
) -> None:
    before, after = two(
        tmp_path, [{**FIRST, column: old}, SECOND, OTHER_YEAR], [{**FIRST, column: new}, SECOND, OTHER_YEAR]
    )
    (change,) = difference(before, after).changed
    assert change[:4] == ("dhs", "OIG-21-49", 2021, column)
    assert plainly(change)[4:] == texts
    assert nothing(difference(before, before))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["Border, Maritime"], ["Border", "Maritime"]),
        (["Border", "Maritime, Air"], ["Border, Maritime", "Air"]),
        ([], ["Border"]),
    ],
)
def test_two_different_lists_have_two_different_texts(old: list[str], new: list[str], tmp_path: Path) -> None:
    before, after = two(tmp_path, [{**FIRST, "topics": old}], [{**FIRST, "topics": new}])
    (change,) = difference(before, after).changed
    assert change.old != change.new


def test_several_values_of_one_report_are_one_changed_report(tmp_path: Path) -> None:
    before = released(tmp_path / "old", [FIRST, SECOND])
    after = released(
        tmp_path / "new", [{**FIRST, "title": "Otherwise", "summary": "We looked.", "is_revised": True}, SECOND]
    )
    result = difference(before, after)
    assert [change.column for change in result.changed] == ["title", "summary", "is_revised"]
    assert result.counts() == {"reports_changed": 1}


@pytest.mark.parametrize("column", BOOKKEEPING)
def test_a_report_that_was_only_seen_again_is_counted_and_not_changed(column: str, tmp_path: Path) -> None:
    value = 2 if column == "sighting_count" else NEWER
    before, after = two(tmp_path, [FIRST, SECOND], [{**FIRST, column: value}, SECOND])
    result = difference(before, after)
    assert (result.changed, result.seen_again, result.counts(), result.step) == ((), 1, {}, "patch")


def test_a_report_that_changed_is_not_counted_as_seen_again_unchanged(tmp_path: Path) -> None:
    before, after = two(tmp_path, [FIRST], [{**FIRST, "sighting_count": 2, "last_seen": NEWER, "title": "Otherwise"}])
    result = difference(before, after)
    assert [change.column for change in result.changed] == ["title"]
    assert result.seen_again == 0


def test_files_written_otherwise_that_hold_the_same_are_no_difference(tmp_path: Path) -> None:
    before, after = two(tmp_path, [FIRST, SECOND], [FIRST, SECOND])
    file = after / "reports" / "fiscal_year=2021" / "reports.parquet"
    pq.write_table(pq.read_table(file, partitioning=None), file, compression="none")
    manifested(after)
    assert parquet.digest(file) != parquet.digest(before / "reports" / "fiscal_year=2021" / "reports.parquet")
    assert nothing(difference(before, after))


def test_years_whose_files_are_the_same_are_not_read(tmp_path: Path) -> None:
    before, after = two(tmp_path, [FIRST, OTHER_YEAR], [FIRST, {**OTHER_YEAR, "title": "Otherwise"}])
    for release in (before, after):
        file = release / "reports" / "fiscal_year=2021" / "reports.parquet"
        # Its columns can be read, its rows cannot.
        content = file.read_bytes()
        file.write_bytes(b"PAR1" + b"\0" * 200 + content[204:])
    assert difference(before, after).counts() == {"reports_changed": 1}


def test_all_kinds_of_change_stand_in_one_order(tmp_path: Path) -> None:
    numbers = ("OIG-21-100", "OIG-21-99", "DA-21-05", "OIG-21-05-D", "OIG-21-05")
    titles = {number: f"Audit of {number * 3}" for number in numbers}
    rows = [{"report_number": number, "title": title} for number, title in titles.items()]
    few, old, new = (
        released(tmp_path / name, merge(published(*rows)).to_dicts())
        for name, rows in {
            "few": [{"report_number": "OIG-21-01", "title": "Jails"}],
            "old": rows,
            "new": [{**r, "summary": "Otherwise."} for r in rows],
        }.items()
    )
    order = list(dict.fromkeys(change.report_number for change in difference(old, new).changed))
    assert len(order) == len(numbers)
    assert [report.report_number for report in difference(few, new).added] == order
    assert [report.report_number for report in difference(old, few).removed] == order


# Any two sets of reports against a naive comparison in Python.

_KEYS = [("dhs", number, year) for number in ("OIG-21-49", "OIG-21-50", "DA-07-04") for year in (2020, 2021, None)]
_LAST = 10_000
"""Stands for no year where years are sorted."""
_TEXTS = ("Audit of Ports", "Jails Fail", "\u00c9tude \u2192 \u201cPorts\u201d")
_REPORTS = st.fixed_dictionaries(
    {
        "title": st.sampled_from(_TEXTS),
        "summary": st.none() | st.sampled_from(_TEXTS),
        "issue_date": st.none() | st.sampled_from((dt.date(2021, 7, 20), dt.date(2021, 7, 21))),
        "agencies": st.lists(st.sampled_from(("CBP", "ICE")), max_size=2),
        "is_redacted": st.booleans(),
        "recommendations": st.none() | st.integers(0, 2),
        "sighting_count": st.integers(1, 2),
        "last_seen": st.none() | st.sampled_from((OLDER, NEWER)),
    }
)
_SETS = st.dictionaries(st.sampled_from(_KEYS), _REPORTS, min_size=1, max_size=len(_KEYS))
Reports = Mapping[ReportKey, Values]


def full_rows(reports: Reports) -> list[Values]:
    ordered = sorted(reports, key=lambda key: (key[2] or _LAST, key[1]))
    return [{**FIRST, **reports[key], **dict(zip(KEY, key, strict=True))} for key in ordered]


def as_text(value: Any) -> str | None:
    """Return a value as a person would write it in a change log."""
    if isinstance(value, list):
        return ", ".join(value) or None
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def naive(old: Reports, new: Reports) -> tuple[set[Any], set[Any], set[Any], int]:
    """Return the keys and titles added and removed, the values changed, and how many were only seen again."""
    added = {(*key, new[key]["title"]) for key in new if key not in old}
    removed = {(*key, old[key]["title"]) for key in old if key not in new}
    changed, again = set(), 0
    for key in old.keys() & new.keys():
        fields = [name for name in old[key] if old[key][name] != new[key][name]]
        fields_to_compare = [name for name in fields if name not in BOOKKEEPING]
        changed |= {(*key, name, as_text(old[key][name]), as_text(new[key][name])) for name in fields_to_compare}
        again += bool(fields and not fields_to_compare)
    return added, removed, changed, again


@examples(40)
@given(_SETS, _SETS)
def test_what_differs_is_what_a_naive_comparison_finds(old: Reports, new: Reports) -> None:
    with TemporaryDirectory() as folder:
        before, after = two(Path(folder), full_rows(old), full_rows(new))
        result, reverse = difference(before, after), difference(after, before)
    added, removed, changed, again = naive(old, new)
    assert (set(result.added), set(result.removed), set(map(plainly, result.changed))) == (added, removed, changed)
    assert (len(result.added), len(result.removed), len(result.changed)) == (len(added), len(removed), len(changed))
    assert result.seen_again == again
    assert result.step == ("minor" if added or removed else "patch")
    assert result.rows["reports"] == (len(old), len(new))
    years = ([item.fiscal_year or _LAST for item in items] for items in (result.added, result.changed))
    assert all(sequence == sorted(sequence) for sequence in years)
    assert (reverse.added, reverse.removed, reverse.seen_again) == (result.removed, result.added, result.seen_again)
    assert {change._replace(old=change.new, new=change.old) for change in reverse.changed} == set(result.changed)


# The contract.


@pytest.mark.parametrize("name", [name for name in TABLES if name != "reports"])
def test_a_table_that_an_older_release_lacks_is_new_columns(name: str, tmp_path: Path) -> None:
    old = by_hand(released(tmp_path / "old", [FIRST]), name, lambda _: None)
    new = released(tmp_path / "new", [FIRST])
    forth, back = difference(old, new), difference(new, old)
    assert [(c.table, c.column, c.old) for c in forth.columns] == [
        (name, column, None) for column in TABLES[name].columns
    ]
    assert all(column.new for column in forth.columns)
    assert (forth.step, back.step) == ("minor", "major")
    assert [(c.table, c.column, c.new) for c in back.columns] == [
        (name, column, None) for column in TABLES[name].columns
    ]


@pytest.mark.parametrize("column", [name for name in POLARS_SCHEMAS["reports"] if name not in KEY])
def test_a_column_that_only_one_release_has_is_named(column: str, tmp_path: Path) -> None:
    with_it = released(tmp_path / "with", [FIRST, OTHER_YEAR])
    without = by_hand(
        released(tmp_path / "without", [{**FIRST, "recommendations": 4}]), "reports", lambda t: t.drop_columns([column])
    )
    forth, back = difference(without, with_it), difference(with_it, without)
    (came,), (went,) = forth.columns, back.columns
    assert (came.table, came.column, came.old) == (went.table, went.column, went.new) == ("reports", column, None)
    assert came.new == went.old is not None
    assert (forth.step, back.step) == ("minor", "major")
    assert [change.column for change in forth.changed] == ["recommendations"] * (column != "recommendations")
    assert [report.report_number for report in forth.added] == ["OIG-20-01"]


@pytest.mark.parametrize(
    ("column", "dtype", "types"),
    [
        ("sequence", pa.int64(), ("int32 or null", "int64 or null")),
        ("issue_date", pa.string(), ("date32[day] or null", "string or null")),
        ("title", pa.large_string(), ("string", "large_string")),
        ("is_redacted", pa.int32(), ("bool", "int32")),
        ("fiscal_year", pa.int64(), ("int32 or null", "int64 or null")),
        ("last_seen", pa.timestamp("ms"), ("timestamp[us] or null", "timestamp[ms] or null")),
    ],
)
def test_a_column_of_another_type_is_a_broken_contract(
    column: str, dtype: pa.DataType, types: tuple[str, str], tmp_path: Path
) -> None:
    def retyped(table: pa.Table) -> pa.Table:
        place = table.schema.get_field_index(column)
        field = table.schema.field(column).with_type(dtype)
        return table.set_column(place, field, table[column].cast(dtype))

    old = released(tmp_path / "old", [FIRST, SECOND])
    new = by_hand(released(tmp_path / "new", [{**FIRST, "summary": "We looked."}, SECOND]), "reports", retyped)
    result = difference(old, new)
    assert result.columns == (ColumnChange("reports", column, *types),)
    assert result.step == "major"
    assert result.changed == (Change("dhs", "OIG-21-49", 2021, "summary", None, "We looked."),)
    assert (result.added, result.removed) == ((), ())


@pytest.mark.parametrize(("table", "column"), [("reports", "title"), ("sightings", "line"), ("captures", "bytes")])
def test_a_column_that_may_now_be_null_is_a_broken_contract(table: str, column: str, tmp_path: Path) -> None:
    def relaxed(rows: pa.Table) -> pa.Table:
        place = rows.schema.get_field_index(column)
        return rows.cast(rows.schema.set(place, rows.schema.field(column).with_nullable(True)))

    old = released(tmp_path / "old", [FIRST])
    new = by_hand(released(tmp_path / "new", [FIRST]), table, relaxed)
    (column_change,) = difference(old, new).columns
    assert (column_change.table, column_change.column, column_change.new) == (
        table,
        column,
        f"{column_change.old} or null",
    )
    assert difference(old, new).step == "major"


def test_rules_that_came_and_went_are_named(tmp_path: Path) -> None:
    old = released(tmp_path / "old", [FIRST], rules={"a_rule": "error", "b_rule": "error", "kept": "warning"})
    new = released(tmp_path / "new", [FIRST], rules={"kept": "warning", "d_rule": "error", "c_rule": "warning"})
    result = difference(old, new)
    assert (result.rules_added, result.rules_removed) == (("c_rule", "d_rule"), ("a_rule", "b_rule"))
    assert result.counts() == {"rules_changed": 4}
    assert result.step == "minor"


def test_a_manifest_that_says_nothing_of_rules_has_none(tmp_path: Path) -> None:
    old = released(tmp_path / "old", [FIRST])
    content = json.loads((old / "manifest.json").read_text())
    del content["rules"]
    (old / "manifest.json").write_text(json.dumps(content))
    assert difference(old, released(tmp_path / "new", [FIRST])).rules_added == tuple(sorted(RULES))


# Quality.


def test_violations_are_counted_by_rule_before_and_after(tmp_path: Path) -> None:
    conflict = {**BROKEN, "rule": "conflict", "severity": "error"}
    edge, missing = {**BROKEN, "rule": "date_edge"}, BROKEN
    old = released(tmp_path / "old", [FIRST], violations=rows_of("violations", [conflict, missing, missing, edge]))
    new = released(tmp_path / "new", [FIRST], violations=rows_of("violations", [missing, edge, conflict, conflict]))
    assert difference(old, new).quality == (Count("conflict", "error", 1, 2), Count("date_missing", "warning", 2, 1))
    assert difference(old, new).step == "patch"
    bare = released(tmp_path / "bare", [FIRST])
    assert difference(bare, old).quality[1:] == (
        Count("date_edge", "warning", 0, 1),
        Count("date_missing", "warning", 0, 2),
    )
    assert difference(old, old).quality == ()


# Weight.

NONE = Difference("a", "b", (), (), (), 0, (), (), (), (), {})
_REPORT = (ReportChange("dhs", "OIG-21-49", 2021, "Audit of Ports"),)


@pytest.mark.parametrize(
    ("change", "step"),
    [
        ({}, "patch"),
        ({"changed": (Change("dhs", "OIG-21-49", 2021, "title", "A", "B"),)}, "patch"),
        ({"seen_again": 9}, "patch"),
        ({"quality": (Count("conflict", "error", 0, 9),)}, "patch"),
        ({"added": _REPORT}, "minor"),
        ({"removed": _REPORT}, "minor"),
        ({"rules_added": ("a",)}, "minor"),
        ({"rules_removed": ("a",)}, "minor"),
        ({"columns": (ColumnChange("reports", "a", None, "string"),)}, "minor"),
        ({"columns": (ColumnChange("reports", "a", "string", None),)}, "major"),
        ({"columns": (ColumnChange("reports", "a", "string", "int32"),), "added": _REPORT}, "major"),
    ],
)
def test_the_weightiest_change_is_the_step(change: dict[str, Any], step: str) -> None:
    assert Difference(**{**vars(NONE), **change}).step == step


# Asking.


ROWS = (row(), row(report_number="OIG-20-05", title="Grants in Ohio", fiscal_year="2020", issue_date=""))
ADDED = row(report_number="OIG-21-60", title="Audit of `rm` and **Stars** Today", issue_date="")


def build(out: Path, *rows: Row) -> None:
    raw = out.parent / "raw"
    raw.mkdir(exist_ok=True)
    (raw / "listing.ndjson").write_bytes(files(rows)["listing.ndjson"])
    pipeline.build(run_settings(raw, out))


@pytest.fixture(scope="module")
def built_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a curated folder with two releases; the newer has a report more, and another summary."""
    out = tmp_path_factory.mktemp("made") / "curated"
    build(out, *ROWS)
    build(out, row(summary="We made one recommendation."), ROWS[1], ADDED)
    return out


@pytest.fixture
def out(built_out: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder."""
    return Path(shutil.copytree(built_out, tmp_path / "curated", symlinks=True))


def ids(out: Path) -> list[str]:
    return [entry["release"] for entry in json.loads((out / "releases.json").read_text())["releases"]]


def test_the_latest_is_compared_with_the_one_before_unless_named_otherwise(out: Path) -> None:
    old, new = ids(out)
    assert (service.difference(out=out).old, service.difference(out=out).new) == (old, new)
    assert (service.difference(new, out=out).old, service.difference(new, out=out).new) == (new, new)
    assert nothing(service.difference(new, out=out))


@pytest.mark.parametrize("kind", ["id", "beginning", "version", "folder", "link", "curated"])
def test_releases_are_named_by_id_version_or_folder(kind: str, out: Path, tmp_path: Path) -> None:
    old, new = ids(out)
    elsewhere = shutil.copytree(out, tmp_path / "elsewhere", symlinks=True)
    names = {
        "id": (old, new),
        "beginning": (old[:8], new[:8]),
        "version": ("1.0.0", "1.1.0"),
        "folder": (str(out / "releases" / old), str(elsewhere / "releases" / new)),
        "link": (old, str(elsewhere / "latest")),
        "curated": ("1.0.0", str(elsewhere)),
    }
    result = service.difference(*names[kind], out=out)
    assert (result.old, result.new) == (old, new)
    assert [report.report_number for report in result.added] == ["OIG-21-60"]


def test_a_folder_here_is_a_folder_without_a_slash(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = ids(out)
    monkeypatch.chdir(out / "releases" / old)
    assert service.difference(".", out=out).old == old
    monkeypatch.chdir(out)
    assert service.difference(old, "latest", out=out).new == new


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("9.9.9", None, "9.9.9: is none of the releases"),
        ("zz", None, "zz: is none of the releases"),
        ("1.0.0", "9.9.9", "9.9.9: is none of the releases"),
        ("./nowhere", None, "nowhere: there is no release here"),
        (None, "1.0.0", "no release is older"),
    ],
)
def test_what_cannot_be_compared_is_said(old: str | None, new: str | None, words: str, out: Path) -> None:
    with pytest.raises(CannotRun, match=re.escape(words)):
        service.difference(old, new, out)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff", b"{}"])
def test_a_release_whose_manifest_cannot_be_read_cannot_be_compared(content: bytes, out: Path) -> None:
    old, _ = ids(out)
    (out / "releases" / old / "manifest.json").write_bytes(content)
    with pytest.raises(CannotRun, match=f"{old}.*manifest.json"):
        service.difference(old, out=out)


@pytest.mark.parametrize("name", ["violations", "reports"])
@pytest.mark.parametrize("content", [None, b"PAR1", b""])
def test_a_release_whose_files_cannot_be_read_cannot_be_compared(content: bytes | None, name: str, out: Path) -> None:
    old, new = (out / "releases" / identity for identity in ids(out))
    digests = [{f.name: parquet.digest(f) for f in (release / name).iterdir()} for release in (old, new)]
    file = old / name / next(n for n in sorted(digests[0]) if digests[0][n] != digests[1].get(n))
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CannotRun, match=re.escape(str(file))):
        service.difference(out=out)


def test_json_names_everything_that_differs(out: Path, oig: Oig) -> None:
    old, new = ids(out)
    done = oig("diff", "--out", out, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    payload = json.loads(done.stdout)
    assert set(payload) == {*vars(NONE), "step", "counts"}
    assert (payload["old"], payload["new"], payload["step"]) == (old, new, "minor")
    assert payload["added"] == [
        {
            "office": "dhs",
            "report_number": "OIG-21-60",
            "fiscal_year": 2021,
            "title": "Audit of `rm` and **Stars** Today",
        }
    ]
    assert payload["counts"] == {"reports_added": 1, "reports_changed": 1}
    assert {
        "office": "dhs", "report_number": "OIG-21-49", "fiscal_year": 2021, "column": "recommendations",
        "old": "4", "new": "1",
    } in payload["changed"]  # fmt: skip
    assert payload["rows"]["reports"] == [2, 3]


def test_text_and_markdown_tell_the_same(out: Path, oig: Oig) -> None:
    texts = {
        "text": oig("diff", "--out", out).stdout,
        "markdown": oig("diff", "1.0.0", "1.1.0", "--out", out, "--format", "markdown").stdout,
    }
    words = {form: re.sub(r"[#*`\\]", "", text).split() for form, text in texts.items()}
    assert words["text"] == words["markdown"]
    assert "## Added" in texts["markdown"].splitlines()
    assert "Added" in texts["text"].splitlines()
    line = "OIG-21-60 (2021) Audit of `rm` and **Stars** Today"
    assert line in texts["text"], "the marks of a title are its own"


def test_what_a_title_holds_is_shown_and_never_obeyed(out: Path, oig: Oig) -> None:
    build(out, *ROWS, row(report_number="OIG-21-61", title="Audit \x1b[31m of \x9bPorts\x07"))
    output = oig("diff", "--out", out).stdout
    assert "OIG-21-61 (2021)" in output
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", output)


def test_a_release_that_is_not_there_ends_with_two_and_one_line(out: Path, oig: Oig) -> None:
    done = oig("diff", "9.9.9", "--out", out)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "oig: 9.9.9: is none of the releases" in done.stderr


def as_format_1(release: Path) -> Path:
    """Turn a release into one of format 1, as it was published before; return its folder, named by its id."""
    content = manifest.read(release) or {}
    for table in ("reports",):
        for file in (release / table).glob("*.parquet"):
            target = release / table / f"fiscal_year={file.stem}" / f"{table}.parquet"
            target.parent.mkdir()
            file.rename(target)
    about = {key: value for key, value in content.items() if key not in ("release", "files")}
    (release / "manifest.json").unlink()
    identity = manifest.write(release, {**about, "format": 1})
    return release.rename(release.with_name(identity))


def test_files_that_lie_elsewhere_are_a_major_step_that_says_why_and_no_report_differs(out: Path) -> None:
    old, new = (out / "releases" / identity for identity in ids(out))
    before = difference(old, new)
    assert before.formats == ()
    later = difference(as_format_1(old), new)
    assert (later.added, later.removed, later.changed) == (before.added, before.removed, before.changed)
    assert later.step == "major"
    assert later.counts()["formats_changed"] == 2
    assert "reports/2021.parquet instead of" in changelog.text(later)
    assert "join on office, report_number and fiscal_year" in changelog.text(later)
