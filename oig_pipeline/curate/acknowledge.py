"""Captures whose errors are known and accepted.

Belongs here: the entries of `corrections.yml` that name a capture by its SHA-256, and marking what they answer. Does
not: corrections of rows (see `correct.py`).

An entry is `capture` (the SHA-256 of the file as it lies there), `acknowledge: true`, `why` and, where only one kind of
error is accepted, `rule`. It goes by the bytes, so that another download of the same page is judged again. One that no
capture has, or whose capture has no such error any more, is itself a violation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from oig_pipeline.contract.rules import BY_CODE
from oig_pipeline.curate.correct import CAPTURE, is_of_capture, load_entries
from oig_pipeline.errors import CannotRun

_KEYS = {CAPTURE, "rule", "acknowledge", "why"}
_SHA256 = re.compile(r"[0-9a-f]{64}")


class HashedCapture(Protocol):
    """A capture as far as an acknowledgement looks at it."""

    @property
    def path(self) -> str:
        """Its path below the raw folder."""

    @property
    def sha256(self) -> str | None:
        """The SHA-256 of its bytes, None where they could not be read."""


@dataclass(frozen=True)
class CaptureAcknowledgement:
    """One accepted capture: its hash, the rule that is answered (None for all), why, and the line of the entry."""

    sha256: str
    rule: str | None
    why: str
    line: int


def load_captures(file: Path) -> tuple[CaptureAcknowledgement, ...]:
    """Return the captures that a file acknowledges; none if it does not exist.

    Raises:
        CannotRun: the file does not parse, or an entry is incomplete or names something unknown.
    """
    acknowledgements = [
        _entry(entry, f"{file}, line {line}", line) for entry, line in load_entries(file) if is_of_capture(entry)
    ]
    first_lines: dict[tuple[str, str | None], int] = {}
    for ack in acknowledgements:
        first = first_lines.setdefault((ack.sha256, ack.rule), ack.line)
        if first != ack.line:
            raise CannotRun(f"{file}, line {ack.line}: line {first} acknowledges the same capture; keep one")
    return tuple(acknowledgements)


def _entry(entry: dict[str, Any], place: str, line: int) -> CaptureAcknowledgement:
    def must(condition: object, message: str) -> None:
        if not condition:
            raise CannotRun(f"{place}: {message}")

    unknown = sorted(map(str, set(entry) - _KEYS))
    must(not unknown, f"a capture cannot be given {', '.join(unknown)}; known are {', '.join(sorted(_KEYS))}")
    sha256 = str(entry[CAPTURE] or "").strip().lower()
    must(_SHA256.fullmatch(sha256), f"'{entry[CAPTURE]}' is no SHA-256 (64 digits); sha256sum FILE prints it")
    must(str(entry.get("acknowledge")).lower() == "true", "a capture can only be acknowledged: acknowledge: true")
    must(str(entry.get("why") or "").strip(), "an acknowledged capture says why")
    code = entry.get("rule")
    rule = BY_CODE.get(str(code))
    must("rule" not in entry or rule is not None, f"'{code}' is not a rule; known are {', '.join(BY_CODE)}")
    is_fit = rule is None or (rule.scope == "capture" and rule.severity == "error" and rule.code != "correction_stale")
    must(is_fit, f"{code} is no error of a capture, and needs no acknowledgement here")
    return CaptureAcknowledgement(sha256, rule.code if rule else None, str(entry["why"]).strip(), line)


def acknowledge(
    violations: pl.DataFrame, captures: Sequence[HashedCapture], acknowledged: Sequence[CaptureAcknowledgement]
) -> tuple[pl.DataFrame, list[tuple[int, str, str]]]:
    """Return violations of captures, those marked that are acknowledged, and the acknowledgements that answer none.

    Args:
        violations: rows of the table `violations` that are about whole captures.
        captures: all captures.
        acknowledged: the acknowledgements in force.

    Returns:
        The rows in their order, and line, capture and reason of each acknowledgement that no longer fits.
    """
    stale = []
    for ack in acknowledged:
        paths = [capture.path for capture in captures if capture.sha256 == ack.sha256]
        answered = pl.col("capture_path").is_in(paths) & (pl.col("severity") == "error")
        if ack.rule is not None:
            answered &= pl.col("rule") == ack.rule
        if not paths:
            stale.append((ack.line, ack.sha256, "no capture has this SHA-256"))
        elif violations.filter(answered).is_empty():
            broken = f"breaks {ack.rule}" if ack.rule else "has an error"
            stale.append((ack.line, ack.sha256, f"the capture {min(paths)} no longer {broken}"))
        violations = violations.with_columns((pl.col("acknowledged") | answered).alias("acknowledged"))
    return violations, stale
