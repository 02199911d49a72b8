"""Which SQL is answered, and that what is let through can read the release and nothing else."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from oig_pipeline import CannotRun
from oig_pipeline.query import narrow, sandbox, service, sql_guard
from oig_pipeline.release import catalog

COPY = "COPY (SELECT 1) TO 'written.csv'"
WRITING_CTE = f"WITH x AS ({COPY}) SELECT * FROM x"
READS = [
    "FROM reports LIMIT 1", "WITH x AS (SELECT 1) FROM x", "VALUES (1)", "SELECT 1 UNION ALL SELECT 2", "SHOW TABLES",
    "WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM t WHERE a < 3) FROM t", "SHOW ALL TABLES",
    "DESCRIBE reports", "SUMMARIZE reports", "SUMMARIZE SELECT title FROM reports", "-- a remark\nSELECT 1;",
    "PIVOT (SELECT kind, fiscal_year FROM reports) ON kind USING count(*)", "FROM range(3)", "SELECT unnest([1, 2])",
    "FROM (PIVOT reports ON kind IN ('report') USING count(*) GROUP BY fiscal_year)", "EXPLAIN FROM reports",
    "UNPIVOT (SELECT 1 AS a, 2 AS b) ON a, b", "EXPLAIN (FORMAT json) SELECT 1", "EXPLAIN (SELECT 1)",
    "EXPLAIN PIVOT reports ON kind USING count(*) GROUP BY fiscal_year", "FROM information_schema.tables",
    "FROM histogram('reports', 'fiscal_year')", "SELECT comment FROM duckdb_columns() WHERE table_name = 'reports'",
]  # fmt: skip
REFUSED = [
    "", ";", "SELECT 1; SELECT 2", COPY, "COPY reports TO 'x.csv'", "CREATE TABLE t (a INT)", "DROP VIEW reports",
    "SET threads = 1", "RESET threads", "SET VARIABLE x = 1", "ATTACH 'x.duckdb'", "ATTACH ':memory:' AS x", "USE main",
    "INSTALL fts", "LOAD fts", "LOAD '/tmp/x.duckdb_extension'", "PRAGMA version", "CALL pragma_version()", "VACUUM",
    "BEGIN", "CHECKPOINT", "PREPARE v AS SELECT 1", "EXPORT DATABASE 'x'", "IMPORT DATABASE 'x'",
    "CREATE SECRET (TYPE s3)", "MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE",
    WRITING_CTE, f"SELECT ({WRITING_CTE})", f"SUMMARIZE ({WRITING_CTE})", f"DESCRIBE ({WRITING_CTE})",
    f"SELECT 1 UNION ALL ({WRITING_CTE})", f"WITH y AS ({WRITING_CTE}) FROM y", f"FROM (VALUES (({WRITING_CTE})))",
    "WITH x AS (INSERT INTO t VALUES (1) RETURNING *) FROM x", "WITH x AS (DELETE FROM t RETURNING *) FROM x",
    "WITH x AS (UPDATE t SET a = 1 RETURNING *) FROM x",
    f"EXPLAIN {COPY}", f"EXPLAIN {WRITING_CTE}", "EXPLAIN SET threads = 1", "EXPLAIN ANALYZE SELECT 1",
    "EXPLAIN (ANALYZE) SELECT 1", "EXPLAIN (FORMAT json, ANALYZE) SELECT 1", "EXPLAIN /* ( */ (ANALYZE false) SELECT 1",
    "explain analyse select 1",
    "FROM query('SELECT 1')", "FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    "FROM arrow_scan(1, 2, 3)", "SELECT (SELECT count(*) FROM pandas_scan(1))", "FROM duckdb_secrets()",
    "FROM enable_logging(storage := 'file', storage_path := 'logs')", "FROM enable_profiling()", "FROM checkpoint()",
    "PIVOT (FROM arrow_scan(1, 2, 3)) ON a", 'PIVOT (FROM system.main."arrow_scan" /* ( */ (1, 2, 3)) ON a',
    "PIVOT (FROM query('SELECT 1')) ON a", "PIVOT (FROM read_text('/etc/passwd')) ON content",
]  # fmt: skip
FILES = [
    "FROM read_text('{file}')", "FROM read_blob('{file}')", "FROM read_csv('{file}')", "FROM '{file}'",
    "FROM read_parquet('{file}')", "FROM parquet_metadata('{file}')", "FROM sniff_csv('{file}')", "FROM glob('{file}')",
    "SELECT * FROM query_table('{file}')", "PIVOT '{file}' ON a", "SUMMARIZE '{file}'", "DESCRIBE FROM '{file}'",
    "EXPLAIN FROM '{file}'",
]  # fmt: skip


@pytest.fixture(scope="module")
def closed(own_release: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with sandbox.connect(str(own_release)) as connection:
        yield connection


@pytest.mark.parametrize("sql", READS)
def test_what_reads_the_release_is_answered(sql: str, closed: duckdb.DuckDBPyConnection) -> None:
    assert closed.execute(sql_guard.read_only_statement(closed, sql)).fetchall()


@pytest.mark.parametrize("sql", REFUSED)
def test_what_does_anything_else_is_refused_with_what_is_allowed(sql: str, closed: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(CannotRun, match=r"give one statement that reads: SELECT, FROM, |a query reads the views of"):
        sql_guard.read_only_statement(closed, sql)


@pytest.mark.parametrize("sql", FILES)
@pytest.mark.parametrize("name", ["secret.csv", "reports/2021.parquet"])
def test_no_file_is_read(sql: str, name: str, own_release: Path, tmp_path: Path) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("a\nwhat nobody may know\n")
    with pytest.raises(CannotRun) as refused:
        service.query(sql.format(file=file), own_release)
    assert "nobody may know" not in str(refused.value)


def test_a_connection_that_nobody_judges_for_is_closed_all_the_same(
    closed: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for sql in (WRITING_CTE, COPY, "SET threads = 1", "SET lock_configuration = false", "RESET lock_configuration",
                "SET enable_external_access = true", "ATTACH 'x.duckdb'", "INSTALL fts", "LOAD '/tmp/x'",
                "EXPORT DATABASE 'x'", "FROM read_text('/etc/passwd')", "PRAGMA enable_profiling = 'json'",
                "FROM enable_logging(storage := 'file', storage_path := 'logs')", "FROM tmp_path"):  # fmt: skip
        with pytest.raises(duckdb.Error):
            closed.execute(sql)
    assert not any(tmp_path.iterdir())


def test_variables_of_the_caller_are_no_tables(own_release: Path) -> None:
    import polars as pl

    secret = pl.DataFrame({"a": ["what nobody may know"]})
    assert secret.height
    with pytest.raises(CannotRun, match="secret does not exist"):
        service.query("FROM secret", own_release)


def test_a_large_sort_writes_nowhere(closed: duckdb.DuckDBPyConnection) -> None:
    assert closed.execute("SELECT current_setting('temp_directory')").fetchall() == [("",)]


def test_its_views_are_those_of_the_open_connection(closed: duckdb.DuckDBPyConnection, own_release: Path) -> None:
    about = (
        "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal ORDER BY ALL",
        "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal ORDER BY ALL",
    )
    with catalog.connect(str(own_release)) as open_connection:
        for sql in (*about, *(f"FROM {view}" for view in catalog.descriptions())):
            assert closed.execute(sql).fetchall() == open_connection.execute(sql).fetchall(), sql


def test_tables_are_known_by_the_paths_of_their_files() -> None:
    paths = ["captures.parquet", "reports/2021.parquet", "reports/2020.parquet", "reports.csv", "reports_x/1.parquet"]
    assert narrow.files_of("reports", paths) == ["reports/2020.parquet", "reports/2021.parquet"]
    assert narrow.files_of("captures", paths) == ["captures.parquet"]
    assert narrow.files_of("reports", ["reports/fiscal_year=2021/reports.parquet"])
    assert narrow.files_of("documents", paths) == []


@pytest.mark.parametrize("sql", ["SELECT '\ud800'", "SELECT ["], ids=["surrogate", "unfinished"])
def test_sql_that_is_none_says_so(sql: str, own_release: Path) -> None:
    with pytest.raises(CannotRun, match=r"^query: (the SQL holds half a character|Parser Error)") as refused:
        service.query(sql, own_release)
    assert "\n" not in str(refused.value)


def test_deep_sql_is_refused_and_no_fault(own_release: Path) -> None:
    with pytest.raises(CannotRun, match=r"nested too deeply|expression depth"):
        service.query("SELECT " + "[" * 400 + "]" * 400, own_release)


def test_half_a_character_in_a_number_says_so(own_release: Path) -> None:
    with pytest.raises(CannotRun, match=r"^explain: the number holds half a character"):
        service.explain("OIG-\ud800", own_release)


def test_a_release_whose_manifest_is_damaged_says_so(own_release: Path, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(CannotRun, match=r"manifest.json: cannot be read; oig verify says what is wrong"):
        service.query("SELECT 1", tmp_path)


ENDLESS = "SELECT sum(a.range * b.range) FROM range(1000000) a, range(100000000) b"
QUERY = """
import signal, sys
from oig_pipeline import cli
from oig_pipeline.query import sql_guard
read_only_statement = sql_guard.read_only_statement
def announce(*arguments):
    statement = read_only_statement(*arguments)
    print("running", flush=True)
    return statement
sql_guard.read_only_statement = announce
signal.signal(signal.SIGINT, signal.default_int_handler)
cli.main()
"""


@pytest.mark.process
def test_an_interrupt_ends_a_running_query_with_one_line(own_release: Path) -> None:
    command = [sys.executable, "-c", QUERY, "query", ENDLESS, "--release", str(own_release)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        process.send_signal(signal.SIGINT)
        try:
            _, stderr = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == 130
    assert stderr.strip() == "oig: interrupted"


def test_an_interrupt_before_the_query_has_begun_ends_it(own_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("threading.Thread.start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        service.query("SELECT 1", own_release)
