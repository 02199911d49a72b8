"""Guarded corrections of known source errors.

Belongs here: reading `corrections.yml`, applying it, and noticing what has gone stale. Does not: which values are
wrong; that is said by the rules, and a correction names the one it answers; or captures that are accepted as a whole
(see `acknowledge.py`).

A correction names its rule, the row (`where`), what it expects to find there (`expect`), and either what it sets
(`set`) or that the quarantine is acknowledged (`acknowledge: true`), and `why`. It is applied only where the row
still looks as expected and, for a rule on rows, still breaks the rule; else the correction is itself a violation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from oig_pipeline.contract.names import CORRECTABLE
from oig_pipeline.contract.rule import Rule
from oig_pipeline.contract.rules import BY_CODE
from oig_pipeline.curate import corrections_file
from oig_pipeline.curate.issuing_office import CodeOf, office_column, spelled
from oig_pipeline.curate.normalize import normalize
from oig_pipeline.domain import known_offices
from oig_pipeline.domain.whitespace import folded_blanks
from oig_pipeline.errors import CannotRun

CAPTURE, OFFICE = "capture", "office"
_ISSUED_BY = "_office"
_KEYS = {"rule", "where", "expect", "set", "acknowledge", "why"}

Breaks = Callable[[pl.DataFrame, Rule], pl.Series]
"""Given normalized sightings and a rule: which rows break it."""


@dataclass(frozen=True, eq=False)
class Correction:
    """One reviewed change (`set`) or acknowledgement, with the line of the file on which it stands."""

    rule: Rule
    where: Mapping[str, str | None]
    expect: Mapping[str, str | None]
    set: Mapping[str, str]
    why: str
    line: int

    @property
    def acknowledges(self) -> bool:
        """Whether the quarantine is accepted instead of a value set."""
        return not self.set


@dataclass(frozen=True)
class Stale:
    """A correction that no longer fits its row: that says something else, or no longer breaks the correction's rule."""

    correction: Correction
    message: str
    is_unbroken: bool = False


def unbroken(correction: Correction) -> Stale:
    """Return a correction whose row no longer breaks its rule."""
    return Stale(correction, f"the row no longer breaks {correction.rule.code}", is_unbroken=True)


@dataclass(frozen=True)
class Corrected:
    """Sightings with `corrected_<name>` columns, and what came of each correction."""

    sightings: pl.DataFrame
    applied: tuple[Correction, ...] = ()
    unused: tuple[Correction, ...] = ()
    stale: tuple[Stale, ...] = ()
    acknowledged: Mapping[Correction, list[str]] = field(default_factory=dict)
    """Acknowledging corrections → the sightings that look as they expect."""
    offices: Mapping[Correction, tuple[str, ...]] = field(default_factory=dict)
    """Corrections that name no office → the offices of the rows that look as they expect."""


def load(file: Path) -> tuple[Correction, ...]:
    """Return the corrections of rows in a file; none if it does not exist. Raises `CannotRun` if one is at fault."""
    entries = ((entry, line) for entry, line in load_entries(file) if not is_of_capture(entry))
    return tuple(_correction(entry, f"{file}, line {line}", line) for entry, line in entries)


def is_of_capture(entry: Any) -> bool:
    """Return whether an entry acknowledges a whole capture, and so changes no row."""
    return isinstance(entry, dict) and CAPTURE in entry


def load_entries(file: Path) -> tuple[tuple[Any, int], ...]:
    """Return the entries of a file as they are written, each with its line; none if it does not exist.

    Raises:
        CannotRun: the file does not parse.
    """
    node, content = corrections_file.read(file)
    if node is None or content is None:
        return ()
    if not isinstance(content, dict) or set(content) != {"corrections"} or not isinstance(content["corrections"], list):
        raise CannotRun(f"{file}, line 1: expected one key, corrections, with a list; see data/corrections.yml")
    lines = [entry.start_mark.line + 1 for entry in node.value[0][1].value]
    return tuple(zip(content["corrections"], lines, strict=True))


def _correction(entry: Any, place: str, line: int) -> Correction:
    def must(condition: object, message: str) -> None:
        if not condition:
            raise CannotRun(f"{place}: {message}")

    must(isinstance(entry, dict), "a correction is a mapping with rule, where, expect, set or acknowledge, and why")
    unknown = sorted(map(str, set(entry) - _KEYS))
    must(not unknown, f"unknown key {', '.join(unknown)}; known are {', '.join(sorted(_KEYS))}")
    rule = BY_CODE.get(str(entry.get("rule")))
    must(rule is not None, f"'{entry.get('rule')}' is not a rule; known are {', '.join(BY_CODE)}")
    assert rule is not None
    must(rule.scope != "capture", f"{rule.code} is about whole captures: acknowledge one by {CAPTURE}: and its SHA-256")
    must(str(entry.get("why") or "").strip(), "a correction says why")
    must(
        ("set" in entry) != (str(entry.get("acknowledge")).lower() == "true"),
        "a correction has either set or acknowledge: true",
    )
    must("set" not in entry or entry["set"], "set names at least one value")
    must("set" in entry or rule.severity == "error", f"{rule.code} is a warning and needs no acknowledgement")
    where, expect, changes = (_values(entry.get(key, {}), key, must) for key in ("where", "expect", "set"))
    must(where, f"a correction says where: {CAPTURE} or {', '.join(CORRECTABLE)}")
    must(expect, "a correction says what it expects to find")
    for key, values in (("where", where), ("expect", expect), ("set", changes)):
        allowed = {*CORRECTABLE, *([CAPTURE] if key == "where" else [])}
        strange = sorted(set(values) - allowed)
        must(not strange, f"{key} names {', '.join(strange)}; known are {', '.join(sorted(allowed))}")
    must(all(v is not None for v in changes.values()), "set gives a value; it cannot take one away")
    return Correction(
        rule, where, expect, {k: v for k, v in changes.items() if v is not None}, str(entry["why"]).strip(), line
    )


def _values(values: Any, key: str, must: Callable[[object, str], None]) -> dict[str, str | None]:
    must(isinstance(values, dict), f"{key} is a mapping of column to value")
    must(
        all(v is None or isinstance(v, str) for v in values.values()), f"{key} holds plain values, no lists or mappings"
    )
    # As the sightings' side is folded, so is this one: blanks are one, and an empty text is no value.
    return {name: " ".join(value.split()) or None if value else None for name, value in values.items()}


def correct(
    sightings: pl.DataFrame,
    corrections: tuple[Correction, ...],
    breaks: Breaks,
    code_of: CodeOf = known_offices.code_of,
) -> Corrected:
    """Return the sightings with `corrected_<name>` columns where a correction sets a value.

    Raises:
        CannotRun: two corrections set the same value of one row.
    """
    applied: list[Correction] = []
    unused: list[Correction] = []
    stale: list[Stale] = []
    acknowledged: dict[Correction, list[str]] = {}
    offices: dict[Correction, tuple[str, ...]] = {}
    changes: dict[str, dict[str, tuple[str, int]]] = {}  # name → sighting → value, line
    folded = _folded(sightings, corrections, code_of)
    for correction in corrections:
        present = _matching(folded, _place(correction, code_of))
        fitting = _matching(present, correction.expect)
        if OFFICE not in correction.where:
            offices[correction] = tuple(fitting[_ISSUED_BY].drop_nulls().unique().sort())
        if present.is_empty():
            unused.append(correction)
        elif fitting.is_empty():
            stale.append(Stale(correction, _difference(present, correction)))
        elif correction.acknowledges:
            acknowledged[correction] = fitting["sighting_id"].to_list()
        else:
            rows = sightings.filter(pl.col("sighting_id").is_in(fitting["sighting_id"].implode()))
            candidates = rows if correction.rule.scope == "sighting" else sightings
            broken = candidates.filter(breaks(normalize(candidates, code_of), correction.rule))
            rows = rows.join(broken.select("sighting_id"), on="sighting_id", how="semi")
            if rows.is_empty():
                stale.append(unbroken(correction))
                continue
            applied.append(correction)
            _note(changes, correction, rows["sighting_id"].to_list())
    return Corrected(_changed(sightings, changes), tuple(applied), tuple(unused), tuple(stale), acknowledged, offices)


def _folded(sightings: pl.DataFrame, corrections: tuple[Correction, ...], code_of: CodeOf) -> pl.DataFrame:
    """Return what corrections look at, blanks folded, under the names they use."""
    names = sorted({n for x in corrections for n in (*x.where, *x.expect)} - {CAPTURE})
    return sightings.select(
        "sighting_id",
        pl.col("capture_path").alias(CAPTURE),
        (office_column(sightings, code_of) if corrections else pl.lit(None, pl.String)).alias(_ISSUED_BY),
        *(folded_blanks(pl.col(CORRECTABLE[n])).alias(n) for n in names),
    )


def _place(correction: Correction, code_of: CodeOf) -> dict[str, str | None]:
    """Return where a correction looks; an office is the one that issued the report, however the page says it."""
    place = dict(correction.where)
    if (office := place.pop(OFFICE, None)) is not None:
        place[_ISSUED_BY] = spelled(office, code_of)
    return place


def _matching(frame: pl.DataFrame, values: Mapping[str, str | None]) -> pl.DataFrame:
    return frame.filter(*(pl.col(n).eq_missing(pl.lit(v, dtype=pl.String)) for n, v in values.items()))


def _difference(present: pl.DataFrame, correction: Correction) -> str:
    """Return how rows differ from what a correction expects: of several the first in words, wherever it stands."""
    differences = [
        pl.when(pl.col(n).ne_missing(pl.lit(v, dtype=pl.String))).then(
            pl.format("expected {} {}, found {}", pl.lit(n), pl.lit(v or "(none)"), pl.col(n).fill_null("(none)"))
        )
        for n, v in correction.expect.items()
    ]
    return str(present.rechunk().select(pl.coalesce(differences).min()).item())


def _note(changes: dict[str, dict[str, tuple[str, int]]], correction: Correction, rows: list[str]) -> None:
    for name, value in correction.set.items():
        for row in rows:
            _, line = changes.setdefault(name, {}).setdefault(row, (value, correction.line))
            if line != correction.line:
                raise CannotRun(
                    f"corrections in lines {line} and {correction.line} both set {name} of one row; keep one"
                )


def _changed(sightings: pl.DataFrame, changes: dict[str, dict[str, tuple[str, int]]]) -> pl.DataFrame:
    for name, values in changes.items():
        new_values = {row: value for row, (value, _) in values.items()}
        column = pl.col("sighting_id").replace_strict(new_values, default=None, return_dtype=pl.String)
        sightings = sightings.with_columns(column.alias(f"corrected_{name}"))
    return sightings
