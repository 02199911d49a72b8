"""CSV, NDJSON and SQLite hold the reports value by value, and one that does not is noticed and made again."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.contract.column import NAMES, TIME
from oig_pipeline.contract.columns import REPORTS
from oig_pipeline.contract.schemas import POLARS_SCHEMAS
from oig_pipeline.release import exports
from oig_pipeline.release.files import read_reports, read_table
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings as run_settings
from tests.conftest import DATA, Captures, examples
from tests.dhs_examples import ROW, files
from tests.rows import NEWER, merge, published

pytestmark = pytest.mark.usefixtures("with_exports")

FORMULAS = ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", '=HYPERLINK("http://example.org")', "=", "-")
HARMLESS = (
    "",
    " =1",
    "'=1",
    "a=1",
    "1-1",
    "\u2212 1",
    "\n=1",
    "(+1)",
    '"quoted"',
    "a,b;c",
    "a\nb",
    "a\r\nb",
    "d\u00e9j\u00e0 \u5be9\u67fb \U0001f6a2",
)

texts = st.one_of(st.sampled_from((*FORMULAS, *HARMLESS)), st.text(max_size=12))
BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    pl.String: texts,
    pl.Int32: st.integers(-(2**31), 2**31 - 1),
    pl.Float64: st.integers(0, 10**15 - 1).map(lambda cents: cents / 100),
    pl.Boolean: st.booleans(),
    pl.Date: st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)),
    TIME: st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2060, 1, 1)),
    NAMES: st.lists(texts, max_size=3),
}


def frames() -> st.SearchStrategy[pl.DataFrame]:
    """Return tables with the types of reports and any values at all; only the key is one."""
    schema = POLARS_SCHEMAS["reports"]
    values = {
        name: BY_TYPE[dtype] | st.none() if REPORTS[name].nullable else BY_TYPE[dtype] for name, dtype in schema.items()
    }
    rows = st.lists(
        st.fixed_dictionaries(values),
        min_size=1,
        max_size=3,
        unique_by=lambda r: (r["office"], r["report_number"], r["fiscal_year"]),
    )
    return rows.map(lambda rows_: pl.DataFrame(rows_, schema=schema))


@pytest.fixture(scope="module")
def reports() -> pl.DataFrame:
    """Return two reports, one of which lacks what may be lacking."""
    bare = dict.fromkeys(("summary", "issue_date", "document_url", "agency"), "")
    return merge(
        published(
            {"oversight_area": "Borders", "agency": "CBP; ICE", "title": "@SUM(1), Ports", "retrieved_at": NEWER},
            {**bare, "report_number": "OIG-21-50", "title": 'The "City" of Oakland'},
        )
    )


@pytest.fixture(scope="module")
def exports_folder(reports: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    release = tmp_path_factory.mktemp("release")
    exports.write(reports, release)
    return release


@pytest.fixture
def folder(exports_folder: Path, tmp_path: Path) -> Path:
    """Return a folder with the exports of the reports, in which they may be damaged."""
    return Path(shutil.copytree(exports_folder, tmp_path / "release"))


def plain(value: Any) -> Any:
    """Return a value as JSON says it."""
    return value.isoformat() if isinstance(value, dt.date) else value


def cells(file: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file as another program reads them."""
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def rows_of(file: Path) -> Iterator[dict[str, Any]]:
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        yield from map(dict, connection.execute("SELECT * FROM reports ORDER BY rowid").fetchall())


def test_three_files_are_written_and_nothing_else(folder: Path) -> None:
    assert sorted(file.name for file in folder.iterdir()) == ["reports.csv", "reports.ndjson", "reports.sqlite"]


# CSV.


def as_cell(value: Any) -> str:
    """Return the cell of a value: lists joined, and an apostrophe in front of what a spreadsheet would run."""
    if value is None:
        return ""
    if isinstance(value, bool | int | dt.date):
        return str(value).lower() if isinstance(value, bool) else str(plain(value))
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text


@examples(40)
@given(frames())
def test_csv_holds_every_value_and_changes_nothing_but_formulas(reports: pl.DataFrame) -> None:
    with TemporaryDirectory() as folder:
        exports.write(reports, Path(folder))
        csv_rows = cells(Path(folder) / "reports.csv")
    for row, cell in zip(reports.to_dicts(), csv_rows, strict=True):
        assert list(cell) == list(REPORTS)
        for name, value in row.items():
            if isinstance(value, dt.datetime):
                assert dt.datetime.fromisoformat(cell[name]) == value
            else:
                assert cell[name] == as_cell(value), name


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_would_run_is_made_harmless(text: str, reports: pl.DataFrame, tmp_path: Path) -> None:
    for column in ("title", "summary", "document_url"):
        exports.write(reports.with_columns(pl.lit(text).alias(column)), tmp_path)
        assert {row[column] for row in cells(tmp_path / "reports.csv")} == {f"'{text}"}
    exports.write(reports.with_columns(pl.lit([text, "b"], dtype=NAMES).alias("topics")), tmp_path)
    assert {row["topics"] for row in cells(tmp_path / "reports.csv")} == {f"'{text}; b"}


@pytest.mark.parametrize("text", HARMLESS)
def test_what_it_would_not_run_is_not_touched(text: str, reports: pl.DataFrame, tmp_path: Path) -> None:
    exports.write(reports.with_columns(pl.lit(text).alias("title")), tmp_path)
    assert {row["title"] for row in cells(tmp_path / "reports.csv")} == {text}


def test_no_cell_of_a_real_release_is_a_formula(tmp_path: Path) -> None:
    outcome = pipeline.build(run_settings(DATA / "raw", tmp_path))
    csv_rows = cells(tmp_path / "latest" / "reports.csv")
    assert len(csv_rows) == outcome.reports.height
    assert not [cell for row in csv_rows for cell in row.values() if re.match(r"[=+\-@\t\r]", cell)]


def test_a_text_of_no_characters_is_told_from_none(folder: Path, reports: pl.DataFrame) -> None:
    exports.write(reports.with_columns(pl.Series("summary", ["", None])), folder)
    assert pl.read_csv(folder / "reports.csv", infer_schema=False)["summary"].to_list() == ["", None]


# NDJSON.


@examples(40)
@given(frames())
def test_ndjson_holds_every_value_of_every_report(reports: pl.DataFrame) -> None:
    with TemporaryDirectory() as folder:
        exports.write(reports, Path(folder))
        text = (Path(folder) / "reports.ndjson").read_bytes().decode()
    lines = text.removesuffix("\n").split("\n")
    for row, line in zip(reports.to_dicts(), lines, strict=True):
        json_row = json.loads(line)
        assert list(json_row) == list(REPORTS)
        for name, value in row.items():
            if isinstance(value, dt.datetime):
                assert dt.datetime.fromisoformat(json_row[name]) == value
            else:
                assert json_row[name] == plain(value), name
                assert type(json_row[name]) is type(plain(value)), name


# SQLite.

TYPES: dict[Any, str] = {pl.Int32: "INTEGER", pl.Float64: "REAL", pl.Boolean: "INTEGER"}


def test_sqlite_has_the_types_of_the_contract(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "reports.sqlite")) as connection:
        declared = connection.execute("SELECT name, type, pk FROM pragma_table_info('reports')").fetchall()
    assert declared == [
        (name, TYPES.get(dtype, "TEXT"), {"office": 1, "report_number": 2, "fiscal_year": 3}.get(name, 0))
        for name, dtype in POLARS_SCHEMAS["reports"].items()
    ]


def test_the_types_do_not_come_from_the_first_rows(reports: pl.DataFrame, tmp_path: Path) -> None:
    counts = pl.Series("recommendations", [None, 3], dtype=pl.Int32)
    exports.write(reports.with_columns(counts), tmp_path)
    with closing(sqlite3.connect(tmp_path / "reports.sqlite")) as connection:
        result = connection.execute("SELECT recommendations, typeof(recommendations) FROM reports ORDER BY rowid")
        assert result.fetchall() == [(None, "null"), (3, "integer")]


@examples(40)
@given(frames())
def test_sqlite_holds_every_value_of_every_report(reports: pl.DataFrame) -> None:
    with TemporaryDirectory() as folder:
        exports.write(reports, Path(folder))
        sqlite_rows = list(rows_of(Path(folder) / "reports.sqlite"))
        assert list(exports.problems(reports, Path(folder))) == []
    for row, sqlite_row in zip(reports.to_dicts(), sqlite_rows, strict=True):
        assert list(sqlite_row) == list(REPORTS)
        for name, value in row.items():
            if isinstance(value, list):
                assert json.loads(sqlite_row[name]) == value, name
            else:
                assert sqlite_row[name] == plain(value), name


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    out = tmp_path_factory.mktemp("curated")
    pipeline.build(run_settings(DATA / "raw", out))
    with closing(sqlite3.connect(out / "latest" / "reports.sqlite")) as connection:
        yield connection


@pytest.mark.parametrize(
    "word", ["FEMA", "CBP", "Oakland", "Louisiana", "2013", "drug", "contract", "Katrina", "nowhere"]
)
def test_the_index_finds_what_a_pattern_finds(word: str, database: sqlite3.Connection) -> None:
    either = "SELECT rowid FROM reports WHERE title LIKE :like OR summary LIKE :like ORDER BY rowid"
    by_index = "SELECT rowid FROM reports_fts WHERE reports_fts MATCH :word ORDER BY rowid"
    expected = database.execute(either, {"like": f"%{word}%"}).fetchall()
    assert database.execute(by_index, {"word": f'"{word}"*'}).fetchall() == expected
    assert bool(expected) == (word != "nowhere")


def test_the_index_finds_every_word_of_every_title(database: sqlite3.Connection) -> None:
    titles = dict(database.execute("SELECT rowid, title FROM reports"))
    for word in {word for title in titles.values() for word in re.findall(r"[A-Za-z0-9]+", title)}:
        matches = {r for (r,) in database.execute("SELECT rowid FROM reports_fts WHERE title MATCH ?", [f'"{word}"'])}
        assert {r for r, title in titles.items() if re.search(rf"\b{word}\b", title)} <= matches, word


# What does not hold the reports.


def in_sqlite(*statements: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        with closing(sqlite3.connect(folder / "reports.sqlite", isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)

    return damage


def in_text(name: str, old: str, new: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return damage


def with_bytes(name: str, content: bytes) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return damage


def lost(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def cut(name: str, share: float) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: math.ceil(len(content) * share)])

    return damage


def last_line_lost(name: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / name).write_text("".join(lines[:-1]), encoding="utf-8")

    return damage


DAMAGES: dict[str, tuple[str, Callable[[Path], None]]] = {
    **{f"{name} is missing": (name, lost(name)) for name in exports.EXPORTS},
    **{f"{name} is empty": (name, with_bytes(name, b"")) for name in exports.EXPORTS},
    **{f"{name} is something else": (name, with_bytes(name, b"\xff\xfe\x00 no")) for name in exports.EXPORTS},
    **{f"{name} was cut": (name, cut(name, 0.6)) for name in exports.EXPORTS},
    "a row of CSV is missing": ("reports.csv", last_line_lost("reports.csv")),
    "a cell of CSV was changed": ("reports.csv", in_text("reports.csv", "Oakland", "Oaxaca")),
    "a formula of CSV runs": ("reports.csv", in_text("reports.csv", "'@SUM", "@SUM")),
    "a column of CSV was renamed": ("reports.csv", in_text("reports.csv", "title", "titel")),
    "a row of NDJSON is missing": ("reports.ndjson", last_line_lost("reports.ndjson")),
    "a row of NDJSON was changed": ("reports.ndjson", in_text("reports.ndjson", "Oakland", "Oaxaca")),
    "a row of NDJSON is none": ("reports.ndjson", in_text("reports.ndjson", "{", "[")),
    "a number of NDJSON is a text": ("reports.ndjson", in_text("reports.ndjson", '"sequence":49', '"sequence":"4x"')),
    "a row of SQLite is missing": ("reports.sqlite", in_sqlite("DELETE FROM reports WHERE rowid = 2")),
    "a row of SQLite was added": (
        "reports.sqlite", in_sqlite("INSERT INTO reports (report_number, fiscal_year) VALUES ('OIG-21-51', 2021)")
    ),
    "a value of SQLite was changed": ("reports.sqlite", in_sqlite("UPDATE reports SET title = 'x' WHERE rowid = 1")),
    "a type of SQLite was changed": ("reports.sqlite", in_sqlite("UPDATE reports SET is_redacted = 'false'")),
    "a column of SQLite was added": ("reports.sqlite", in_sqlite("ALTER TABLE reports ADD COLUMN more")),
    "the table of SQLite is missing": ("reports.sqlite", in_sqlite("DROP TABLE reports")),
    "the index is missing": ("reports.sqlite", in_sqlite("DROP TABLE reports_fts")),
    "the index is empty": ("reports.sqlite", in_sqlite("INSERT INTO reports_fts (reports_fts) VALUES ('delete-all')")),
    "the index was emptied in part": ("reports.sqlite", in_sqlite("DELETE FROM reports_fts_data WHERE id > 10")),
    "the index is of other words": (
        "reports.sqlite",
        in_sqlite(
            "INSERT INTO reports_fts (reports_fts) VALUES ('delete-all')",
            "INSERT INTO reports_fts (rowid, title, summary) VALUES (1, 'x', 'x'), (2, 'x', 'x')",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "damage"), DAMAGES.values(), ids=DAMAGES)
def test_an_export_that_does_not_hold_the_reports_is_named(
    name: str, damage: Callable[[Path], None], reports: pl.DataFrame, folder: Path
) -> None:
    assert list(exports.problems(reports, folder)) == []
    damage(folder)
    assert list(exports.problems(reports, folder)) == [f"{name}: does not hold the reports of the release"]


def test_each_of_several_is_named(reports: pl.DataFrame, folder: Path) -> None:
    for name in exports.EXPORTS:
        (folder / name).unlink()
    assert [problem.split(":")[0] for problem in exports.problems(reports, folder)] == list(exports.EXPORTS)


def test_exports_of_other_reports_are_named(reports: pl.DataFrame, folder: Path) -> None:
    for other in (reports.head(1), reports.reverse(), reports.with_columns(pl.lit("x").alias("title"))):
        assert len(list(exports.problems(other, folder))) == 3


@pytest.mark.parametrize(
    "loss", ["a row of SQLite is missing", "a cell of CSV was changed", "reports.ndjson is missing"]
)
def test_a_damaged_export_is_made_again_by_the_next_build(loss: str, captures: Captures) -> None:
    raw = captures(files((ROW, {**ROW, "report_number": "OIG-21-50", "title": "The City of Oakland"})))
    release = pipeline.build(run_settings(raw, raw.parent / "curated")).release
    assert release is not None
    reports = read_reports(release.path)
    name, damage = DAMAGES[loss]
    damage(release.path)
    assert [problem.split(":")[0] for problem in exports.problems(reports, release.path)] == [name]
    again = pipeline.build(run_settings(raw, raw.parent / "curated")).release
    assert again is not None
    assert (again.id, again.is_new) == (release.id, False)
    assert list(exports.problems(reports, release.path)) == []


def test_the_texts_of_recommendations_can_be_searched(own_release: Path) -> None:
    question = (
        "SELECT recommendations.report_number, recommendation FROM recommendations JOIN recommendations_fts "
        "ON recommendations.rowid = recommendations_fts.rowid WHERE recommendations_fts MATCH 'improper payment'"
    )
    with closing(sqlite3.connect(own_release / "reports.sqlite")) as connection:
        assert connection.execute(question).fetchall() == [("OIG-22-69", "3")]


def test_a_recommendation_that_sqlite_lacks_is_a_fault(own_release: Path, tmp_path: Path) -> None:
    reports, rows = (read_table(own_release, name) for name in ("reports", "recommendations"))
    exports.write(reports, tmp_path, rows.head(2))
    fault = "reports.sqlite: does not hold the reports of the release"
    assert list(exports.problems(reports, tmp_path, rows)) == [fault]
