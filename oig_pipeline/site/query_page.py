"""The query page: the release's Parquet, asked in SQL in the browser.

Belongs here: which tables the page offers, the views as files (the browser's SQL is not DuckDB's, in which they are
written), and example questions. Does not: reading and answering (`assets/query.js`).
"""

from __future__ import annotations

from functools import cache, partial
from importlib.resources import files
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from oig_pipeline.contract.schemas import TABLE_DESCRIPTIONS, TABLES
from oig_pipeline.contract.surfaces import columns
from oig_pipeline.release import parquet
from oig_pipeline.release.files import table_of
from oig_pipeline.site.changes import DATA
from oig_pipeline.site.release_data import ReleaseData
from oig_pipeline.site.render import Site
from oig_pipeline.site.write import SiteWriter

PATH = "query/index.html"
_EXAMPLES = files("oig_pipeline.site") / "examples"


@cache
def examples() -> dict[str, tuple[str, str]]:
    """Return table or view → an example question and its SQL, which runs in both DuckDB and the browser."""
    queries = {}
    for name in (*TABLES, *sorted(e.name.removesuffix(".sql") for e in _EXAMPLES.iterdir())):
        if name not in queries:
            question, _, sql = (_EXAMPLES / f"{name}.sql").read_text(encoding="utf-8").partition("\n")
            queries[name] = (question.removeprefix("-- "), sql.strip())
    return queries


def write(source: ReleaseData, data: list[dict[str, Any]], site: Site, writer: SiteWriter) -> None:
    """Write the views as Parquet, and the page; `data` are the release's files."""
    tables: list[dict[str, Any]] = []
    for name in TABLES:
        paths = sorted(f["path"] for f in data if f["path"].endswith(".parquet") and table_of(f["path"]) == name)
        column_docs = [{"name": column.name, "description": column.description} for column in columns(name)]
        tables.append(_table(name, TABLE_DESCRIPTIONS[name], [f"{DATA}/{path}" for path in paths], column_docs))
    for name, (description, _) in source.views.items():
        path = f"{DATA}/views/{name}.parquet"
        writer.page(path, partial(_parquet, name, source), source.id)
        column_docs = [{"name": column, "description": ""} for column in source.ask(f"FROM {name} LIMIT 0").names]
        tables.append(_table(name, description, [path], column_docs))
    table_files = [
        {"name": t["name"], "files": t["files"], "columns": [column["name"] for column in t["columns"]]} for t in tables
    ]
    writer.page(PATH, site.render("query.html", PATH, tables=tables, asked=table_files, examples=examples()))


def _table(name: str, description: str, paths: list[str], column_docs: list[dict[str, str]]) -> dict[str, Any]:
    return {"name": name, "description": description, "files": paths, "columns": column_docs}


def _parquet(view: str, source: ReleaseData) -> bytes:
    """Return the rows of a view as a Parquet file, written as the release's own are."""
    rows = source.connection.sql(f"FROM {view}").to_arrow_table()
    sink = pa.BufferOutputStream()
    pq.write_table(rows, sink, **parquet.SETTINGS)
    return bytes(sink.getvalue().to_pybytes())
