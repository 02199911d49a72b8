"""`make bench`: every line, with its target and whether it is met.

    python -m benchmarks.run [--quick] [--only GROUP]…

Belongs here: the options, the order of things, printing. Does not: what is run (`groups.py`) or reached (`lines.py`).
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from benchmarks import commands, process, shown
from benchmarks.corpora import Corpora, adopt
from benchmarks.groups import GROUPS, proofs
from benchmarks.lines import LINES
from benchmarks.results import Results, answers
from benchmarks.steps import QUICK, Bench, Group, Sizes

PROJECT = commands.FOLDER.parent
RESULTS = commands.FOLDER / "results.json"
REPEAT = 5


def measure(group: Group, bench: Bench, repeat: int, slow_repeat: int, console: Console) -> Results:
    """Return the runs of a group: all its processes once, then all again, and so on."""
    results = Results()
    steps = group.steps(bench)
    for turn in range(repeat):
        for step in steps:
            if step.is_slow and turn >= slow_repeat:
                continue
            step.before()
            warm(step.reads)
            run = process.run(step.command)
            results.runs.setdefault(step.name, []).append(run)
            peak = run.peak_bytes / 2**30
            console.print(
                f"  {turn + 1}  {step.name:<12} {run.seconds:9.2f} s {run.cpu_seconds:9.2f} CPU s {peak:6.2f} GiB",
                highlight=False,
            )
            if step.after is not None:
                step.after(results)
    return results


def warm(folder: Path) -> None:
    """Read all files of a folder, so that they lie in memory for whoever reads them next."""
    for file in filter(Path.is_file, folder.rglob("*")):
        with file.open("rb", buffering=0) as stream:
            while stream.read(2**22):
                pass


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description="Measure, and compare with targets.")
    parser.add_argument("--only", action="append", choices=GROUPS, metavar="GROUP", help=f"one of {', '.join(GROUPS)}")
    parser.add_argument("--repeat", type=int, default=REPEAT, help=f"rounds ({REPEAT})")
    parser.add_argument("--slow-repeat", type=int, help="rounds of what takes minutes (as many)")
    parser.add_argument("--quick", action="store_true", help="small corpora, one round: to try the benchmarks")
    parser.add_argument("--middle", type=int, help="reports of the middle size, in place of a million")
    parser.add_argument("--no-proof", action="store_true", help="take for granted that all come to the same")
    parser.add_argument("--corpus", action="append", type=Path, default=[], help="a corpus that lies there already")
    parser.add_argument("--work", type=Path, default=PROJECT / ".bench", help="folder for corpora and output (.bench)")
    parser.add_argument("--contenders", type=Path, help="Python of the contenders' environment")
    parser.add_argument("--results", type=Path, help="where the JSON goes (benchmarks/results.json, of a part WORK)")
    return parser.parse_args(arguments)


def sizes(args: argparse.Namespace) -> Sizes:
    """Return how many reports the corpora have."""
    usual = QUICK if args.quick else Sizes()
    return replace(usual, middle=args.middle) if args.middle else usual


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; return 0 if every target that was measured is met, 1 if not, 2 if a process failed."""
    args = options(arguments)
    console = Console() if sys.stdout.isatty() else Console(width=120)
    python = args.contenders or Path(sys.prefix) / "contenders" / "bin" / "python"
    if not python.exists():
        sys.exit(f"{python}: the contenders' environment is missing; make bench makes it")
    work = args.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    corpora = Corpora(work / "corpora", tuple(adopt(folder, work / "corpora") for folder in args.corpus))
    bench = Bench(corpora, work, python, PROJECT / "data" / "raw", sizes(args))
    repeat = 1 if args.quick else args.repeat
    slow_repeat = min(args.slow_repeat or repeat, repeat)
    results: dict[str, Results] = {}
    try:
        if not args.no_proof:
            for title, proof in proofs(bench):
                proof()
                console.print(f"the same: {title}", highlight=False)
        for name, group in GROUPS.items():
            if args.only and name not in args.only:
                continue
            if not group.is_possible():
                console.print(f"{name}: this version has no option for it, so it is not measured", highlight=False)
                continue
            console.print(f"{name}: {group.about}", highlight=False)
            results[name] = measure(group, bench, repeat, slow_repeat, console)
            shutil.rmtree(bench.work / "out", ignore_errors=True)
    except process.Failed as failed:
        # The run may have taken hours, so the results so far are reported.
        console.print(str(failed), style="bold red", markup=False, highlight=False)
        _report(results, args, repeat, bench, console)
        return 2
    return _report(results, args, repeat, bench, console)


def _report(results: dict[str, Results], args: argparse.Namespace, repeat: int, bench: Bench, console: Console) -> int:
    is_whole = set(results) >= {name for name, group in GROUPS.items() if group.is_possible()} and not (
        args.quick or args.middle
    )
    place = args.results or (RESULTS if is_whole else bench.work / "results.json")
    line_answers = answers(LINES, results)
    about = {
        "made": datetime.now(UTC).date().isoformat(),
        "machine": shown.machine(),
        "versions": shown.versions(commands.FOLDER / "requirements.txt"),
        "repeat": repeat,
        "sizes": vars(bench.sizes),
        "build": commands.build(Path("RAW"), Path("OUT")).label,
    }
    place.write_text(json.dumps(shown.as_json(line_answers, results, about), indent=1) + "\n")
    console.print()
    console.print(shown.runs_table(results))
    console.print()
    console.print(shown.lines_table(line_answers))
    console.print(f"\n{place}", highlight=False)
    return int(any(answer.is_met is False for answer in line_answers))


if __name__ == "__main__":
    sys.exit(main())
