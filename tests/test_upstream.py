"""What the libraries do that this project relies on, pinned: a failure here is news from upstream, not a fault here."""

from __future__ import annotations

import datetime as dt
import inspect
import io
from pathlib import Path

import duckdb
import hishel
import hishel.httpx
import httpcore
import httpx
import pandera.polars as pa
import polars as pl
import pyarrow
import pyarrow.parquet as pq
import pytest
import stamina
from fastwarc.warc import ArchiveIterator
from pandera.errors import SchemaErrors

from oig_pipeline.capture.unpack import _TRUNCATED, MAGIC
from oig_pipeline.contract.schemas import POLARS_SCHEMAS
from oig_pipeline.release import catalog, parquet
from tests.fetch.test_warc import URL, packed, record

NUMBERS = pl.DataFrame({"n": [1, -2, 3, -4]})


def positive(data: pa.PolarsData) -> pl.LazyFrame:
    return data.lazyframe.select((pl.col(data.key) > 0).alias("holds"))


def small(data: pa.PolarsData) -> pl.LazyFrame:
    return data.lazyframe.select((pl.col(data.key) < 3).alias("holds"))


POSITIVE = pa.DataFrameSchema(
    {"n": pa.Column(pl.Int64, checks=[pa.Check(positive, name="positive"), pa.Check(small, name="small")])}
)


def test_pandera_gives_each_broken_check_with_its_name_and_a_verdict_per_row() -> None:
    with pytest.raises(SchemaErrors) as caught:
        POSITIVE.validate(NUMBERS, lazy=True)
    outputs = {error.check.name: error.check_output for error in caught.value.schema_errors}
    assert {name: output.columns for name, output in outputs.items()} == {
        "positive": ["check_output"],
        "small": ["check_output"],
    }
    assert {name: output["check_output"].to_list() for name, output in outputs.items()} == {
        "positive": [True, False, True, False],
        "small": [True, True, False, True],
    }


def test_pandera_gives_no_verdict_per_row_for_a_fault_of_shape() -> None:
    with pytest.raises(SchemaErrors) as caught:
        POSITIVE.validate(NUMBERS.cast(pl.Int8), lazy=True)
    fault = next(e for e in caught.value.schema_errors if not isinstance(e.check, pa.Check))
    assert fault.check_output is None


def test_pandera_skips_the_data_of_a_lazy_frame() -> None:
    assert POSITIVE.validate(NUMBERS.lazy(), lazy=True).collect().equals(NUMBERS)


def test_pandera_gives_failure_cases_with_the_row_index() -> None:
    with pytest.raises(SchemaErrors) as caught:
        POSITIVE.validate(NUMBERS, lazy=True)
    assert set(caught.value.failure_cases.select("check", "index").iter_rows()) == {
        *(("positive", 1), ("positive", 3), ("small", 2)),
    }


def test_polars_reads_an_impossible_day_as_null() -> None:
    days = pl.Series(["02/29/2020", "02/30/2020", "13/01/2020", "", None])
    assert days.str.to_date("%m/%d/%Y", strict=False).to_list() == [dt.date(2020, 2, 29), None, None, None, None]


def test_polars_reads_years_of_two_digits_up_to_69_in_this_century() -> None:
    days = pl.Series(["07/20/04", "7/4/69", "07/20/69", "7/4/70", "12/31/99"]).str.to_date("%m/%d/%y", strict=False)
    assert days.dt.year().to_list() == [2004, 2069, 2069, 1970, 1999]


def test_polars_reads_no_ndjson_at_all_if_one_line_is_broken() -> None:
    good = b'{"a": "x"}\n{"a": "y"}\n'
    assert pl.read_ndjson(io.BytesIO(good), schema={"a": pl.String}).height == 2
    with pytest.raises(pl.exceptions.PolarsError):
        pl.read_ndjson(io.BytesIO(good + b'{"a": \n'), schema={"a": pl.String})


def test_polars_gives_named_groups_as_the_fields_of_a_struct() -> None:
    groups = pl.select(
        pl.Series(["OIG-21", "OIG", "", None]).str.extract_groups(r"^(?<series>[A-Z]+)(?:-(?<year>\d+))?")
    )
    rows = groups.to_series().struct.unnest().rows()
    assert rows == [("OIG", "21"), ("OIG", None), (None, None), (None, None)]


def test_polars_panics_when_it_formats_a_frame_whose_first_chunk_was_filtered_away() -> None:
    frame = pl.concat([pl.DataFrame({"a": ["x"]}), pl.DataFrame({"a": ["y", "z"]})], rechunk=False)
    filtered = frame.filter(pl.Series([False, True, True]))
    assert filtered["a"].chunk_lengths() == [0, 2]
    expression = pl.format("'{}'", "a")
    # A panic is no Exception: nothing that catches those would see it.
    with pytest.raises(BaseException, match="assertion failed") as caught:
        filtered.select(expression)
    assert not isinstance(caught.value, Exception)
    assert filtered.rechunk().select(expression).to_series().to_list() == ["'y'", "'z'"]


def test_pyarrow_writes_the_same_bytes_for_the_same_table(tmp_path: Path) -> None:
    first, second = tmp_path / "one.parquet", tmp_path / "two.parquet"
    table = pl.DataFrame({"a": ["x", None], "b": [["y"], []]}).to_arrow()
    for file in (first, second):
        pq.write_table(table, file, compression="zstd")
    assert first.read_bytes() == second.read_bytes()


def test_the_chunks_of_a_frame_do_not_show_in_the_bytes(tmp_path: Path) -> None:
    words = dict.fromkeys(("sighting_id", "capture_path", "rule", "severity", "column_name", "value", "message"), "x")
    rows = pl.DataFrame([{**words, "line": 1, "acknowledged": False}] * 3, schema=POLARS_SCHEMAS["violations"])
    frame = pl.concat([rows, rows], rechunk=False)
    assert frame.n_chunks() == 2
    parquet.write(frame, "violations", tmp_path / "one.parquet")
    parquet.write(frame.rechunk(), "violations", tmp_path / "two.parquet")
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_duckdb_keeps_comments_on_views_and_their_columns(tmp_path: Path) -> None:
    file = str(tmp_path / "a.duckdb")
    with duckdb.connect(file) as connection:
        connection.execute("CREATE VIEW v AS SELECT 1 AS n")
        connection.execute("COMMENT ON VIEW v IS 'One number.'")
        connection.execute("COMMENT ON COLUMN v.n IS 'It''s one.'")
    with duckdb.connect(file, read_only=True) as connection:
        views = connection.execute("SELECT comment FROM duckdb_views() WHERE view_name = 'v'").fetchall()
        columns = connection.execute("SELECT comment FROM duckdb_columns() WHERE table_name = 'v'").fetchall()
    assert (views, columns) == ([("One number.",)], [("It's one.",)])


@pytest.mark.parametrize("name", ["a[1]", "a*", "a?"])
def test_duckdb_reads_a_path_as_a_glob_unless_its_signs_are_escaped(tmp_path: Path, name: str) -> None:
    other, folder = tmp_path / "a1", tmp_path / name
    for place, value in ((other, "other"), (folder, "own")):
        place.mkdir()
        pl.DataFrame({"a": [value]}).write_parquet(place / "t.parquet")

    def read(path: str) -> set[tuple[str]]:
        with duckdb.connect() as connection:
            return set(connection.execute(f"SELECT a FROM read_parquet('{path}/t.parquet')").fetchall())

    assert ("other",) in read(str(folder))
    assert read(catalog._escaped(str(folder))) == {("own",)}


def test_duckdb_writes_a_file_in_the_format_of_its_older_versions(tmp_path: Path) -> None:
    file = tmp_path / "a.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{file}' AS a (STORAGE_VERSION '{catalog.STORAGE_VERSION}')")
        connection.execute("CREATE VIEW a.v AS SELECT 1 AS n")
    magic, version = file.read_bytes()[8:12], int.from_bytes(file.read_bytes()[12:20], "little")
    assert (magic, version <= 68) == (b"DUCK", True)
    with duckdb.connect(str(file), read_only=True) as connection:
        assert connection.execute("FROM v").fetchall() == [(1,)]


@pytest.mark.parametrize("codec", MAGIC.values())
def test_pyarrow_tells_a_stream_that_breaks_off_from_one_that_is_damaged(codec: str) -> None:
    out = pyarrow.BufferOutputStream()
    with pyarrow.CompressedOutputStream(out, codec) as stream:
        stream.write(bytes(range(256)) * 64)
    complete = out.getvalue().to_pybytes()

    def message_of(content: bytes) -> str:
        stream = pyarrow.CompressedInputStream(pyarrow.BufferReader(content), codec)
        with stream, pytest.raises(OSError) as caught:  # noqa: PT011
            stream.read()
        return str(caught.value)

    assert message_of(complete[:-9]).startswith(_TRUNCATED)
    assert not message_of(complete[:4] + bytes([255]) * 40).startswith(_TRUNCATED)


# What asks the site.


def test_httpx_keeps_its_connections_where_a_pool_with_a_deadline_is_put() -> None:
    assert isinstance(httpx.HTTPTransport()._pool, httpcore.ConnectionPool)
    assert {"network_backend", "ssl_context"} <= set(inspect.signature(httpcore.ConnectionPool).parameters)


@pytest.mark.parametrize(("directive", "requests"), [("no-cache", 2), ("", 1)])
def test_hishel_asks_again_what_it_holds_only_if_told_to(directive: str, requests: int, tmp_path: Path) -> None:
    tags: list[str | None] = []

    def site(request: httpx.Request) -> httpx.Response:
        tags.append(request.headers.get("if-none-match"))
        headers = {"ETag": '"a"', "Cache-Control": "max-age=900"}
        return httpx.Response(304 if tags[-1] else 200, headers=headers, content=b"" if tags[-1] else b"page")

    storage = hishel.SqliteStorage(database_path=tmp_path / "cache.db")
    options = hishel.CacheOptions(shared=False)
    transport = hishel.httpx.CacheTransport(httpx.MockTransport(site), storage, rfc=options)
    with httpx.Client(transport=transport, headers={"Cache-Control": directive} if directive else {}) as client:
        answers = [client.get("https://www.oig.dhs.gov/") for _ in range(2)]
    assert [answer.content for answer in answers] == [b"page", b"page"]
    assert answers[1].extensions["caching"]["from_cache"]
    assert tags == [None, '"a"'][:requests]


def test_stamina_waits_as_long_as_its_hook_says(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    tries = stamina.retry_context(on=lambda _: 7.0, attempts=3, timeout=None, wait_max=1.0)

    def failing() -> None:
        for attempt in tries:
            with attempt:
                raise OSError

    with pytest.raises(OSError):  # noqa: PT011
        failing()
    assert waited == [7.0, 7.0]


def test_fastwarc_says_nothing_of_an_archive_that_ends_in_a_header() -> None:
    archive = packed([record(URL, b"page")])
    assert len([each.record_id for each in ArchiveIterator(io.BytesIO(archive + archive[:20]))]) == 1
