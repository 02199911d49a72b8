"""What every description of a release is made of: its files, its days, a value of each column."""

from __future__ import annotations

import datetime as dt
import getpass
import json
import platform
from pathlib import Path

import polars as pl
import pytest

from oig_pipeline.contract.column import NAMES
from oig_pipeline.contract.example_office import Row
from oig_pipeline.contract.schemas import POLARS_SCHEMAS, TABLES
from oig_pipeline.offices import OFFICES
from oig_pipeline.release.files import read_table, table_of
from oig_pipeline.release.metadata.about import (
    OF_ANY_OFFICES,
    OF_DEFAULT_OFFICE,
    DatasetInfo,
    File,
    TableStats,
    Wording,
    stats_of_tables,
)
from oig_pipeline.release.metadata.descriptions import DOCUMENTS
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.conftest import DATA, Captures
from tests.dhs_examples import files, row

NOTHING = {table: POLARS_SCHEMAS[table].to_frame() for table in TABLES}
UNNUMBERED = ("issue_date", "series", "sequence")


def tables(release: Path) -> dict[str, pl.DataFrame]:
    return {name: read_table(release, name) for name in TABLES}


def listing(*rows: Row, **meta: str) -> dict[str, bytes]:
    return {**files(rows), "listing.ndjson.meta.json": json.dumps(meta).encode()}


def of_build(raw: Path) -> TableStats:
    """Return what is to be said of a release of these captures."""
    release = pipeline.build(settings(raw, raw.parent / "curated")).release
    assert release is not None
    return stats_of_tables(tables(release.path))


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    result = pipeline.build(settings(DATA / "raw", tmp_path_factory.mktemp("curated"))).release
    assert result is not None
    return result.path


@pytest.mark.parametrize(
    ("path", "table", "name"),
    [
        ("reports/2021.parquet", "reports", "reports-2021"),
        ("sightings/unknown.parquet", "sightings", "sightings-unknown"),
        ("report_history/2021.parquet", "report_history", "report-history-2021"),
        ("captures.parquet", "captures", "captures"),
    ],
)
def test_a_file_is_named_after_its_table_and_year(path: str, table: str, name: str) -> None:
    assert table_of(path) == table
    assert File(path, table, 1, "").name == name


def test_every_file_of_a_release_is_of_a_table_and_has_a_name_of_its_own(release: Path) -> None:
    paths = [file.relative_to(release).as_posix() for file in release.rglob("*.parquet")]
    assert {table_of(path) for path in paths} == set(TABLES)
    assert len({File(path, table_of(path), 1, "").name for path in paths}) == len(paths)


def test_modified_is_the_day_of_the_newest_capture_and_never_of_the_run(captures: Captures) -> None:
    raw = captures(listing(row(), retrieved_at="2022-03-01T23:30:00-05:00"))
    assert of_build(raw).modified == dt.date(2022, 3, 2), "in UTC"
    more = listing(row(), retrieved_at="2021-12-31T00:00:00Z")
    raw = captures({f"more/{name}": content for name, content in more.items()})
    assert of_build(raw).modified == dt.date(2022, 3, 2)


def test_the_dates_of_issue_are_bounded(captures: Captures) -> None:
    rows = [
        row(report_number=f"OIG-21-{n}", title=f"Audit of Programme {n * 7919}", issue_date=day)
        for n, day in ((11, "07/20/2021"), (12, ""), (13, "01/31/2021"))
    ]
    content = of_build(captures(listing(*rows)))
    assert (content.first_issue, content.last_issue, content.rows["reports"]) == (
        dt.date(2021, 1, 31),
        dt.date(2021, 7, 20),
        3,
    )


def test_what_is_not_known_is_none(captures: Captures) -> None:
    content = of_build(captures(listing(row(issue_date=""))))
    assert (content.modified, content.first_issue, content.last_issue) == (None, None, None)
    content = stats_of_tables(NOTHING)
    assert (content.rows["reports"], content.modified, content.first_issue, content.examples) == (0, None, None, {})


def test_a_release_with_reports_of_another_office_is_not_called_one_of_the_default_office() -> None:
    def words(*codes: str) -> Wording:
        reports = pl.DataFrame({"office": codes, **dict.fromkeys(UNNUMBERED), "fiscal_year": None})
        first, *others = (stats_of_tables({"reports": reports[n : n + 1]}) for n in range(len(codes)))
        return DatasetInfo(sum(others, first), ()).wording

    assert words(OFFICES.default, OFFICES.default) is OF_DEFAULT_OFFICE
    assert words(OFFICES.default, "treasury") is words("treasury") is OF_ANY_OFFICES
    assert DatasetInfo(stats_of_tables(NOTHING), ()).wording is OF_DEFAULT_OFFICE


def test_an_example_is_the_first_value_of_its_column(release: Path) -> None:
    frames = tables(release)
    examples = stats_of_tables(frames).examples
    for table, frame in frames.items():
        for name, dtype in POLARS_SCHEMAS[table].items():
            values = [v for v in frame[name].to_list() if v is not None and v != []]
            assert (name in examples.get(table, {})) == bool(values), (table, name)
            if values:
                first = "; ".join(values[0]) if dtype == NAMES else str(values[0])
                assert examples[table][name] == (first.lower() if dtype == pl.Boolean else first)


def test_a_value_that_shows_nothing_is_no_example() -> None:
    topics = pl.Series("topics", [[], [], ["Borders", "Jails"], ["Ports"]], dtype=NAMES)
    reports = pl.DataFrame({"topics": topics, **dict.fromkeys(UNNUMBERED), "office": "", "fiscal_year": None})
    assert stats_of_tables({**NOTHING, "reports": reports}).examples == {"reports": {"topics": "Borders; Jails"}}
    sightings = pl.DataFrame({"listed_summary": [None, "", " \u00a0", "We looked."]})
    assert stats_of_tables({**NOTHING, "sightings": sightings}).examples == {
        "sightings": {"listed_summary": "We looked."}
    }


def test_no_description_depends_on_the_day_the_folder_or_the_machine(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    (tmp_path / "here").mkdir()
    for file in sorted((DATA / "raw").iterdir(), reverse=True):
        (tmp_path / "here" / file.name).write_bytes(file.read_bytes())
    (tmp_path / "corrections.yml").write_bytes((DATA / "corrections.yml").read_bytes())
    pipeline.build(settings(Path("here"), Path("there")))
    personal = {str(tmp_path), str(release), str(release.parent), str(Path.home()), platform.node()}
    personal |= {dt.datetime.now(dt.UTC).date().isoformat(), getpass.getuser() + "@"}
    for name in DOCUMENTS:
        text = (tmp_path / "there" / "latest" / name).read_text(encoding="utf-8")
        assert text == (release / name).read_text(encoding="utf-8")
        assert not [word for word in personal if word in text], name
