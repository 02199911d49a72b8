"""What a second Dask worker gains, in the environment that `make test` makes.

    .venv/bin/python -m benchmarks.dask_workers [--reports N | --corpus FOLDER] [--repeat N]

Belongs here: the same build on a cluster of one worker and of two, in turn, and the ratio of the times. Does not: what
one process gains or costs (`run.py`).

Each worker is a process with one thread, for Polars too: otherwise one worker would use all cores by itself. Two ratios
are printed: of the whole run, from Dagster's start of it to its end, and of the steps whose work is fanned out.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

import dagster as dg
import distributed

from benchmarks.commands import FOLDER
from benchmarks.corpora import Corpora, Corpus, adopt

WORKERS = (1, 2)
STEPS = ("sightings", "judgement")


def build(corpus: Corpus, workers: int, work: Path) -> tuple[dict[str, float], str]:
    """Return the seconds of a build on so many workers, by what was done in them, and the release."""
    folder = work / f"on-{workers}"
    shutil.rmtree(folder, ignore_errors=True)
    home, out = folder / "home", folder / "curated"
    home.mkdir(parents=True)
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    config = {
        "resources": {"data": {"config": {"raw": str(corpus.raw), "out": str(out)}}},
        "loggers": {"console": {"config": {"log_level": "ERROR"}}},
    }
    (folder / "run.json").write_text(json.dumps(config))
    with distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster:
        _launch(folder, {"OIG_EXECUTOR": "dask", "OIG_DASK_ADDRESS": cluster.scheduler_address})
    with dg.DagsterInstance.from_config(str(home)) as instance:
        (run,) = instance.get_runs()
        run_stats: Any = instance.get_run_stats(run.run_id)
        steps: Any = instance.get_run_step_stats(run.run_id)
    seconds = {"run": run_stats.end_time - run_stats.start_time, "fanned out": 0.0}
    for step in steps:
        if step.step_key in STEPS:
            seconds[step.step_key] = step.end_time - step.start_time
            seconds["fanned out"] += seconds[step.step_key]
    return seconds, (out / "latest").resolve().name


def _launch(folder: Path, environment: Mapping[str, str]) -> None:
    job = ("job", "execute", "-m", "oig_pipeline.orchestration.definitions", "-j", "build", "-c", "run.json")
    done = subprocess.run(
        (sys.executable, "-m", "dagster", *job),
        cwd=folder,
        env={**os.environ, "DAGSTER_HOME": str(folder / "home"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"the run is red: {done.stderr[-4_000:]}")


def main() -> None:
    """Measure, and print the medians and their ratios."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dask_workers", description="One worker, and two.")
    parser.add_argument("--reports", type=int, default=100_000, help="size of the corpus (100000)")
    parser.add_argument("--corpus", type=Path, help="a corpus that lies there already")
    parser.add_argument("--repeat", type=int, default=3, help="rounds (3)")
    parser.add_argument("--work", type=Path, default=FOLDER.parent / ".bench", help="folder for output (.bench)")
    args = parser.parse_args()
    work = args.work.resolve()
    (work / "corpora").mkdir(parents=True, exist_ok=True)
    external = adopt(args.corpus, work / "corpora") if args.corpus else None
    corpus = external or Corpora(work / "corpora").get("ndjson", args.reports)
    os.environ["POLARS_MAX_THREADS"] = "1"
    os.environ["PYTHONWARNINGS"] = "ignore"
    timings: dict[int, list[dict[str, float]]] = {workers: [] for workers in WORKERS}
    releases = set()
    for turn in range(args.repeat):
        for workers in WORKERS:
            seconds, release = build(corpus, workers, work)
            timings[workers].append(seconds)
            releases.add(release)
            durations = "  ".join(f"{name} {value:.1f} s" for name, value in seconds.items())
            print(f"{turn + 1}  {workers} worker{'s' * (workers > 1)}: {durations}", flush=True)
    assert len(releases) == 1, f"the releases differ: {sorted(releases)}"
    print(f"{corpus.reports} reports, medians of {args.repeat}, the same release each time")
    for name in timings[1][0]:
        single, double = (median(run[name] for run in timings[workers]) for workers in WORKERS)
        print(f"{name:22} {single:7.1f} s on one worker {double:7.1f} s on two: {single / double:.2f} times as fast")


if __name__ == "__main__":
    main()
