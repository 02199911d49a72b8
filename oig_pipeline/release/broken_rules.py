"""Which rules the sightings of a published report broke.

Belongs here: violations with the sightings that have them, and whether another sighting of the report has mended one
(a date that one page lacks and another shows). Does not: rules, or how this is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MAX_PLACES = 5
SQL = """
SELECT v.rule, v.message, v.capture_path, v.line
FROM violations AS v
JOIN sightings AS s USING (sighting_id)
WHERE s.office = $1 AND s.report_number = $2 AND s.fiscal_year IS NOT DISTINCT FROM $3
    AND s.outcome = 'published'
ORDER BY v.rule, v.message, s.retrieved_at DESC NULLS LAST, v.capture_path, v.line
"""
"""Violations of the sightings of one report."""


@dataclass(frozen=True)
class Broken:
    """A rule that sightings of a report broke in the same way; of them the newest comes first."""

    rule: str
    message: str
    places: tuple[str, ...]
    """Capture and line of what is at fault in each of them."""
    is_mended: bool
    """Whether the report has what they lack, from another sighting, and so does not bear the flag."""

    @property
    def where(self) -> str:
        """The first of the places, and how many follow."""
        more = len(self.places) - MAX_PLACES
        return ", ".join(self.places[:MAX_PLACES]) + (f" and {more} more" if more > 0 else "")


def broken_rules(violations: Iterable[Mapping[str, Any]], flags: Collection[str]) -> tuple[Broken, ...]:
    """Return the rules that a report's sightings broke.

    Args:
        violations: rows of `SQL`.
        flags: the report's quality flags.
    """
    places: dict[tuple[str, str], list[str]] = {}
    for row in violations:
        places.setdefault((row["rule"], row["message"]), []).append(f"{row['capture_path']}:{row['line']}")
    return tuple(
        Broken(rule, message, tuple(dict.fromkeys(locations)), rule not in flags)
        for (rule, message), locations in places.items()
    )
