"""The lines of the table, and what each is to reach.

Belongs here: one entry a line. Does not: how it is measured (`groups.py`).

Time is CPU time of all processes of a command, which targets judge; wall time stands beside it.
"""

from __future__ import annotations

from statistics import median
from typing import Any

from benchmarks.process import Clock
from benchmarks.results import GIB, Line, Results, Unit, exponent

MODULES = {"typer": "typer", "duckdb": "duckdb, pyarrow and typer", "polars": "polars, pandera and pyarrow"}
"""Processes that only import → what they import."""


def _ratio(name: str, group: str, about: str, jobs: tuple[str, str], unit: Unit = "times", **target: Any) -> Line:
    """Return a line that is the ratio of one job's time to another's."""
    return Line(name, group, about, unit, lambda r: r.ratio(*jobs), lambda r: r.ratio(*jobs, clock="seconds"), **target)


def _growth(results: Results, clock: Clock = "cpu_seconds") -> float:
    sizes = results.findings["sizes"]
    return exponent(list(sizes.values()), [results.seconds(name, clock) for name in sizes])


def _pandera(results: Results) -> float:
    return median(float(run.output["per_million"]) for run in results.runs["build"])


def _beyond(results: Results) -> float:
    return len(set(results.findings["rewritten_years"]) - set(results.findings["touched_years"]))


def _dagster(results: Results, clock: Clock = "cpu_seconds") -> float:
    added = results.seconds("dagster", clock) - results.seconds("build", clock)
    return added / results.seconds("bare", clock)


def _exports(results: Results, clock: Clock = "cpu_seconds") -> float:
    return results.seconds("whole", clock) - results.seconds("lean", clock)


def _of_modules(name: str, about: str, job: str, modules: str, at_most: float, group: str = "real") -> Line:
    """Return a line that compares a command with a process that only imports the libraries it needs."""
    return _ratio(name, group, f"time of {about}, of importing {MODULES[modules]}", (job, modules), at_most=at_most)


LINES = (
    _ratio("usual", "million", "time of the usual pipeline, of oig build's", ("usual", "build"), at_least=5),
    _ratio("vectorised", "million", "time of vectorized pandas, of oig build's", ("vectorised", "build")),
    _ratio("sql", "million", "time of DuckDB SQL, of oig build's", ("sql", "build"), at_least=1.2),
    _ratio("floor", "million", "time of oig build, of the floor's", ("build", "floor"), at_most=2.2),
    Line(
        "peak", "growth", "peak memory of oig build, middle size", "GiB",
        lambda r: r.peak("middle") / GIB, at_most=2,
    ),
    Line(
        "peak growth", "growth", "peak memory, large size, of the middle's", "times",
        lambda r: r.peak("large") / r.peak("middle"), at_most=1.25,
    ),
    Line(
        "growth", "growth", "time grows with reports to the power of", "exponent",
        _growth, lambda r: _growth(r, "seconds"), at_most=1.05,
    ),
    Line("pandera", "pandera", "Pandera's rules, a million sightings", "seconds", _pandera, at_most=5),
    _ratio("html", "html", "time of BeautifulSoup, of reading HTML", ("soup", "reading"), at_least=18),
    _ratio("cards", "cards", "time of str.split, of reading cards", ("split_cards", "reading"), "share", at_least=0.52),
    _ratio(
        "incremental", "incremental", "time for one more page, of the full build's", ("page", "full"), "share",
        at_most=0.1,
    ),
    Line("years", "incremental", "fiscal years rewritten beyond those touched", "count", _beyond, at_most=0),
    Line(
        "dagster", "dagster", "what Dagster adds to a build, of what it takes alone", "share",
        _dagster, lambda r: _dagster(r, "seconds"), at_most=1,
    ),
    Line(
        "dagster import", "dagster", "import dagster", "seconds",
        lambda r: r.seconds("import"), lambda r: r.seconds("import", "seconds"),
    ),
    Line(
        "exports", "exports", "exports and pages, small size", "seconds",
        _exports, lambda r: _exports(r, "seconds"),
    ),
    _of_modules("help", "oig --help", "help", "typer", 1.5),
    _of_modules("version", "oig --version", "version", "typer", 1.5),
    _of_modules("query", "oig query", "query", "duckdb", 1.6),
    _of_modules("search", "oig search", "search", "duckdb", 1.4),
    _of_modules("explain", "oig explain", "explain", "duckdb", 1.6),
    _of_modules("first", "oig build, first, with exports and site", "first", "polars", 14),
    _of_modules("nothing new", "oig build, nothing new", "again", "polars", 1.6),
    _of_modules("one more page", "oig build, one more page of 50 rows", "grown", "polars", 4),
    _of_modules("tables only", "oig build --no-site --no-exports", "lean", "polars", 3.5),
    _of_modules("check", "oig check", "check", "polars", 2.2),
    _of_modules("check own", "oig check, on the data in this repository", "check own", "polars", 1.5),
    _of_modules("large site", "oig site, 50,000 reports, first", "first", "polars", 100, group="site"),
    _of_modules("large site again", "oig site, 50,000 reports, unchanged", "unchanged", "polars", 3, group="site"),
    Line(
        "large site, both cores", "site", "wall time of the first, of its CPU time", "share",
        lambda r: r.seconds("first", "seconds") / r.seconds("first"), at_most=0.6,
    ),
    _ratio(
        "materialize again", "dagster again", "time of Materialize all, nothing new, of Dagster alone",
        ("again", "bare"), at_most=1.2,
    ),
)  # fmt: skip
