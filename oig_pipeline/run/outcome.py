"""What came of a run.

Belongs here: what a check or a build returns. Does not: how it is decided (see `policy.py`) or shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from oig_pipeline.run.policy import Assessment
from oig_pipeline.run.result import RunResult

if TYPE_CHECKING:
    from oig_pipeline.release.release import Release


@dataclass(frozen=True)
class Outcome:
    """The outcome of a whole run.

    Attributes:
        result: the result, as it was assessed.
        assessment: whether the result may be published.
        release: the release; None for a check or a rejected build.
        rejected: the folder of a rejected build.
        place: the path or address of the release or the rejected build.
        site: the folder of the release's site; None if there is none.
    """

    result: RunResult
    assessment: Assessment
    release: Release | None = None
    rejected: Path | None = None
    place: str | None = None
    site: Path | None = None

    @property
    def reports(self) -> pl.DataFrame:
        """All reports, by fiscal year."""
        return self.result.reports
