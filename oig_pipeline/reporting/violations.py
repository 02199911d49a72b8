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
from oig_pipeline.reporting import CLEAN, VIOLATED
from oig_pipeline.run.pipeline import Outcome
from oig_pipeline.settings import Settings

STALE = "correction_stale"  # the one rule whose violations lie in the corrections file
PRINT_DIGITS = 16


@dataclass(frozen=True)
class Fault:
    """One violation. `file` is relative to the current folder where it lies below; `line` is None for a whole file.

    `fingerprint` stays the same when lines move: rule, capture, what the row says, and which of several alike it is.
    """

    rule: Rule
    file: str
    line: int | None
    message: str
    number: str | None
    acknowledged: bool
    fingerprint: str

    @property
    def place(self) -> str:
        """File and line, as compilers write them."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class Verdict:
    """What a check comes to: `faults` are those looked at, `failing` those that fail it, `reasons` what else does.

    `untold` faults fail it as well and stand in neither.
    """

    faults: tuple[Fault, ...]
    failing: tuple[Fault, ...]
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
    """Return what a check comes to.

    Args:
        outcome: what was judged.
        settings: where the captures lie.
        strict: whether warnings fail too; else they are not among the faults.
        rules: the codes of the rules to look at; all where there are none.
        baseline: fingerprints of faults that are known and fail nothing, the threshold neither.
    """
    found = _faults(outcome, settings, _violations(outcome, rules, "error" if not strict else None))
    known = baseline or ()
    failing = tuple(f for f in found if not f.acknowledged and f.fingerprint not in known)
    reasons = outcome.assessment.reasons
    if baseline is not None:
        reasons = tuple(reason for reason in reasons if reason != outcome.assessment.over)
    return Verdict(found, failing, () if rules else reasons)


def first(outcome: Outcome, settings: Settings, most: int) -> Verdict:
    """Return what a run comes to if warnings fail nothing, with no more faults than somebody reads."""
    failing = _violations(outcome, (), "error").filter(~pl.col("acknowledged"))
    found = _faults(outcome, settings, failing.head(most))
    return Verdict(found, found, outcome.assessment.reasons, failing.height - len(found))


def all_faults(outcome: Outcome, settings: Settings, rules: Collection[str] = ()) -> tuple[Fault, ...]:
    """Return every violation (of these rules, if any are named), warnings too, as faults, in file order."""
    return _faults(outcome, settings, _violations(outcome, rules))


def read_baseline(file: Path) -> frozenset[str]:
    """Return the fingerprints in the JSON that an earlier check printed.

    Raises:
        CannotRun: the file is missing or holds something else.
    """
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return frozenset(str(fault["fingerprint"]) for fault in told["faults"])
    except OSError as error:
        raise CannotRun(f"{file}: the baseline cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise CannotRun(f"{file}: not a baseline; make one with oig check --format json > {file}") from None


def chosen_rules(codes: Collection[str]) -> tuple[str, ...]:
    """Return the codes of rules that a user names.

    Raises:
        CannotRun: one of them is no rule.
    """
    for code in codes:
        if code not in BY_CODE:
            raise CannotRun(f"{code}: there is no such rule; oig rules lists them")
    return tuple(codes)


def _violations(outcome: Outcome, rules: Collection[str], severity: str | None = None) -> pl.DataFrame:
    wanted = [pl.col("rule").is_in(list(rules))] if rules else []
    wanted += [pl.col("severity") == severity] if severity else []
    return outcome.judged.table("violations", *wanted)


def _faults(outcome: Outcome, settings: Settings, violations: pl.DataFrame) -> tuple[Fault, ...]:
    listed = outcome.judged.scan("sightings").select("sighting_id", "listed_number", "listed_title")
    rows = listed.join(violations.lazy(), on="sighting_id", how="semi").collect()
    told = violations.join(rows, on="sighting_id", how="left", maintain_order="left")
    places: dict[tuple[str, bool], str] = {}
    alike: dict[tuple[object, ...], int] = {}
    found = []
    for row in told.iter_rows(named=True):
        is_stale = row["rule"] == STALE
        key = (row["capture_path"], is_stale)
        if key not in places:
            places[key] = _shown(settings.corrections_file if is_stale else settings.raw / row["capture_path"])
        said = (row["rule"], *key, row["listed_number"], row["listed_title"], row["value"])
        alike[said] = alike.get(said, 0) + 1
        fingerprint = hashlib.sha256(repr((*said, alike[said])).encode()).hexdigest()[:PRINT_DIGITS]
        found.append(
            Fault(
                BY_CODE[row["rule"]], places[key], row["line"], row["message"], row["listed_number"],
                row["acknowledged"], fingerprint,
            )
        )  # fmt: skip
    return tuple(found)


def _shown(file: Path) -> str:
    here = Path.cwd()
    path = file.resolve()
    return (path.relative_to(here) if path.is_relative_to(here) else file).as_posix()
