"""What can be asked of a release, and of which: a folder, a link, a name, an address."""

from __future__ import annotations

import datetime as dt
import json
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import duckdb
import fsspec
import pytest

from oig_pipeline import CannotRun
from oig_pipeline.query import service
from oig_pipeline.release import release as release_module
from oig_pipeline.release import releases
from oig_pipeline.run import pipeline
from oig_pipeline.settings import SEARCH_LIMIT, settings
from tests.conftest import DATA, Captures, Oig
from tests.dhs_examples import files, row

pytestmark = pytest.mark.usefixtures("with_exports")

NUMBER, WORDS = "OIG-21-49", "childbirth"


@pytest.fixture(scope="module")
def curated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("data") / "curated"
    pipeline.build(settings(DATA / "raw", out))
    return out


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a curated folder with two releases, in the newer of which a report has another title."""
    folder = tmp_path_factory.mktemp("both")
    (folder / "raw").mkdir()
    for title in ("Audit of Ports", "Audit of All Ports of Entry"):
        rows = (row(), row(report_number="OIG-21-50", title=title, document_url="/a.pdf"))
        (folder / "raw" / "listing.ndjson").write_bytes(files(rows)["listing.ndjson"])
        pipeline.build(settings(folder / "raw", folder / "curated"))
    return folder / "curated"


@pytest.fixture
def two(both: Path, tmp_path: Path) -> tuple[Path, Path, Path]:
    """Return a copy of that folder, in which anything may be done, and its releases, the older first."""
    out = Path(shutil.copytree(both, tmp_path / "two", symlinks=True))
    old, new = (out / "releases" / info.id for info in releases.list_releases(out))
    return out, old, new


# Which release is meant.

PLACES: dict[str, Callable[[Path], Path | str]] = {
    "the path of the curated folder": str,
    "the link": lambda out: out / "latest",
    "the release": lambda out: (out / "latest").resolve(),
}
each_place = pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)


@each_place
def test_every_question_can_be_asked_of(place: Callable[[Path], Path | str], curated: Path) -> None:
    where = place(curated)
    assert service.query("SELECT count(*) AS n FROM reports", where) == (["n"], [(367,)])
    names, rows = service.search(WORDS, where)
    assert (names[:2], rows[0][:2]) == (["office", "report_number"], ("dhs", NUMBER))
    (report,) = service.explain(NUMBER, where).published
    assert (report.report_number, [r["change"] for r in report.releases]) == (NUMBER, ["added"])
    assert service.verify(where) == (str((curated / "latest").resolve()), [])
    with service.connect(where) as connection:
        assert connection.execute("SELECT count(*) FROM sightings").fetchall() == [(382,)]


def test_without_a_place_it_is_data_curated_here(curated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = curated.parent.parent / "work"
    (here / "data").mkdir(parents=True)
    shutil.copytree(curated, here / "data" / "curated", symlinks=True)
    monkeypatch.chdir(here)
    assert service.query("SELECT count(*) FROM reports")[1] == [(367,)]
    assert service.search(WORDS)[1][0][1] == NUMBER
    assert service.explain(NUMBER).published[0].report_number == NUMBER


QUESTIONS: dict[str, Callable[[Path], object]] = {
    "connect": service.connect,
    "query": lambda place: service.query("SELECT 1", place),
    "search": lambda place: service.search(WORDS, place),
    "explain": lambda place: service.explain(NUMBER, place),
    "verify": service.verify,
}
each_question = pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)


@each_question
@pytest.mark.parametrize("folder", ["empty", "missing", "file", "of another kind"])
def test_where_no_release_is_every_question_says_so(folder: str, ask: Callable[[Path], object], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    (tmp_path / "of another kind").mkdir()
    (tmp_path / "of another kind" / "latest").symlink_to("nowhere")
    with pytest.raises(CannotRun, match=f"{folder}: there is no release here; make one with oig build"):
        ask(tmp_path / folder)


def test_a_newer_release_is_asked_as_soon_as_it_is_the_latest(two: tuple[Path, Path, Path]) -> None:
    out, old, new = two
    title = "SELECT title FROM reports WHERE report_number = 'OIG-21-50'"
    assert service.query(title, out)[1] == service.query(title, new)[1] == [("Audit of All Ports of Entry",)]
    assert service.query(title, old)[1] == [("Audit of Ports",)]
    with service.connect(out) as connection:
        release_module.switch(out, old.name)
        assert connection.execute(title).fetchall() == [("Audit of All Ports of Entry",)], "a reader keeps its release"
    assert service.query(title, out)[1] == [("Audit of Ports",)]
    assert service.search("entry", out)[1] == []


# Queries.


def test_a_query_gives_names_and_rows_of_their_types(curated: Path) -> None:
    names, rows = service.query(
        "SELECT report_number, agencies, fiscal_year FROM reports WHERE report_number = 'OIG-21-16'", curated
    )
    assert names == ["report_number", "agencies", "fiscal_year"]
    assert rows == [("OIG-21-16", ["DHS"], 2021)]
    assert service.query("SELECT DATE '2021-07-20' AS day, NULL AS nothing", curated) == (
        ["day", "nothing"], [(dt.date(2021, 7, 20), None)],
    )  # fmt: skip


@pytest.mark.parametrize(
    "sql", ["FROM reports LIMIT 1", "DESCRIBE reports", "SUMMARIZE reports", "EXPLAIN FROM reports", "SHOW TABLES",
            "WITH x AS (SELECT 1) FROM x", "-- a remark\nSELECT 1;", "VALUES (1)"],
)  # fmt: skip
def test_a_statement_that_reads_is_answered(sql: str, curated: Path) -> None:
    names, rows = service.query(sql, curated)
    assert names
    assert rows


@pytest.mark.parametrize(
    "sql",
    ["", ";", "-- a remark", "SELECT 1; SELECT 2", "CREATE TABLE t (a INT)", "DROP VIEW reports", "COPY reports TO 'x'",
     "ATTACH 'x.duckdb'", "INSTALL fts", "LOAD fts", "SET threads = 1", "DELETE FROM reports", "CALL pragma_version()",
     "EXPORT DATABASE 'x'", "CREATE OR REPLACE VIEW reports AS SELECT 1", "PRAGMA version"],
)  # fmt: skip
def test_any_other_is_refused_and_writes_nothing(
    sql: str, curated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CannotRun, match=r"^query: give one statement that reads: SELECT, FROM, "):
        service.query(sql, curated)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("sql", ["SELEC 1", "SELECT nothing FROM reports", "FROM nowhere", "SELECT 1 / 'a'", "'"])
def test_one_that_fails_says_why(sql: str, curated: Path) -> None:
    with pytest.raises(CannotRun, match=r"^query: \w+"):
        service.query(sql, curated)


# Words and numbers.


def test_a_search_is_narrowed_and_limited(curated: Path) -> None:
    _, all_rows = service.search("program*", curated, limit=10_000)
    assert len(all_rows) > SEARCH_LIMIT
    assert service.search("program*", curated)[1] == all_rows[:SEARCH_LIMIT]
    _, of_fema = service.search("program*", curated, agency="fema", limit=10_000)
    assert of_fema == [r for r in all_rows if "FEMA" in (r[3] or "").split(", ")] != []
    _, of_year = service.search("program*", curated, fiscal_year=2013, limit=10_000)
    assert of_year == [r for r in all_rows if r[2] == 2013] != []


def test_a_release_without_its_database_is_mended_by_the_next_build(captures: Captures) -> None:
    raw = captures(files((row(),)))
    out = raw.parent / "curated"
    pipeline.build(settings(raw, out))
    (out / "latest" / "reports.sqlite").unlink()
    with pytest.raises(CannotRun, match=r"reports.sqlite: is missing; oig build writes it again"):
        service.search("oversight", out)
    pipeline.build(settings(raw, out))
    assert len(service.search("oversight", out)[1]) == 1


def test_an_explanation_is_of_plain_values(curated: Path) -> None:
    payload = service.explain(NUMBER, curated, fiscal_year=2021).as_dict()
    assert set(payload) == {"asked", "published", "quarantined"}
    assert json.loads(json.dumps(payload, default=str))["published"][0]["report_number"] == NUMBER


# Differences.


def test_a_difference_is_by_default_that_of_the_latest_and_the_one_before(two: tuple[Path, Path, Path]) -> None:
    out, old, new = two
    difference = service.difference(out=out)
    assert (difference.old, difference.new) == (old.name, new.name)
    assert [(c.column, c.old, c.new) for c in difference.changed] == [
        ("title", "Audit of Ports", "Audit of All Ports of Entry")
    ]
    assert service.difference(new.name, old.name, out).changed[0].new == "Audit of Ports"


def test_its_releases_go_by_id_beginning_version_and_folder(two: tuple[Path, Path, Path]) -> None:
    out, old, new = two
    expected = service.difference(out=out)
    names = [(old.name, new.name), (old.name[:8], new.name[:8]), ("1.0.0", "1.0.1"), (str(old), str(new))]
    assert [service.difference(*pair, out) for pair in names] == [expected] * len(names)
    assert service.difference(old.name, None, out) == expected
    assert service.difference(None, new.name, out) == expected


def test_without_an_older_release_there_is_no_difference(two: tuple[Path, Path, Path]) -> None:
    out, old, _ = two
    with pytest.raises(CannotRun, match=f"no release is older than {old.name}; name the two to compare"):
        service.difference(None, old.name, out)
    with pytest.raises(CannotRun, match=r"9.9.9: is none of the releases in .*; oig releases lists them"):
        service.difference("9.9.9", None, out)


def test_verifying_names_the_release_and_what_is_wrong_with_it(two: tuple[Path, Path, Path]) -> None:
    out, _, new = two
    (new / "captures.parquet").unlink()
    assert service.verify(out) == (str(new.resolve()), ["captures.parquet: is missing"])


# An address in an object store.


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Return the address of a release in a store that lives in memory."""
    place = f"memory://{uuid4().hex}/reports"
    pipeline.build(settings(DATA / "raw", place))
    yield place
    fsspec.filesystem("memory").rm(place, recursive=True)


def test_every_question_but_those_on_folders_can_be_asked_of_an_address(address: str, curated: Path) -> None:
    release = f"{address}/releases/{(curated / 'latest').resolve().name}"
    for where in (address, f"{address}/", release):
        assert service.query("SELECT count(*) FROM reports", where)[1] == [(367,)]
        assert service.search(WORDS, where) == service.search(WORDS, curated)
        (actual,), (expected,) = (service.explain(NUMBER, place).published for place in (where, curated))
        assert actual.values == expected.values
        assert actual.releases == (), "the releases beside it are not read"
        with service.connect(where) as connection:
            assert isinstance(connection, duckdb.DuckDBPyConnection)


@pytest.mark.parametrize("ask", [QUESTIONS[name] for name in ("connect", "query", "search", "explain")])
def test_an_address_without_a_release_says_so(ask: Callable[[object], object]) -> None:
    with pytest.raises(
        CannotRun, match=r"^memory://nowhere/at/all: there is no release here; make one with oig build --out"
    ):
        ask("memory://nowhere/at/all")


def grown(raw: Path, place: Path | str, count: int) -> str:
    """Return the id of a release with so many reports."""
    rows = "".join(f"OIG-21-{n:02},Audit No. {n},2021\n" for n in range(1, count + 1))
    raw.mkdir(exist_ok=True)
    (raw / "a.csv").write_text(f"report_number,title,fiscal_year\n{rows}", encoding="utf-8")
    release = pipeline.build(settings(raw, place)).release
    assert release is not None
    return release.id


def test_releases_at_an_address_are_listed_compared_verified_gone_back_to_and_put_away(tmp_path: Path) -> None:
    place = f"memory://{uuid4().hex}/deep"
    ids = [grown(tmp_path / "raw", place, count) for count in (1, 2, 3)]
    assert [(s.id, s.reports, s.is_current) for s in releases.list_releases(place)] == [
        (ids[0], 1, False), (ids[1], 2, False), (ids[2], 3, True),
    ]  # fmt: skip
    assert [r.report_number for r in service.difference(out=place).added] == ["OIG-21-03"]
    assert [r.report_number for r in service.difference("1.0.0", ids[1], place).added] == ["OIG-21-02"]
    assert service.path(place) == f"{place}/releases/{ids[2]}"
    assert service.verify(place) == (f"{place}/releases/{ids[2]}", [])
    assert releases.rollback(place, "1.0.0") == f"{place}/releases/{ids[0]}"
    assert service.query("SELECT count(*) FROM reports", place)[1] == [(1,)]
    again = pipeline.build(settings(tmp_path / "raw", place)).release
    assert again is not None
    assert (again.id, again.is_new, again.before) == (ids[2], False, ids[0])
    assert releases.prune(place, 1) == ids[:2]
    assert [s.is_here for s in releases.list_releases(place)] == [False, False, True]
    assert service.query("SELECT count(*) FROM reports", place)[1] == [(3,)]
    store = fsspec.filesystem("memory")
    release = place.removeprefix("memory:/")
    store.rm_file(f"{release}/releases/{ids[2]}/captures.parquet")
    assert service.verify(place)[1] == ["captures.parquet: is missing"]
    with pytest.raises(CannotRun, match="is damaged, so latest stays where it is"):
        releases.rollback(place, ids[2])
    with pytest.raises(CannotRun, match="pruned"):
        releases.rollback(place, ids[0])


@pytest.mark.parametrize("command", ["releases", "prune --keep 1", "rollback 1.0.0", "diff"])
def test_commands_on_releases_keep_an_address_as_it_is(command: str, oig: Oig) -> None:
    done = oig(*command.split(), "--out", "memory://nothing/here")
    output = done.stdout if command == "releases" else done.stderr
    assert "0 rows" in output if command == "releases" else "memory://nothing/here" in output
    assert "Traceback" not in done.stderr


def test_what_pruned_releases_had_is_not_told_as_added(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for count in (1, 2, 3):
        grown(tmp_path / "raw", out, count)
    assert [r["change"] for r in service.explain("OIG-21-01", out).published[0].releases] == ["added"]
    releases.prune(out, 2)
    (change,) = service.explain("OIG-21-01", out).published[0].releases
    assert change["change"].startswith("added, in or before this release")
    assert [r["change"] for r in service.explain("OIG-21-03", out).published[0].releases] == ["added"]


def test_with_one_release_a_difference_says_what_it_will_tell(tmp_path: Path) -> None:
    only = grown(tmp_path / "raw", tmp_path / "out", 1)
    with pytest.raises(CannotRun, match=f"{only} is the only release here.* after the next build"):
        service.difference(out=tmp_path / "out")


def test_the_next_line_works_as_printed_and_a_build_after_a_rollback_says_that_latest_moved(
    tmp_path: Path, oig: Oig
) -> None:
    out = tmp_path / "it's out"
    first = grown(tmp_path / "raw", out, 1)
    second = grown(tmp_path / "raw", out, 2)
    releases.rollback(out, first)
    built = oig("build", "--raw", tmp_path / "raw", "--out", out).stdout
    assert f"Release {second} (published before; latest moves to it from {first}," in built
    (line,) = re.findall(r"^Next: (.*)$", built, re.M)
    arguments = shlex.split(line[line.index("query") :])
    assert oig(*arguments).returncode == 0
    assert arguments[-2:] == ["--release", str(out)]
    assert oig("path", out).stdout == f"{(out / 'latest').resolve()}\n"
