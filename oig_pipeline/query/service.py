"""What can be asked of releases, wherever they lie.

Belongs here: finding the release that is meant, in a folder or an object store, and passing the question on. Does not:
answering, or how an answer is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import duckdb

from oig_pipeline.errors import CannotRun
from oig_pipeline.query import explain as explanations
from oig_pipeline.query import sandbox, sql_guard
from oig_pipeline.query import search as searches
from oig_pipeline.query.explain import Explanation
from oig_pipeline.query.recommendation_lists import Selection, select_recommendations
from oig_pipeline.release import catalog, diff, files, manifest, parquet, releases, remote
from oig_pipeline.release import release as release_module
from oig_pipeline.release import verify as verification
from oig_pipeline.release.diff import BOOKKEEPING, Difference
from oig_pipeline.release.metadata.about import REPORTS_SQLITE
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
            return _answer(connection, sql_guard.read_only_statement(connection, sql))
    except duckdb.PermissionException as error:
        message = " ".join(str(error).split())
        raise CannotRun(f"query: {message}: a query reads the views of the release, which SHOW TABLES lists") from None
    except duckdb.Error as error:
        raise CannotRun(f"query: {' '.join(str(error).split())}") from None
    except UnicodeError:
        raise CannotRun("query: the SQL holds half a character (a lone surrogate); write it as UTF-8") from None


def _answer(
    connection: duckdb.DuckDBPyConnection, statement: duckdb.Statement
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the column names and rows of a statement; a Ctrl-C ends it at once.

    In a thread of its own, since DuckDB looks for signals between its tasks only, of which one may take minutes.
    """
    answer: Future[tuple[list[str], list[tuple[Any, ...]]]] = Future()

    def run() -> None:
        if not answer.set_running_or_notify_cancel():
            return
        try:
            result = connection.execute(statement)
            answer.set_result(([d[0] for d in result.description or []], result.fetchall()))
        except BaseException as error:
            answer.set_exception(error)

    try:
        Thread(target=run, daemon=True).start()
        # Not without a limit: the signal may have come to another thread, which does not end a wait.
        while not wait([answer], timeout=0.1).done:
            pass
        return answer.result()
    except KeyboardInterrupt:
        # The signal may have come before the thread was started, which it then never is.
        while not answer.cancel() and not wait([answer], timeout=0.1).done:
            connection.interrupt()  # more than once: what has not begun yet is not interrupted
        raise


def search(
    words: str,
    place: Place = None,
    *,
    agency: str | None = None,
    fiscal_year: int | None = None,
    limit: int = SEARCH_LIMIT,
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the column names and rows of the reports that say all of the words, best first.

    Raises:
        CannotRun: no release lies there, or the question cannot be asked.
    """
    if isinstance(place, str) and remote.is_remote(place):
        with remote.fetched(remote.release(place), REPORTS_SQLITE) as database:
            return searches.COLUMNS, searches.search(database, words, agency, fiscal_year, limit)
    return searches.COLUMNS, searches.search(_release(place) / REPORTS_SQLITE, words, agency, fiscal_year, limit)


def recommendations(selection: Selection, place: Place = None) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the column names and rows of the recommendations of a release that are meant.

    Raises:
        CannotRun: no release lies there, or the question cannot be asked.
    """
    try:
        with sandbox.connect(*_located(place)) as connection:
            return select_recommendations(connection, selection)
    except duckdb.Error as error:
        raise CannotRun(f"recommendations: {' '.join(str(error).split())}") from None


def explain(number: str, place: Place = None, *, fiscal_year: int | None = None) -> Explanation:
    """Return everything that a release knows of a report number, and the releases beside it in which it changed.

    Args:
        number: the number; after the code of its office and a colon, only that office's.
        place: the release or curated folder.
        fiscal_year: the report's fiscal year.

    Raises:
        CannotRun: no release lies there, it knows nothing of the number, or several offices bear it.
    """
    try:
        number.encode()
        with sandbox.connect(*_located(place)) as connection:
            explanation = explanations.explain(connection, number, fiscal_year)
    except duckdb.Error as error:
        raise CannotRun(f"explain: {' '.join(str(error).split())}") from None
    except UnicodeError:
        raise CannotRun("explain: the number holds half a character (a lone surrogate); write it as UTF-8") from None
    if not explanation.published and not explanation.quarantined:
        year = f" of fiscal year {fiscal_year}" if fiscal_year else ""
        raise CannotRun(f"{number}: no row{year} has this number; oig search finds reports by their words")
    if len(explanation.offices) > 1:
        choices = " or ".join(f"{office}:{number}" for office in explanation.offices)
        raise CannotRun(f"{number}: several offices have this number; ask for {choices}")
    if isinstance(place, str) and remote.is_remote(place):
        return explanation
    out = _curated_folder(_release(place))
    published = tuple(
        replace(p, releases=tuple(_changes(out, p.office, p.report_number, p.fiscal_year)))
        for p in explanation.published
    )
    return replace(explanation, published=published)


def difference(old: str | None = None, new: str | None = None, out: Place = None) -> Difference:
    """Return what differs between two releases (ids, versions, folders, addresses): by default the latest two.

    Raises:
        CannotRun: there is no such release.
    """
    place = out if out is not None else Settings().out
    with ExitStack() as stack:
        later = stack.enter_context(_open_release(place, new))
        earlier = stack.enter_context(_open_release(place, old) if old else _before(place, later.name))
        return diff.difference(earlier, later)


def path(place: Place = None) -> str:
    """Return the folder or address of a release, resolved: it stays the same when another becomes the latest.

    Raises:
        CannotRun: no release lies there.
    """
    return remote.release(str(place)) if remote.is_remote(place) else str(_release(place))


def verify(place: Place = None) -> tuple[str, list[str]]:
    """Return the folder or address of a release, and what is wrong with it.

    Raises:
        CannotRun: no release lies there.
    """
    location = path(place)
    with _at(location) as release:
        return location, list(verification.problems(release))


@contextmanager
def _at(place: Place) -> Iterator[Path]:
    """Give the folder of a release, a copy of one that lies in an object store."""
    if remote.is_remote(place):
        with remote.copy(str(place)) as release:
            yield release
    else:
        yield _release(place)


def _located(place: Place) -> tuple[str, Any]:
    """Return the folder or address of a release, and the store in which an address lies."""
    if isinstance(place, str) and remote.is_remote(place):
        address = remote.release(place)
        return address, remote.filesystem(address)
    return str(_release(place)), None


def _release(place: Place) -> Path:
    folder = Path(place) if place is not None else Settings().out
    release = release_module.latest(folder) or folder
    if not (release / manifest.MANIFEST).is_file():
        raise CannotRun(f"{folder}: there is no release here; make one with oig build")
    return release.resolve()


def _open_release(place: Path | str, name: str | None) -> AbstractContextManager[Path]:
    """Give the folder of a release: the latest of a place, one of its releases by id or version, or one elsewhere."""
    if name is None:
        return _at(place)
    if "/" in name or Path(name).is_dir():
        return _at(name)
    return _at(_of(place, releases.identify(place, name)))


def _of(place: Path | str, identity: str) -> Path | str:
    """Return the folder or address of a release of a place."""
    if remote.is_remote(place):
        return f"{str(place).rstrip('/')}/{release_module.RELEASES}/{identity}"
    return Path(place) / release_module.RELEASES / identity


def _before(place: Path | str, identity: str) -> AbstractContextManager[Path]:
    ids = [s.id for s in releases.list_releases(place) if s.is_here]
    earlier = ids[: ids.index(identity)] if identity in ids else []
    if earlier:
        return _at(_of(place, earlier[-1]))
    if ids == [identity]:
        raise CannotRun(
            f"{place}: {identity} is the only release here, so there is nothing to compare it with yet; after the next "
            "build that changes anything, this command says which reports, values, columns and rules changed"
        )
    raise CannotRun(f"{place}: no release is older than {identity}; name the two to compare")


def _curated_folder(release: Path) -> Path | None:
    return release.parent.parent if release.parent.name == release_module.RELEASES else None


def _changes(out: Path | None, office: str, number: str, fiscal_year: int | None) -> list[dict[str, Any]]:
    """Return the releases, oldest first, in which a report was added, changed or removed; pruned ones are missing."""
    changes: list[dict[str, Any]] = []
    before: dict[str, Any] | None = None
    since_pruned = False
    for info in releases.list_releases(out) if out else ():
        if not info.is_here or out is None:
            since_pruned = True
            continue
        file = files.file_of_year(out / release_module.RELEASES / info.id, "reports", fiscal_year)
        rows = files.with_office(parquet.read(file)).filter(office=office, report_number=number) if file else None
        after = rows.row(0, named=True) if rows is not None and rows.height else None
        if change := _describe_change(before, after):
            words = f"{change}, in or before this release: older ones were pruned" if since_pruned else change
            changes.append({"release": info.id, "version": info.entry.get("version"), "change": words})
        before, since_pruned = after, False
    return changes


def _describe_change(before: dict[str, Any] | None, after: dict[str, Any] | None) -> str | None:
    if before is None or after is None:
        return "added" if after else "removed" if before else None
    fields = [name for name in after if name not in BOOKKEEPING and after[name] != before.get(name)]
    return f"changed: {', '.join(fields)}" if fields else None
