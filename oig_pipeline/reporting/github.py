"""Faults as GitHub shows them.

Belongs here: annotations on the lines of raw files, within the number that GitHub shows, and the whole table for the
job's summary page. Does not: which faults fail.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby, zip_longest
from pathlib import Path

from oig_pipeline.contract.rules import RULES
from oig_pipeline.reporting.violations import LocatedViolation, Verdict

MAX_ANNOTATIONS = 10
"""Annotations of each kind that GitHub shows for one step."""
LARGEST_SUMMARY = 1_000_000
"""Characters; GitHub takes 1 MiB."""


def commands(faults: Iterable[LocatedViolation]) -> Iterator[str]:
    """Yield as workflow commands the annotations of faults that no correction acknowledges.

    Errors come first, at most `MAX_ANNOTATIONS` of each kind. Every broken rule is shown before any is shown twice;
    annotations of one rule are adjacent, the most frequently broken rule first.
    """
    open_faults = [fault for fault in faults if not fault.acknowledged]
    for severity in ("error", "warning"):
        of_severity = [fault for fault in open_faults if fault.rule.severity == severity]
        counts = Counter(fault.rule.code for fault in of_severity)
        quotas = Counter(fault.rule.code for fault in _worst(of_severity, counts))
        for code, _ in counts.most_common():
            of_rule = [fault for fault in of_severity if fault.rule.code == code][: quotas[code]]
            for n, fault in enumerate(of_rule, start=1):
                more = counts[code] - n if n == quotas[code] else 0
                yield annotation(fault, severity, more)


def of_reason(reason: str) -> str:
    """Return the annotation of a reason for which nothing would be published."""
    return f"::error title=nothing would be published::{_data(reason)}"


def annotation(fault: LocatedViolation, severity: str, more: int = 0) -> str:
    """Return one annotation: a workflow command, everything in it escaped."""
    where = [f"file={_property(_in_repository(fault.file))}"]
    where += [f"line={fault.line}"] if fault.line else []
    suffix = f" ({more} more of this rule)" if more else ""
    number = f"{fault.qualified_number}: " if fault.number else ""
    message = f"{number}{fault.message}{suffix}. {fault.rule.remedy}"
    return f"::{severity} {','.join(where)},title={_property(fault.rule.code)}::{_data(message)}"


def write_summary(verdict: Verdict, faults: Iterable[LocatedViolation]) -> None:
    """Add the whole table to the page that `$GITHUB_STEP_SUMMARY` names; do nothing where it names none."""
    if file := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(file).open("a", encoding="utf-8") as page:
            page.write(summary(verdict, faults))


def summary(verdict: Verdict, faults: Iterable[LocatedViolation]) -> str:
    """Return the summary page as Markdown: reasons, counts by rule, and as many failing faults as fit."""
    all_violations = list(faults)
    lines = [f"## oig check: {'failed' if verdict.status else 'passed'}", ""]
    lines += [f"- {_cell(reason)}" for reason in verdict.reasons] + [""] * bool(verdict.reasons)
    counts = Counter(fault.rule.code for fault in all_violations)
    acknowledged = Counter(fault.rule.code for fault in all_violations if fault.acknowledged)
    lines += ["| rule | severity | rows | acknowledged | why |", "| --- | --- | ---: | ---: | --- |"]
    lines += [
        f"| `{rule.code}` | {rule.severity} | {counts[rule.code]} | {acknowledged[rule.code]} | {_cell(rule.why)} |"
        for rule in RULES
        if rule.code in counts
    ]
    if verdict.failing:
        lines += ["", "| file | line | number | rule | what is wrong |", "| --- | ---: | --- | --- | --- |"]
    size = sum(map(len, lines))
    for n, fault in enumerate(verdict.failing):
        cells = (
            _cell(fault.file),
            str(fault.line or ""),
            _cell(fault.qualified_number),
            f"`{fault.rule.code}`",
            _cell(fault.message),
        )
        line = f"| {' | '.join(cells)} |"
        size += len(line) + 1
        if size > LARGEST_SUMMARY:
            lines += ["", f"… and {len(verdict.failing) - n:,} more"]
            break
        lines.append(line)
    return "\n".join(lines) + "\n"


def _worst(faults: list[LocatedViolation], counts: Counter[str]) -> list[LocatedViolation]:
    ordered = sorted(faults, key=lambda fault: (-counts[fault.rule.code], fault.rule.code))
    by_rule = [list(group) for _, group in groupby(ordered, key=lambda fault: fault.rule.code)]
    in_turn = [fault for turn in zip_longest(*by_rule) for fault in turn if fault is not None]
    return in_turn[:MAX_ANNOTATIONS]


def _in_repository(file: str) -> str:
    root = Path(os.environ.get("GITHUB_WORKSPACE", Path.cwd())).resolve()
    path = Path(file).resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else file


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _cell(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|").replace("`", "\\`")
    return " ".join(escaped.split())
