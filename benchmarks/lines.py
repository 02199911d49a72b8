"""The lines of the table, and what each is to reach.

Belongs here: one entry a line. Does not: how it is measured (`groups.py`).
"""

from __future__ import annotations

from statistics import median

from benchmarks.results import GIB, Line, Results, exponent


def _growth(results: Results) -> float:
    sizes = results.findings["sizes"]
    return exponent(list(sizes.values()), [results.seconds(name) for name in sizes])


def _pandera(results: Results) -> float:
    return median(float(run.output["share"]) for run in results.runs["build"])


def _beyond(results: Results) -> float:
    return len(set(results.findings["rewritten_years"]) - set(results.findings["touched_years"]))


def _dagster(results: Results) -> float:
    return (results.seconds("dagster") - results.seconds("build")) / results.seconds("bare")


LINES = (
    Line(
        "usual", "million", "oig build as fast as the usual pipeline", "times",
        lambda r: r.ratio("usual", "build"), at_least=12,
    ),
    Line(
        "vectorised", "million", "oig build as fast as vectorised pandas", "times",
        lambda r: r.ratio("vectorised", "build"),
    ),
    Line(
        "sql", "million", "oig build as fast as DuckDB SQL alone", "times",
        lambda r: r.ratio("sql", "build"), at_least=1.5,
    ),
    Line(
        "floor", "million", "time of oig build, of the floor's", "times",
        lambda r: r.ratio("build", "floor"), at_most=2,
    ),
    Line(
        "peak", "growth", "peak memory of oig build, middle size", "GiB",
        lambda r: r.peak("middle") / GIB, at_most=2,
    ),
    Line(
        "peak growth", "growth", "peak memory, large size, of the middle's", "times",
        lambda r: r.peak("large") / r.peak("middle"), at_most=1.25,
    ),
    Line("growth", "growth", "time grows with reports to the power of", "exponent", _growth, at_most=1.05),
    Line("pandera", "pandera", "share of a build spent in Pandera", "share", _pandera, at_most=0.05),
    Line(
        "html reading", "html", "reading HTML as fast as BeautifulSoup in one process", "times",
        lambda r: r.ratio("soup", "reading"), at_least=60,
    ),
    Line(
        "html build", "html", "time of oig build, of reading's", "times",
        lambda r: r.ratio("build", "reading"), at_most=2.5,
    ),
    Line(
        "cards", "cards", "reading cards as fast as str.split", "share",
        lambda r: r.ratio("split_cards", "reading"), at_least=0.8,
    ),
    Line(
        "incremental", "incremental", "time for one more page, of the full build's", "share",
        lambda r: r.ratio("page", "full"), at_most=0.1,
    ),
    Line("years", "incremental", "fiscal years rewritten beyond those touched", "count", _beyond, at_most=0),
    Line(
        "check", "check", "time of oig check, of bare imports'", "times",
        lambda r: r.ratio("check", "imports"), at_most=1.5,
    ),
    Line("dagster", "dagster", "what Dagster adds to a build, of what it takes alone", "share", _dagster, at_most=1),
    Line("dagster import", "dagster", "import dagster", "seconds", lambda r: r.seconds("import")),
    Line(
        "exports", "exports", "exports and pages, small size", "seconds",
        lambda r: r.seconds("whole") - r.seconds("lean"),
    ),
)  # fmt: skip
