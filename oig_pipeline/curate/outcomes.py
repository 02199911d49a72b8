"""What corrections came to, over all rows.

Belongs here: putting together what each of several sets of sightings says of the corrections. Does not: applying one
(see `correct.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from oig_pipeline.curate.correct import Corrected, Correction, Stale
from oig_pipeline.errors import CannotRun

State = Literal["applied", "acknowledges", "waits", "unbroken", "stale"]
# Of what several sets of sightings say, the first counts.
_STRENGTH: tuple[State, ...] = ("applied", "acknowledges", "waits", "unbroken", "stale")


@dataclass(frozen=True)
class CorrectionMatch:
    """How one correction, known by its line, met some sightings.

    One that answers a rule on groups waits until that is judged; `ids` are the sightings that it waits for, or
    acknowledges; `offices` are those of the rows that it fits, if it names none.
    """

    line: int
    state: State
    message: str | None = None
    ids: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()


@dataclass(frozen=True)
class CorrectionOutcomes:
    """What came of each correction."""

    applied: tuple[Correction, ...] = ()
    unused: tuple[Correction, ...] = ()
    stale: tuple[Stale, ...] = ()
    acknowledged: Mapping[Correction, list[str]] = field(default_factory=dict)


def correction_matches(corrected: Corrected) -> tuple[CorrectionMatch, ...]:
    """Return how corrections met the sightings that `correct` was given; those that met none are not among them."""
    matches = (
        *((c, CorrectionMatch(c.line, "applied")) for c in corrected.applied),
        *((c, CorrectionMatch(c.line, "acknowledges", ids=tuple(ids))) for c, ids in corrected.acknowledged.items()),
        *(
            (s.correction, CorrectionMatch(s.correction.line, "unbroken" if s.is_unbroken else "stale", s.message))
            for s in corrected.stale
        ),
    )
    return tuple(replace(match, offices=corrected.offices.get(c, ())) for c, match in matches)


def settle(corrections: Collection[Correction], matches: Iterable[CorrectionMatch]) -> CorrectionOutcomes:
    """Return the outcomes of corrections over several sets of sightings, in the order of the corrections.

    Raises:
        CannotRun: a correction that names no office fits rows of several.
    """
    by_line: dict[int, list[CorrectionMatch]] = {}
    for match in matches:
        by_line.setdefault(match.line, []).append(match)
    applied, unused, stale = [], [], []
    acknowledged: dict[Correction, list[str]] = {}
    for correction in corrections:
        met = sorted(by_line.get(correction.line, []), key=_rank)
        offices = sorted({office for match in met for office in match.offices})
        if len(offices) > 1:
            choices = " or ".join(f"office: {office}" for office in offices)
            raise CannotRun(
                f"the correction in line {correction.line} fits rows of several offices: add {choices} to where"
            )
        if not met:
            unused.append(correction)
        elif met[0].state == "applied":
            applied.append(correction)
        elif met[0].state == "acknowledges":
            acknowledged[correction] = [i for match in met if match.state == "acknowledges" for i in match.ids]
        else:
            stale.append(Stale(correction, met[0].message or ""))
    return CorrectionOutcomes(tuple(applied), tuple(unused), tuple(stale), acknowledged)


def _rank(match: CorrectionMatch) -> tuple[int, str]:
    return _STRENGTH.index(match.state), match.message or ""
