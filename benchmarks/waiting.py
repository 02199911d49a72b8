"""What people wait for: commands at the size that a user has, beside processes that only import libraries.

Belongs here: these groups of processes. Does not: what their results are to reach (`lines.py`).
"""

from __future__ import annotations

import time
from pathlib import Path

import polars as pl

from benchmarks import commands, corpus, forms, process
from benchmarks.corpora import link_tree
from benchmarks.steps import A_WHILE, PAGE_YEAR, Bench, Step, build_step, emptied

MIRRORED = 50
"""Reports that a site which repeats them shows too, each on a page."""


def _real_captures(bench: Bench) -> Path:
    """Return a folder of what a user has: pages of the site's table, and of a site that repeats reports."""
    raw = bench.work / "real" / "raw"
    emptied(raw.parent)()
    link_tree(bench.corpora.get("html", bench.sizes.real).raw, raw)
    process.run(commands.script("corpus", str(MIRRORED), "report", raw, *_more(bench, PAGE_YEAR - 1)))
    return raw


def _more(bench: Bench, year: int) -> tuple[str, ...]:
    """Return the options of further reports of a fiscal year, whose numbers follow those of the corpus."""
    return "--year", str(year), "--sequence", str(bench.sizes.real // corpus.YEARS + 1)


def real(bench: Bench) -> list[Step]:
    """Return the commands at real size, each beside a process that only imports what it needs."""
    raw, out = _real_captures(bench), bench.out("first")
    process.run(commands.build(raw, out))
    number = pl.read_parquet(next((out / "latest" / "reports").glob("*.parquet")))["report_number"][0]
    more, grown = bench.work / "real" / "more", bench.out("grown")

    def settle() -> None:
        """Wait until the captures count as untouched; then build once more, which learns that they are."""
        time.sleep(A_WHILE)
        process.run(commands.build(raw, out, without=()))

    def add_page() -> None:
        for folder in (more, grown):
            emptied(folder)()
        link_tree(raw, more)
        time.sleep(A_WHILE)
        process.run(commands.build(more, grown, without=()))
        page = (str(forms.ROWS_ON_A_PAGE), "html", str(more), *_more(bench, PAGE_YEAR))
        process.run(commands.script("corpus", *page))

    build = commands.build(raw, out, without=())
    return [
        Step("typer", commands.bare("import typer"), raw),
        Step("help", commands.oig("--help"), raw),
        Step("version", commands.oig("--version"), raw),
        Step("duckdb", commands.bare("import duckdb, pyarrow, typer"), raw),
        Step("polars", commands.bare("import polars, pandera.polars, pyarrow"), raw),
        Step("first", build, raw, emptied(out)),
        Step("query", commands.ask(out, "query", "FROM reports_by_agency"), raw),
        Step("search", commands.ask(out, "search", "oversight"), raw),
        Step("explain", commands.ask(out, "explain", number), raw),
        Step("again", build, raw, settle),
        Step("grown", commands.build(more, grown, without=()), raw, add_page),
        build_step(bench, "lean", raw),
        Step("check", commands.check(raw), raw),
        Step("check own", commands.check(bench.own_data), bench.own_data),
    ]


def site(bench: Bench) -> list[Step]:
    """Return the site of many reports, made anew and again."""
    raw, out = bench.corpora.get("html", bench.sizes.site).raw, bench.out("large")
    process.run(commands.build(raw, out))
    polars = commands.bare("import polars, pandera.polars, pyarrow")
    return [
        Step("polars", polars, raw),
        Step("first", commands.site(out), raw, emptied(out / "site"), is_slow=True),
        Step("unchanged", commands.site(out), raw),
    ]


def dagster_again(bench: Bench) -> list[Step]:
    """Return Materialize all with nothing new, and Dagster by itself."""
    raw, out = bench.own_data, bench.out("dagster")
    emptied(out)()
    build = commands.script("dagster_build", raw, out)
    process.run(build)
    graph = process.run(build).output
    bare = commands.script("dagster_build", "--bare", str(graph["steps"]), str(graph["checks"]))
    return [Step("again", build, raw), Step("bare", bare, raw)]
