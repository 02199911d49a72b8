"""What can be asked of releases, wherever they lie.

Belongs here: finding the release that is meant, in a folder or an object store, and passing the question on. Does not:
answering, or how an answer is shown.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from oig_pipeline import verify as verification
from oig_pipeline.contract.faults import CannotRun
from oig_pipeline.publish import catalog, diff, manifest, parquet, remote, sandbox, shelf, sql_guard
from oig_pipeline.publish import explain as explanations
from oig_pipeline.publish import release as releases
from oig_pipeline.publish import search as searches
from oig_pipeline.publish.diff import BOOKKEEPING, Difference
from oig_pipeline.publish.explain import Explanation
from oig_pipeline.publish.metadata.facts import REPORTS_SQLITE
from oig_pipeline.settings import SEARCH_LIMIT, Settings

Place = Path | str | None
"""A release, a curated folder (its latest release), the address of either in an object store; None for data/curated."""


def connect(place: Place = None) -> duckdb.DuckDBPyConnection:
    """Return a connection with the views of a release.

    Raises:
        CannotRun: no release lies there.
    """
    return catalog.connect(*_located(place))


def query(sql: str, place: Place = None) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the column names and rows of one statement that reads a release, and can read nothing else.

    Raises:
        CannotRun: no release lies there, or the statement is not one that reads, or it fails.
    """
    try:
        with sandbox.connect(*_located(place)) as connection:
            result = connection.execute(sql_guard.judged(connection, sql))
            return [d[0] for d in result.description or []], result.fetchall()
    except duckdb.PermissionException as error:
        said = " ".join(str(error).split())
        raise CannotRun(f"query: {said}: a query reads the views of the release, which SHOW TABLES lists") from None
    except duckdb.Error as error:
        raise CannotRun(f"query: {' '.join(str(error).split())}") from None
    except UnicodeError:
        raise CannotRun("query: the SQL holds half a character (a lone surrogate); write it as UTF-8") from None


def search(
    words: str,
    place: Place = None,
    *,
    agency: str | None = None,
    fiscal_year: int | None = None,
    most: int = SEARCH_LIMIT,
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the column names and rows of the reports that say all of the words, best first.

    Raises:
        CannotRun: no release lies there, or the question cannot be asked.
    """
    if isinstance(place, str) and remote.is_remote(place):
        with remote.fetched(remote.release(place), REPORTS_SQLITE) as database:
            return searches.COLUMNS, searches.search(database, words, agency, fiscal_year, most)
    return searches.COLUMNS, searches.search(_release(place) / REPORTS_SQLITE, words, agency, fiscal_year, most)


def explain(number: str, place: Place = None, *, fiscal_year: int | None = None) -> Explanation:
    """Return everything that a release knows of a report number, and the releases beside it in which it changed.

    Raises:
        CannotRun: no release lies there, or it knows nothing of the number.
    """
    try:
        number.encode()
        with sandbox.connect(*_located(place)) as connection:
            found = explanations.explain(connection, number, fiscal_year)
    except duckdb.Error as error:
        raise CannotRun(f"explain: {' '.join(str(error).split())}") from None
    except UnicodeError:
        raise CannotRun("explain: the number holds half a character (a lone surrogate); write it as UTF-8") from None
    if not found.published and not found.quarantined:
        year = f" of fiscal year {fiscal_year}" if fiscal_year else ""
        raise CannotRun(f"{number}: no row{year} has this number; oig search finds reports by their words")
    if isinstance(place, str) and remote.is_remote(place):
        return found
    out = _shelf_of(_release(place))
    published = tuple(
        replace(p, releases=tuple(_changes(out, p.report_number, p.fiscal_year))) for p in found.published
    )
    return replace(found, published=published)


def difference(old: str | None = None, new: str | None = None, out: Path | None = None) -> Difference:
    """Return what differs between two releases: ids, versions or folders; by default the latest and the one before it.

    Raises:
        CannotRun: there is no such release.
    """
    folder = out if out is not None else Settings().out
    later = _named(folder, new) if new else _release(folder)
    return diff.difference(_named(folder, old) if old else _before(folder, later), later)


def verify(place: Place = None) -> tuple[Path, list[str]]:
    """Return the folder of a release, and what is wrong with it.

    Raises:
        CannotRun: no release lies there.
    """
    release = _release(place)
    return release, list(verification.problems(release))


def _located(place: Place) -> tuple[str, Any]:
    """Return the folder or address of a release, and the store in which an address lies."""
    if isinstance(place, str) and remote.is_remote(place):
        address = remote.release(place)
        return address, remote.filesystem(address)
    return str(_release(place)), None


def _release(place: Place) -> Path:
    folder = Path(place) if place is not None else Settings().out
    found = releases.latest(folder) or folder
    if not (found / manifest.MANIFEST).is_file():
        raise CannotRun(f"{folder}: there is no release here; make one with oig build")
    return found.resolve()


def _named(out: Path, name: str) -> Path:
    return _release(name) if "/" in name or Path(name).is_dir() else shelf.find(out, name)


def _before(out: Path, release: Path) -> Path:
    known = [s.id for s in shelf.shelved(out) if s.is_here]
    earlier = known[: known.index(release.name)] if release.name in known else []
    if not earlier:
        raise CannotRun(f"{out}: no release is older than {release.name}; name the two to compare")
    return out / releases.RELEASES / earlier[-1]


def _shelf_of(release: Path) -> Path | None:
    return release.parent.parent if release.parent.name == releases.RELEASES else None


def _changes(out: Path | None, number: str, fiscal_year: int) -> list[dict[str, Any]]:
    """Return the releases, oldest first, in which a report came, changed or went."""
    found: list[dict[str, Any]] = []
    before: dict[str, Any] | None = None
    for shelved in shelf.shelved(out) if out else ():
        if not shelved.is_here or out is None:
            continue
        file = out / releases.RELEASES / shelved.id / "reports" / f"fiscal_year={fiscal_year}" / "reports.parquet"
        rows = parquet.read(file).filter(report_number=number) if file.is_file() else None
        after = rows.row(0, named=True) if rows is not None and rows.height else None
        told = _told(before, after)
        if told:
            found.append({"release": shelved.id, "version": shelved.entry.get("version"), "change": told})
        before = after
    return found


def _told(before: dict[str, Any] | None, after: dict[str, Any] | None) -> str | None:
    if before is None or after is None:
        return "added" if after else "removed" if before else None
    fields = [name for name in after if name not in BOOKKEEPING and after[name] != before.get(name)]
    return f"changed: {', '.join(fields)}" if fields else None
