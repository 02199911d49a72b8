"""The lines of the table, and what each is to reach.

Belongs here: one entry a line. Does not: how it is measured (`groups.py`).

Time is CPU time of all processes of a command, which targets judge; wall time stands beside it.
"""

from __future__ import annotations

from statistics import median
from typing import Any

from benchmarks.process import Clock
from benchmarks.results import GIB, Line, Results, Unit, exponent


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
)  # fmt: skip
