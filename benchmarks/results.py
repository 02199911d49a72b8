"""What was measured, and what it comes to.

Belongs here: medians, ratios, the fitted exponent, and lines with their targets. Does not: measuring, or showing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any, Literal

from benchmarks.process import Clock, Run

GIB = 2**30


@dataclass
class Results:
    """The runs of one group by job, in order of execution, and findings other than time and memory."""

    runs: dict[str, list[Run]] = field(default_factory=dict)
    findings: dict[str, Any] = field(default_factory=dict)

    def seconds(self, job: str, clock: Clock = "cpu_seconds") -> float:
        """Return the median of a job's CPU time, or of its wall time."""
        return median(run.time(clock) for run in self.runs[job])

    def peak(self, job: str) -> float:
        """Return the median of a job's peak memory, in bytes."""
        return median(run.peak_bytes for run in self.runs[job])

    def ratio(self, job: str, baseline: str, clock: Clock = "cpu_seconds") -> float:
        """Return the ratio of a job's time to that of the baseline: the median of the ratios within each round.

        Both run in turn, so that a temporary slowdown of the machine affects both. If one ran less often, the ratio is
        that of the medians.
        """
        pairs = list(zip(self.runs[job], self.runs[baseline], strict=False))
        if len(self.runs[job]) != len(self.runs[baseline]):
            return self.seconds(job, clock) / self.seconds(baseline, clock)
        return median(a.time(clock) / b.time(clock) for a, b in pairs)


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """Return b of `seconds = a * sizes ** b`, by least squares of the logarithms; 1 is linear."""
    xs, ys = [math.log(size) for size in sizes], [math.log(second) for second in seconds]
    x, y = fmean(xs), fmean(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


Unit = Literal["times", "GiB", "share", "exponent", "seconds", "count"]
_SPELLED = {
    "times": "{:.2f} times", "GiB": "{:.2f} GiB", "share": "{:.1%}", "exponent": "{:.3f}", "seconds": "{:.2f} s",
    "count": "{:.0f}",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of the table: what is measured, from the results of which group, and what it is to reach.

    Attributes:
        name: what it is called.
        group: the group whose results it needs.
        about: what is measured, as a phrase.
        unit: of the value.
        value: the value, from the results.
        wall: the same by wall time, of a line that is about time; a busy machine stretches it, so no target judges it.
        at_least: the target, if more is better.
        at_most: the target, if less is better. A line without a target only reports.
    """

    name: str
    group: str
    about: str
    unit: Unit
    value: Callable[[Results], float]
    wall: Callable[[Results], float] | None = None
    at_least: float | None = None
    at_most: float | None = None

    def is_met(self, value: float) -> bool | None:
        """Return whether a value reaches the target; None where there is none."""
        if self.at_least is not None:
            return value >= self.at_least
        return value <= self.at_most if self.at_most is not None else None

    @property
    def target(self) -> str:
        """The target in words."""
        if self.at_least is not None:
            return f"at least {self.spelled(self.at_least)}"
        return f"at most {self.spelled(self.at_most)}" if self.at_most is not None else ""

    def spelled(self, value: float) -> str:
        """Return a value with its unit."""
        return _SPELLED[self.unit].format(value)


@dataclass(frozen=True)
class Answer:
    """A line with its value, by CPU where it is about time, and the same by wall time."""

    line: Line
    value: float
    wall: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        return self.line.is_met(self.value)

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "name": self.line.name, "about": self.line.about, "value": self.value, "wall": self.wall,
            "unit": self.line.unit, "target": self.line.target or None, "met": self.is_met,
        }  # fmt: skip


def answers(lines: Sequence[Line], results: Mapping[str, Results]) -> list[Answer]:
    """Return the values of the lines whose group was measured."""
    return [
        Answer(line, line.value(results[line.group]), line.wall and line.wall(results[line.group]))
        for line in lines
        if line.group in results
    ]
