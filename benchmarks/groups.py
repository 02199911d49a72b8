"""The groups of processes that are run in turn.

Belongs here: which processes are measured beside one another, on which corpus, and what is set up before each. Does
not: what their results are to reach (`lines.py`), or measuring (`process.py`).
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks import commands, forms, process, waiting, years
from benchmarks.corpora import link_tree
from benchmarks.results import Results
from benchmarks.steps import A_WHILE, PAGE_YEAR, Bench, Group, Step, build_step, emptied

CONTENDERS = {"ndjson": ("usual", "vectorised", "sql"), "html": (), "cards": ()}
"""By form, who makes the same four tables."""


def prove(bench: Bench, form: str, size: int, names: tuple[str, ...]) -> None:
    """Run a build and contenders on a corpus.

    Raises:
        Failed: they do not come to the same, or not to what the corpus says.
    """
    proof_corpus = bench.corpora.get(form, size)
    out = bench.out("proof")
    emptied(out)()
    process.run(commands.build(proof_corpus.raw, out / "oig"))
    raw = proof_corpus.ndjson if form == "ndjson" else proof_corpus.raw
    for name in names:
        process.run(commands.contender(bench.contenders, name, raw, out / name))
    process.run(commands.script("same", out / "oig", proof_corpus.truth, *(out / name for name in names)))
    shutil.rmtree(out)


def proofs(bench: Bench) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield the proofs that come before any measuring, each with its name."""
    for form, names in CONTENDERS.items():
        for size in bench.sizes.proofs if form == "ndjson" else bench.sizes.proofs[:1]:
            title = f"{size:,} reports of {form}: oig build, {', '.join(names) or 'truth'}"
            yield title, lambda form=form, size=size, names=names: prove(bench, form, size, names)  # type: ignore[misc]


def _million(bench: Bench) -> list[Step]:
    million = bench.corpora.get("ndjson", bench.sizes.middle)
    build = build_step(bench, "build", million.raw)
    latest = bench.out("build") / "latest"

    def contender(name: str, *more: Path, is_slow: bool = False) -> Step:
        out = bench.out(name)
        command = commands.contender(bench.contenders, name, million.ndjson, out, *more)
        return Step(name, command, million.raw, emptied(out), is_slow=is_slow)

    outs = [bench.out(name) for name in CONTENDERS["ndjson"]]

    def same(results: Results) -> None:
        if "same" not in results.findings:
            process.run(commands.script("same", bench.out("build"), million.truth, *outs))
            results.findings["same"] = True

    tables = bench.work / "tables"

    def prepare() -> None:
        emptied(tables)()
        process.run(commands.contender(bench.contenders, "floor", Path("--prepare"), latest, tables))
        emptied(bench.out("floor"))()

    floor = replace(contender("floor", tables), before=prepare, after=same)
    return [build, contender("vectorised"), contender("sql"), contender("usual", is_slow=True), floor]


def _growth(bench: Bench) -> list[Step]:
    sizes = {"small": bench.sizes.small, "middle": bench.sizes.middle, "large": bench.sizes.large}

    def note(results: Results) -> None:
        results.findings["sizes"] = sizes

    steps = []
    for name, size in sizes.items():
        step = build_step(bench, name, bench.corpora.get("ndjson", size).raw, is_slow=name == "large")
        steps.append(replace(step, after=note))
    return steps


def _pandera(bench: Bench) -> list[Step]:
    raw, out = bench.corpora.get("ndjson", bench.sizes.middle).raw, bench.out("pandera")
    return [Step("build", commands.script("pandera_cpu", raw, out), raw, emptied(out))]


def _html(bench: Bench) -> list[Step]:
    raw = bench.corpora.get("html", bench.sizes.html).raw
    soup = Step("soup", commands.contender(bench.contenders, "soup", raw), raw, is_slow=True)
    return [Step("reading", commands.reading(raw), raw), soup]


def _cards(bench: Bench) -> list[Step]:
    raw = bench.corpora.get("cards", bench.sizes.cards).raw
    split = commands.contender(bench.contenders, "split_cards", raw)
    return [Step("reading", commands.reading(raw), raw), Step("split_cards", split, raw)]


def _incremental(bench: Bench) -> list[Step]:
    raw = bench.corpora.get("ndjson", bench.sizes.middle).raw
    more, out = bench.work / "more" / "raw", bench.out("page")
    before: list[Path] = []

    def prepare() -> None:
        """Build in the place where the page is to come, as whoever adds a page has done."""
        emptied(more)()
        emptied(out)()
        link_tree(raw, more)
        time.sleep(A_WHILE)
        process.run(commands.build(more, out))
        before[:] = [(out / "latest").resolve()]
        page = ("corpus", str(forms.ROWS_ON_A_PAGE), "html", more, "--year", str(PAGE_YEAR))
        process.run(commands.script(*page))

    def compare(results: Results) -> None:
        fiscal_years = years.rewritten(before[0], (out / "latest").resolve())
        results.findings["rewritten_years"] = sorted(fiscal_years)
        results.findings["touched_years"] = [PAGE_YEAR]

    return [build_step(bench, "full", raw), Step("page", commands.build(more, out), raw, prepare, compare)]


def _dagster(bench: Bench) -> list[Step]:
    raw, out = bench.own_data, bench.out("dagster")
    emptied(out)()
    graph = process.run(commands.script("dagster_build", raw, out)).output
    bare = commands.script("dagster_build", "--bare", str(graph["steps"]), str(graph["checks"]))
    return [
        Step("dagster", commands.script("dagster_build", raw, out), raw, emptied(out)),
        build_step(bench, "build", raw, without=()),
        Step("bare", bare, raw),
        Step("import", commands.bare("import dagster"), raw),
    ]


def _exports(bench: Bench) -> list[Step]:
    raw = bench.corpora.get("ndjson", bench.sizes.small).raw
    return [build_step(bench, "lean", raw), build_step(bench, "whole", raw, without=commands.NO_SITE)]


GROUPS = {
    "million": Group("oig build, the contenders and the floor", _million),
    "growth": Group("oig build on three sizes", _growth),
    "pandera": Group("calls of Pandera within a build", _pandera),
    "html": Group("HTML pages: reading, BeautifulSoup", _html),
    "cards": Group("text cards: reading, str.split", _cards),
    "incremental": Group("a build, and one more page", _incremental),
    "dagster": Group("a build through Dagster, oig build, and Dagster alone", _dagster),
    "exports": Group("builds with and without exports", _exports),
    "real": Group("what a user waits for, at the size that a user has", waiting.real),
    "site": Group("a large site, first and unchanged", waiting.site),
    "dagster again": Group("Materialize all with nothing new, and Dagster alone", waiting.dagster_again),
}
