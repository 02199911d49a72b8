"""Report listings of Inspectors General as data that can be trusted.

Belongs here: the public names. Does not: any work; imports happen when a name is used, so that none is slow.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from oig_pipeline.errors import CannotRun
from oig_pipeline.settings import MAX_QUARANTINE
from oig_pipeline.settings import settings as _settings

if TYPE_CHECKING:
    import duckdb

    from oig_pipeline.query.explain import Explanation
    from oig_pipeline.run.outcome import Outcome

__version__ = "0.1.0"
__all__ = ["CannotRun", "__version__", "build", "check", "connect", "explain", "statements"]


def build(
    raw: Path | str | None = None,
    out: Path | str | None = None,
    *,
    corrections: Path | str | None = None,
    max_quarantine: float = MAX_QUARANTINE,
    site: bool = True,
    base_url: str | None = None,
) -> Outcome:
    """Judge the captures in `raw` and publish a release below `out`, with its site; see `oig build`.

    Raises:
        CannotRun: the inputs do not allow a run.
    """
    from oig_pipeline.run import pipeline

    return pipeline.build(_settings(raw, out, corrections, max_quarantine, site=site, base_url=base_url))


def check(
    raw: Path | str | None = None, *, corrections: Path | str | None = None, max_quarantine: float = MAX_QUARANTINE
) -> Outcome:
    """Judge the captures in `raw` without writing; see `oig check`.

    Raises:
        CannotRun: the inputs do not allow a run.
    """
    from oig_pipeline.run import pipeline

    return pipeline.check(_settings(raw, None, corrections, max_quarantine))


def connect(path: Path | str | None = None) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB connection with the views of a release.

    Args:
        path: a release folder, a curated folder (its latest release), the address of either in an object store
            (`s3://…`), or nothing: the latest release of `data/curated` here or in the checkout that this package runs
            from.

    Raises:
        CannotRun: no release lies there.
    """
    from oig_pipeline.query import service

    return service.connect(path)


def explain(number: str, path: Path | str | None = None, *, fiscal_year: int | None = None) -> Explanation:
    """Return everything that a release knows of a report number; see `oig explain`.

    Args:
        number: the number, in whatever spelling.
        path: a release, as for `connect`.
        fiscal_year: which of the reports is meant, where the number was used twice.

    Raises:
        CannotRun: no release lies there, or it knows nothing of the number.
    """
    from oig_pipeline.query import service

    return service.explain(number, path, fiscal_year=fiscal_year)


def statements(text: str, kind: str) -> dict[str, Any]:
    """Return what a text says of a report's recommendations: how many, who agreed, their status, money, addressees.

    What the text does not say is None, or an empty list: `made`, `concurred`, `not_concurred`, `concurrence`,
    `agreement`, `completion`, `per_recommendation`, `questioned_costs`, `unsupported_costs`, `funds_for_better_use`
    and `addressees`.

    Args:
        text: what a summary, document or page says, as text.
        kind: `summary`, `memo`, `highlights`, `preface`, `cover`, `oversight_report`, `oversight_recommendation` or
            `semiannual`.

    Raises:
        ValueError: the kind is unknown.
    """
    from oig_pipeline.domain.statements import statement_reader
    from oig_pipeline.offices import CUES

    return statement_reader.statements(text, kind, CUES)
