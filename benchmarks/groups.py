"""The groups of processes that are run in turn.

Belongs here: which processes are measured beside one another, on which corpus, and what is set up before each. Does
not: what their results are to reach (`lines.py`), or measuring (`process.py`).
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks import commands, corpus, forms, process, years
from benchmarks.corpora import Corpora, link_tree
from benchmarks.process import Command
from benchmarks.results import Results

A_WHILE = 3
"""Seconds after which a file counts as untouched."""
PAGE_YEAR = corpus.FIRST_YEAR + corpus.YEARS - 1
CONTENDERS = {"ndjson": ("usual", "vectorised", "sql"), "html": (), "cards": ()}
"""By form, who makes the same four tables."""


@dataclass(frozen=True)
class Sizes:
    """How many reports the corpora have."""

    small: int = 100_000
    middle: int = 1_000_000
    large: int = 5_000_000
    html: int = 100_000
    cards: int = 500_000
    proofs: tuple[int, ...] = (10_000, 100_000)


QUICK = Sizes(5_000, 20_000, 40_000, 2_000, 10_000, (1_000,))


@dataclass(frozen=True)
class Bench:
    """Where the benchmarks work, and on what."""

    corpora: Corpora
    work: Path
    contenders: Path
    own_data: Path
    sizes: Sizes = field(default_factory=Sizes)

    def out(self, name: str) -> Path:
        """Return the folder into which a process writes."""
        return self.work / "out" / name


def nothing() -> None:
    """Set up nothing."""


@dataclass(frozen=True)
class Step:
    """One process of a round.

    Attributes:
        name: how its runs are called.
        command: what is run.
        reads: the captures it reads; they are read once before, so that none waits for the disk.
        before: what is set up first, untimed.
        after: what is looked at afterwards, untimed; it may add to the results.
        is_slow: whether it takes minutes, so that it may be run less often.
    """

    name: str
    command: Command
    reads: Path
    before: Callable[[], None] = nothing
    after: Callable[[Results], None] | None = None
    is_slow: bool = False


@dataclass(frozen=True)
class Group:
    """Processes that are run in turn."""

    about: str
    steps: Callable[[Bench], list[Step]]
    is_possible: Callable[[], bool] = lambda: True


def prove(bench: Bench, form: str, size: int, names: tuple[str, ...]) -> None:
    """Run a build and contenders on a corpus.

    Raises:
        Failed: they do not come to the same, or not to what the corpus says.
    """
    proof_corpus = bench.corpora.get(form, size)
    out = bench.out("proof")
    _emptied(out)()
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


def _emptied(folder: Path) -> Callable[[], None]:
    def empty() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)

    return empty


def _build(
    bench: Bench, name: str, raw: Path, without: Sequence[str] = commands.LEAN, *, is_slow: bool = False
) -> Step:
    out = bench.out(name)
    return Step(name, commands.build(raw, out, without), raw, _emptied(out), is_slow=is_slow)


def _million(bench: Bench) -> list[Step]:
    million = bench.corpora.get("ndjson", bench.sizes.middle)
    build = _build(bench, "build", million.raw)
    latest = bench.out("build") / "latest"

    def contender(name: str, *more: Path, is_slow: bool = False) -> Step:
        out = bench.out(name)
        command = commands.contender(bench.contenders, name, million.ndjson, out, *more)
        return Step(name, command, million.raw, _emptied(out), is_slow=is_slow)

    outs = [bench.out(name) for name in CONTENDERS["ndjson"]]

    def same(results: Results) -> None:
        if "same" not in results.findings:
            process.run(commands.script("same", bench.out("build"), million.truth, *outs))
            results.findings["same"] = True

    tables = bench.work / "tables"

    def prepare() -> None:
        _emptied(tables)()
        process.run(commands.contender(bench.contenders, "floor", Path("--prepare"), latest, tables))
        _emptied(bench.out("floor"))()

    floor = replace(contender("floor", tables), before=prepare, after=same)
    return [build, contender("vectorised"), contender("sql"), contender("usual", is_slow=True), floor]


def _growth(bench: Bench) -> list[Step]:
    sizes = {"small": bench.sizes.small, "middle": bench.sizes.middle, "large": bench.sizes.large}

    def note(results: Results) -> None:
        results.findings["sizes"] = sizes

    steps = []
    for name, size in sizes.items():
        step = _build(bench, name, bench.corpora.get("ndjson", size).raw, is_slow=name == "large")
        steps.append(replace(step, after=note))
    return steps


def _pandera(bench: Bench) -> list[Step]:
    raw, out = bench.corpora.get("ndjson", bench.sizes.middle).raw, bench.out("pandera")
    return [Step("build", commands.script("pandera_cpu", raw, out), raw, _emptied(out))]


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
        _emptied(more)()
        _emptied(out)()
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

    return [_build(bench, "full", raw), Step("page", commands.build(more, out), raw, prepare, compare)]


def _dagster(bench: Bench) -> list[Step]:
    raw, out = bench.own_data, bench.out("dagster")
    _emptied(out)()
    graph = process.run(commands.script("dagster_build", raw, out)).output
    bare = commands.script("dagster_build", "--bare", str(graph["steps"]), str(graph["checks"]))
    return [
        Step("dagster", commands.script("dagster_build", raw, out), raw, _emptied(out)),
        _build(bench, "build", raw, without=()),
        Step("bare", bare, raw),
        Step("import", commands.bare("import dagster"), raw),
    ]


def _exports(bench: Bench) -> list[Step]:
    raw = bench.corpora.get("ndjson", bench.sizes.small).raw
    return [_build(bench, "lean", raw), _build(bench, "whole", raw, without=commands.NO_SITE)]


GROUPS = {
    "million": Group("oig build, the contenders and the floor", _million),
    "growth": Group("oig build on three sizes", _growth),
    "pandera": Group("calls of Pandera within a build", _pandera),
    "html": Group("HTML pages: reading, BeautifulSoup", _html),
    "cards": Group("text cards: reading, str.split", _cards),
    "incremental": Group("a build, and one more page", _incremental),
    "dagster": Group("a build through Dagster, oig build, and Dagster alone", _dagster),
    "exports": Group("builds with and without exports", _exports),
}
