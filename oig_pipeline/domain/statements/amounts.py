"""Amounts of dollars in text.

Belongs here: "$1.30 million", "$1,284,600", "$45" as numbers, and whether an exact amount is what a rounded one stands
for. Does not: what the money is (see `money`). An amount whose commas are in wrong places is None.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

_SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
AMOUNT = r"\$\s?(?:\d[\d,]*(?:\.\d+)?)(?:\s?(?:thousand|million|billion|trillion)\b)?"
_AMOUNT = re.compile(r"\$\s?(?P<digits>\d[\d,]*(?:\.\d+)?)(?:\s?(?P<scale>thousand|million|billion|trillion)\b)?", re.I)
_PLAIN = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")


class Amount(NamedTuple):
    """Dollars, and the step to which they are rounded: a cent or dollar, or the last digit before "million"."""

    value: Decimal
    step: Decimal

    @property
    def is_exact(self) -> bool:
        """Whether it is printed without a scale word."""
        return self.step <= 1


def amount(text: str) -> Amount | None:
    """Return an amount as printed, with its sign of the dollar; None where its digits are damaged."""
    match = _AMOUNT.match(text)
    digits = match["digits"].rstrip(",") if match else ""
    if match is None or not _PLAIN.fullmatch(digits):
        return None
    value = Decimal(digits.replace(",", ""))
    if match["scale"]:
        scale = Decimal(10) ** _SCALES[match["scale"].lower()]
        return Amount(value * scale, scale / 10 ** len(digits.partition(".")[2]))
    return Amount(value, Decimal(1))


def dollars(value: Decimal) -> int | float:
    """Return an amount as an integer where it is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


def stands_for(rounded: Amount, exact: Decimal) -> bool:
    """Return whether an exact amount is what a rounded one stands for: cut off or rounded at its last digit."""
    return abs(rounded.value - exact) < rounded.step if not rounded.is_exact else rounded.value == exact


def agreed(amounts: list[Amount]) -> Amount | None:
    """Return the most exact of amounts that all stand for the same; None where they differ."""
    if not amounts:
        return None
    best = min(amounts, key=lambda amount: (amount.step, amount.value))
    return best if all(stands_for(amount, best.value) for amount in amounts) else None
