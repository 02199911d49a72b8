"""Results as a person, and as a program, reads them.

Belongs here: tables, JSON, and what is said of the machine. Does not: any figure.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from benchmarks.results import GIB, Answer, Results

PACKAGES = ("oig-pipeline", "polars", "pandera", "pyarrow", "duckdb", "dagster", "selectolax")
_MET = {True: ("met", "green"), False: ("not met", "bold red"), None: ("", "")}


def lines_table(answers: Sequence[Answer]) -> Table:
    """Return each line with its value and whether its target is met."""
    table = Table(title="Lines", title_justify="left", box=None, pad_edge=False)
    table.add_column("Line", no_wrap=True)
    table.add_column("What is measured")
    table.add_column("Value (time: CPU)", justify="right", no_wrap=True)
    table.add_column("By wall", justify="right", no_wrap=True)
    table.add_column("Target", no_wrap=True)
    table.add_column("", no_wrap=True)
    for answer in answers:
        line, (label, style) = answer.line, _MET[answer.is_met]
        wall = "" if answer.wall is None else line.spelled(answer.wall)
        table.add_row(line.name, line.about, line.spelled(answer.value), wall, line.target, Text(label, style))
    return table


def runs_table(results: Mapping[str, Results]) -> Table:
    """Return what each process took, group by group."""
    table = Table(title="Processes (medians)", title_justify="left", box=None, pad_edge=False)
    table.add_column("Group", no_wrap=True)
    table.add_column("Process", no_wrap=True)
    for heading in ("Runs", "Wall", "Shortest", "Longest", "CPU", "Peak memory"):
        table.add_column(heading, justify="right", no_wrap=True)
    for group, group_results in results.items():
        for job, runs in group_results.runs.items():
            walls = [run.seconds for run in runs]
            wall, cpu = group_results.seconds(job, "seconds"), group_results.seconds(job)
            times = [f"{s:.2f} s" for s in (wall, min(walls), max(walls), cpu)]
            table.add_row(group, job, str(len(runs)), *times, f"{group_results.peak(job) / GIB:.2f} GiB")
    return table


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    with Path("/proc/cpuinfo").open() as lines:
        models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "load": [round(load, 1) for load in os.getloadavg()],
        "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / GIB, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
    }


def versions(requirements: Path) -> dict[str, Any]:
    """Return the versions of the project's environment, and of the contenders'."""
    pins = [line.split("==") for line in requirements.read_text().splitlines() if "==" in line]
    return {"project": {name: version(name) for name in PACKAGES}, "contenders": dict(pins)}


def as_json(answers: Sequence[Answer], results: Mapping[str, Results], about: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything that was measured."""
    return {
        **about,
        "lines": [answer.as_dict() for answer in answers],
        "groups": {
            group: {
                "found": group_results.findings,
                "runs": {job: [r.as_dict() for r in runs] for job, runs in group_results.runs.items()},
            }
            for group, group_results in results.items()
        },
    }
