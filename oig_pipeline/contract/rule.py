"""What a rule is.

Belongs here: the form of a rule. Does not: the rules themselves (see `rules.py`), or the form of their examples (see
`example_office.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from oig_pipeline.contract.example_office import Example

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Rule:
    """A named condition. `holds` is true, or null where the rule does not apply, for what keeps it.

    Attributes:
        code: the name that every surface shows.
        severity: an error quarantines the sighting; a warning publishes it with the code among its quality flags.
        scope: what it judges: a `sighting` alone, a `group` of accepted sightings, or a whole `capture`
            (found while reading, so without a condition here).
        column: the column of `sightings` that shows the fault.
        why: the reason for the rule, as a sentence.
        remedy: what mends a violation, as a sentence.
        message: what a violation says; `{column}` stands for a value of the judged sighting.
        passes: an example that keeps the rule.
        fails: an example that breaks it.
        when_all: on a merged report, the flag stands only if all its sightings bear it (a value that one sighting
            lacks and another has is not missing); else if any does.
    """

    code: str
    severity: Severity
    scope: Literal["sighting", "group", "capture"]
    column: str
    why: str
    remedy: str
    passes: Example
    fails: Example
    message: str = ""
    holds: pl.Expr | None = None
    when_all: bool = False
