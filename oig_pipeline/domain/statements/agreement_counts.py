"""Clauses of agreement added up to what holds of the report.

Belongs here: how many recommendations were agreed with and refused, and whether that is all, some or none. Does not:
reading clauses. What is contradicted is None, and no sum exceeds what was made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from oig_pipeline.domain.statements.responses import ResponseClause


class Agreement(NamedTuple):
    """How many were agreed with and refused, and whether that is "all", "some" or "none" of them."""

    concurred: int | None = None
    not_concurred: int | None = None
    concurrence: str | None = None


def totals(clauses: Iterable[ResponseClause]) -> set[int]:
    """Return the numbers that clauses name as all recommendations, and the sum of those that name parts."""
    clauses = list(clauses)
    totals = {clause.of for clause in clauses if clause.of is not None}
    parts = [clause.size for clause in clauses if clause.scope in ("part", "numbers") and clause.size is not None]
    if {clause.is_agreed for clause in clauses if clause.size is not None} == {True, False}:
        totals.add(sum(parts))
    return totals


def named_totals(clauses: Iterable[ResponseClause]) -> set[int]:
    """Return the numbers that "all four" and "three of the four" name as all recommendations."""
    return {clause.of for clause in clauses if clause.of is not None}


def agreement(clauses: Iterable[ResponseClause], total: int | None, parts: Collection[int]) -> Agreement:
    """Return what clauses say of all recommendations together.

    Args:
        clauses: the clauses of all sentences, in order.
        total: how many recommendations were made.
        parts: the partial counts that the report states, "one to RBA and two to PHA".
    """
    if total == 0:
        return Agreement()
    usable = [counted for clause in clauses if (counted := _in_numbers(clause, total, parts))]
    usable = _with_rest(usable, total)
    if usable and all(clause.scope == "none" for clause in usable):
        return Agreement(concurred=0, concurrence="none") if usable[0].is_agreed else Agreement()
    of_all = [clause for clause in usable if _is_all(clause, total)]
    others = [clause for clause in usable if not _is_all(clause, total)]
    if total is None and (others or len({clause.is_agreed for clause in of_all}) > 1):
        others += [clause for clause in of_all if clause.scope in ("part", "numbers")]
        of_all = [clause for clause in of_all if clause not in others]
    if others:
        of_all = [clause for clause in of_all if clause.scope != "implied"]
    signs = {clause.is_agreed for clause in of_all}
    if len(signs) > 1 or (of_all and others):
        return Agreement()
    if of_all:
        return _of_all(signs.pop(), total if total is not None else _agreed_count(of_all))
    return _of_parts(others, total)


def _in_numbers(clause: ResponseClause, total: int | None, parts: Collection[int]) -> ResponseClause | None:
    """Return a clause with "both" and "all but one" as what they count here; None where that is unknown."""
    if clause.scope == "pair":
        if total in (None, 2):
            return clause._replace(scope="all")
        return clause._replace(scope="part", size=2) if 2 in parts else None
    if clause.scope == "but":
        count = total - clause.size if total is not None and clause.size is not None else None
        return clause._replace(scope="some" if count is None or count < 1 else "part", size=count)
    if clause.scope == "single" and total is not None and total > 1:
        return clause._replace(scope="part") if 1 in parts else None
    return clause


def _with_rest(clauses: list[ResponseClause], total: int | None) -> list[ResponseClause]:
    """Return clauses with "the remaining recommendations" as a number, where the others are numbers."""
    sizes = [clause.size for clause in clauses if clause.scope in ("part", "numbers")]
    others = [size for size in sizes if size is not None]
    left_over = total - sum(others) if total is not None and others and len(others) == len(clauses) - 1 else 0
    rest = {"scope": "part", "size": left_over} if left_over > 0 else {"scope": "some"}
    return [clause._replace(**rest) if clause.scope == "rest" and clause.size is None else clause for clause in clauses]


def _is_all(clause: ResponseClause, total: int | None) -> bool:
    if clause.scope in ("all", "implied"):
        return total is None or clause.size in (None, total)
    if clause.scope == "single":
        return True
    if clause.scope in ("part", "numbers"):
        return clause.size == total if total is not None else clause.is_definite and clause.of is None
    return False


def _agreed_count(clauses: list[ResponseClause]) -> int | None:
    counts = {clause.size for clause in clauses if clause.size is not None}
    return counts.pop() if len(counts) == 1 else None


def _of_all(is_agreed: bool, count: int | None) -> Agreement:
    other = None if count is None else 0
    return Agreement(count, other, "all") if is_agreed else Agreement(other, count, "none")


def _of_parts(clauses: list[ResponseClause], total: int | None) -> Agreement:
    numbers = [{number for c in clauses if c.is_agreed is sign for number in c.numbers} for sign in (True, False)]
    if numbers[0] & numbers[1]:
        return Agreement()
    concurred, refused = (_sum([c for c in clauses if c.is_agreed is sign], total) for sign in (True, False))
    if total is not None and (concurred or 0) + (refused or 0) > total:
        return Agreement()
    if total is not None and total in (concurred, refused):
        return _of_all(concurred == total, total)
    is_some = total is not None or any(c.scope == "some" or c.of is not None or _skips(c) for c in clauses)
    is_some = is_some or len({clause.is_agreed for clause in clauses}) > 1
    return Agreement(concurred, refused, "some" if clauses and is_some else None)


def _skips(clause: ResponseClause) -> bool:
    """Return whether a clause names numbers beside which there are others: 3 is not the only one."""
    return any(number.isdigit() and int(number) > len(clause.numbers) for number in clause.numbers)


def _sum(clauses: list[ResponseClause], total: int | None) -> int | None:
    """Return the sum of clauses; a count stated twice is one, where the sum is more than there are."""
    numbers = {number for clause in clauses for number in clause.numbers}
    counts = [clause.size for clause in clauses if not clause.numbers and clause.size is not None]
    if any(clause.size is None and clause.scope != "some" for clause in clauses) or not (counts or numbers):
        return None
    if numbers and counts:
        return None if len(numbers) != sum(counts) else len(numbers)
    if numbers:
        return len(numbers)
    if total is not None and sum(counts) > total and len(set(counts)) == 1:
        return counts[0]
    return sum(counts)
