"""Single faults, and which of them fail a check.

Belongs here: violations with the file and line that a user knows, what strictness, baseline and a choice of rules make
of them, and the exit status. Does not: any notation of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from oig_pipeline.contract.rule import Rule
from oig_pipeline.contract.rules import BY_CODE
from oig_pipeline.errors import CannotRun
from oig_pipeline.offices import OFFICES
from oig_pipeline.reporting import CLEAN, VIOLATED
from oig_pipeline.run.outcome import Outcome
from oig_pipeline.settings import Settings

STALE = "correction_stale"  # the one rule whose violations lie in the corrections file
PRINT_DIGITS = 16


@dataclass(frozen=True)
class LocatedViolation:
    """One violation. `file` is relative to the current folder where it lies below; `line` is None for a whole file.

    `fingerprint` stays the same when lines move: rule, capture, what the row says, and which of several alike it is.
    """

    rule: Rule
    file: str
    line: int | None
    message: str
    office: str | None
    number: str | None
    acknowledged: bool
    fingerprint: str

    @property
    def qualified_number(self) -> str:
        """The number as people read it, with its office if that is not the default one; empty where there is none."""
        return OFFICES.qualified(self.office or OFFICES.default, self.number) if self.number else ""

    @property
    def place(self) -> str:
        """File and line, as compilers write them."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class Verdict:
    """What a check comes to: `faults` are those looked at, `failing` those that fail it, `reasons` what else does.

    `untold` faults fail it as well and stand in neither.
    """

    faults: tuple[LocatedViolation, ...]
    failing: tuple[LocatedViolation, ...]
    reasons: tuple[str, ...]
    untold: int = 0

    @property
    def failing_prints(self) -> frozenset[str]:
        """The fingerprints of the faults that fail the check."""
        return frozenset(fault.fingerprint for fault in self.failing)

    @property
    def status(self) -> int:
        """The exit status of a check."""
        return VIOLATED if self.failing or self.untold or self.reasons else CLEAN


def verdict(
    outcome: Outcome,
    settings: Settings,
    *,
    strict: bool = False,
    rules: Collection[str] = (),
    baseline: Collection[str] | None = None,
) -> Verdict:
    """Return the verdict of a check.

    Args:
        outcome: the result of the run.
        settings: where the captures lie.
        strict: whether warnings fail too; else they are not among the faults.
        rules: the codes of the rules to check; all if empty.
        baseline: fingerprints of known faults; these fail neither the check nor the threshold.
    """
    faults = _faults(outcome, settings, _violations(outcome, rules, "error" if not strict else None))
    fingerprints = baseline or ()
    failing = tuple(f for f in faults if not f.acknowledged and f.fingerprint not in fingerprints)
    reasons = outcome.assessment.reasons
    if baseline is not None:
        reasons = tuple(reason for reason in reasons if reason != outcome.assessment.over)
    return Verdict(faults, failing, () if rules else reasons)


def first(outcome: Outcome, settings: Settings, limit: int) -> Verdict:
    """Return the verdict of a run in which warnings do not fail, with at most `limit` faults."""
    failing = _violations(outcome, (), "error").filter(~pl.col("acknowledged"))
    faults = _faults(outcome, settings, failing.head(limit))
    return Verdict(faults, faults, outcome.assessment.reasons, failing.height - len(faults))


def all_violations(outcome: Outcome, settings: Settings, rules: Collection[str] = ()) -> tuple[LocatedViolation, ...]:
    """Return every violation (of these rules, if any are named), warnings too, as faults, in file order."""
    return _faults(outcome, settings, _violations(outcome, rules))


def read_baseline(file: Path) -> frozenset[str]:
    """Return the fingerprints in the JSON that an earlier check printed.

    Raises:
        CannotRun: the file is missing or holds something else.
    """
    try:
        payload = json.loads(file.read_text(encoding="utf-8"))
        return frozenset(str(fault["fingerprint"]) for fault in payload["faults"])
    except OSError as error:
        raise CannotRun(f"{file}: the baseline cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise CannotRun(f"{file}: not a baseline; make one with oig check --format json > {file}") from None


def validate_codes(codes: Collection[str]) -> tuple[str, ...]:
    """Return the codes of rules that a user names.

    Raises:
        CannotRun: one of them is no rule.
    """
    for code in codes:
        if code not in BY_CODE:
            raise CannotRun(f"{code}: there is no such rule; oig rules lists them")
    return tuple(codes)


def _violations(outcome: Outcome, rules: Collection[str], severity: str | None = None) -> pl.DataFrame:
    filters = [pl.col("rule").is_in(list(rules))] if rules else []
    filters += [pl.col("severity") == severity] if severity else []
    return outcome.result.table("violations", *filters)


def _faults(outcome: Outcome, settings: Settings, violations: pl.DataFrame) -> tuple[LocatedViolation, ...]:
    sightings = outcome.result.scan("sightings").select("sighting_id", "listed_number", "listed_title")
    rows = sightings.join(violations.lazy(), on="sighting_id", how="semi").collect()
    located = violations.join(rows, on="sighting_id", how="left", maintain_order="left")
    places: dict[tuple[str, bool], str] = {}
    alike: dict[tuple[object, ...], int] = {}
    faults = []
    for row in located.iter_rows(named=True):
        is_stale = row["rule"] == STALE
        key = (row["capture_path"], is_stale)
        if key not in places:
            places[key] = _display_path(settings.corrections_file if is_stale else settings.raw / row["capture_path"])
        identity = (row["rule"], *key, row["listed_number"], row["listed_title"], row["value"])
        alike[identity] = alike.get(identity, 0) + 1
        fingerprint = hashlib.sha256(repr((*identity, alike[identity])).encode()).hexdigest()[:PRINT_DIGITS]
        faults.append(
            LocatedViolation(
                BY_CODE[row["rule"]], places[key], row["line"], row["message"], row["office"],
                row["listed_number"], row["acknowledged"], fingerprint,
            )
        )  # fmt: skip
    return tuple(faults)


def _display_path(file: Path) -> str:
    here = Path.cwd()
    path = file.resolve()
    return (path.relative_to(here) if path.is_relative_to(here) else file).as_posix()
