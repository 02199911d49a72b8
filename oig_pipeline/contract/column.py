"""What a column of the contract is.

Belongs here: all that a column says of itself, and how it is put as a column of Pandera. Does not: any one column (see
`columns.py`, `document_columns.py`), or the code that merges, traces or writes values: it looks up here what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandera.polars as pa
import polars as pl

TIME = pl.Datetime("us")
NAMES = pl.List(pl.String)
_UNITS: dict[Any, str] = {pl.Date: "day", TIME: "UTC", pl.Boolean: "true or false"}

Merge = Literal[
    "key", "first", "newest", "strongest", "union", "any", "count", "min", "max", "flags", "computed", "ledger"
]  # fmt: skip
"""How sightings become one value of their report.

`key` says which sightings are one report, and `first` follows from the key. `newest` is the value of the newest capture
that has one, the office's own before a mirror's, with its sighting in `provenance`; `strongest` is that of the
sightings whose agency comes from the strongest source. `union` is all distinct values, sorted; `flags` is the warnings
that its sightings bear, any or all of them, as each rule says. `computed` is made from merged values, `ledger` from
the statements of all pages about the report's recommendations.
"""
Comparison = Literal["value", "words", "address"]
"""When a value has changed: if it differs at all, if its words do, or if more of an address than its scheme does."""


@dataclass(frozen=True)
class Column:
    """A column, and all that is to be known of it.

    Attributes:
        dtype: the Polars type: String, Boolean, Int32, Int64, Float64, Date, `TIME` or `NAMES`, which all formats
            can say.
        description: what it holds, as a sentence.
        nullable: whether it may be null.
        among: the values that it may hold; None for any.
        form: the pattern of its values, whose list is not the contract's to say; None for any.
        unit: what a value measures, unless its type says so.
        dictionary: whether Parquet encodes it as a dictionary, which takes time and saves nothing if values rarely
            repeat.
        merge: how its value is merged; None for a column of no report.
        of: the column that it is merged or computed from, if that has another name.
        tie: which of several values of one time `newest` takes.
        weakest: the value that then gives way to any other.
        truncated_last: whether a value that ends in an ellipsis stands behind all that do not.
        traced_to: the column of `sightings` that shows its words; None for what no page says.
        fallback: the column of `reports` that it is computed from where no sighting states it.
        unknown: the value that stands for nothing known, for a column that is never null.
        quoted_in: the column of `reports` that holds the words it was computed from, if they are not all that is shown.
        history: when a change of it is one for `report_history`; None for never.
        is_lossy: whether a capture may have lost it on every row, and then says nothing of it: text keeps neither
            dates nor links.
        search_weight: how much a word in it tells of what a report is about; None if the full-text index is without it.
    """

    dtype: Any
    description: str
    nullable: bool = False
    among: tuple[str, ...] | None = None
    form: str | None = None
    unit: str | None = None
    dictionary: bool = True
    merge: Merge | None = None
    of: str | None = None
    tie: Literal["smallest", "longest"] = "smallest"
    weakest: str | None = None
    truncated_last: bool = False
    traced_to: str | None = None
    fallback: str | None = None
    unknown: str | None = None
    quoted_in: str | None = None
    history: Comparison | None = None
    is_lossy: bool = False
    search_weight: float | None = None

    @property
    def unit_or_default(self) -> str | None:
        """What a value measures, by its type if nothing else is said."""
        return self.unit or _UNITS.get(self.dtype)

    @property
    def is_bookkeeping(self) -> bool:
        """Whether it changes whenever its report is seen again."""
        return self.merge == "count" or self.of == "retrieved_at"

    @property
    def is_of_rows(self) -> bool:
        """Whether every sighting has a value of it before merging, made by normalizing."""
        return self.of is None and self.merge in ("key", "first", "newest", "strongest", "union", "any", "min", "max")

    def conditions(self, name: str) -> list[tuple[str, str, pl.Expr]]:
        """Return what holds for each value of it, besides type and null: name of the check, its description, verdict.

        Args:
            name: the name of the column.
        """
        value, is_list = pl.col(name), self.dtype == NAMES
        conditions = []
        if is_list:
            no_null = ~value.list.eval(pl.element().is_null()).list.any()
            conditions.append(("no_null", "no null within", no_null))
        if self.among is not None:
            is_among = pl.element().is_in(self.among)
            among = value.list.eval(is_among).list.all() if is_list else value.is_in(self.among)
            conditions.append(("among", f"one of {', '.join(self.among)}", among))
        if self.form is not None:
            matches = pl.element().str.contains(self.form)
            form = value.list.eval(matches).list.all() if is_list else value.str.contains(self.form)
            conditions.append(("form", f"matches {self.form}", form))
        return conditions

    def as_pandera(self, name: str) -> pa.Column:
        """Return it as a column of Pandera, under its name."""
        checks = [named_check(*condition) for condition in self.conditions(name)]
        return pa.Column(self.dtype, checks=checks, nullable=self.nullable, description=self.description)


def named_check(name: str, description: str, verdict: pl.Expr) -> pa.Check:
    """Return a check of one column whose null verdicts pass."""
    verdict = verdict.fill_null(True).alias("holds")
    return pa.Check(lambda data: data.lazyframe.select(verdict), name=name, description=description, ignore_na=False)
