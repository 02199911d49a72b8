"""What can be asked of releases, wherever they lie.

Belongs here: finding the release that is meant, in a folder or an object store, and passing the question on. Does not:
answering, or how an answer is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oig_pipeline.errors import CannotRun
from oig_pipeline.release.folders import MANIFEST, RELEASES, is_remote, latest
from oig_pipeline.settings import SEARCH_LIMIT, Settings

if TYPE_CHECKING:
    import duckdb

    from oig_pipeline.query.explain import Explanation
    from oig_pipeline.query.recommendation_lists import Selection
    from oig_pipeline.release.diff import Difference

Place = Path | str | None
"""A release, a curated folder (its latest release), the address of either in an object store; None for data/curated."""


def connect(place: Place = None) -> duckdb.DuckDBPyConnection:
    """Return a connection with the views of a release.

    Raises:
        CannotRun: no release lies there.
    """
    from oig_pipeline.release import catalog

    return catalog.connect(*_located(place))


def query(sql: str, place: Place = None) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the column names and rows of one statement that reads a release, and can read nothing else.

    Raises:
        CannotRun: no release lies there, or the statement is not one that reads, or it fails.
    """
    import duckdb

    from oig_pipeline.query import interruptible, narrow, sql_guard

    location, store = _located(place)
    try:
        if store is None and (by_name := narrow.connect_for(sql, location)) is not None:
            # What fails is asked again below, for a message that knows all views.
            with by_name, suppress(duckdb.Error):
                return interruptible.answer(by_name, sql_guard.read_only_statement(by_name, sql))
        # Imported here: all views need the contract, which most queries do without.
        from oig_pipeline.query import sandbox

        with sandbox.connect(location, store) as connection:
            return interruptible.answer(connection, sql_guard.read_only_statement(connection, sql))
    except duckdb.PermissionException as error:
        message = " ".join(str(error).split())
        raise CannotRun(f"query: {message}: a query reads the views of the release, which SHOW TABLES lists") from None
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
    limit: int = SEARCH_LIMIT,
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the column names and rows of the reports that say all of the words, best first.

    Raises:
        CannotRun: no release lies there, or the question cannot be asked.
    """
    from oig_pipeline.query import search as searches

    if isinstance(place, str) and is_remote(place):
        from oig_pipeline.release import remote

        with remote.fetched(remote.release(place), searches.DATABASE) as database:
            return searches.COLUMNS, searches.search(database, words, agency, fiscal_year, limit)
    return searches.COLUMNS, searches.search(_release(place) / searches.DATABASE, words, agency, fiscal_year, limit)


def recommendations(selection: Selection, place: Place = None) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the column names and rows of the recommendations of a release that are meant.

    Raises:
        CannotRun: no release lies there, or the question cannot be asked.
    """
    import duckdb

    from oig_pipeline.query import narrow, recommendation_lists, sandbox

    location, store = _located(place)
    try:
        by_name = narrow.connect_for(recommendation_lists.SQL, location) if store is None else None
        with by_name or sandbox.connect(location, store) as connection:
            return recommendation_lists.select_recommendations(connection, selection)
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
    import duckdb

    from oig_pipeline.query import explain as explanations
    from oig_pipeline.query import narrow, sandbox

    try:
        number.encode()
        location, store = _located(place)
        tables = " ".join(explanations.TABLES)
        by_name = narrow.connect_for(tables, location) if store is None else None
        with by_name or sandbox.connect(location, store) as connection:
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
    if isinstance(place, str) and is_remote(place):
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
    from oig_pipeline.release import diff

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
    if not is_remote(place):
        return str(_release(place))
    from oig_pipeline.release import remote

    return remote.release(str(place))


def verify(place: Place = None) -> tuple[str, list[str]]:
    """Return the folder or address of a release, and what is wrong with it.

    Raises:
        CannotRun: no release lies there.
    """
    from oig_pipeline.release import verify as verification

    location = path(place)
    with _at(location) as release:
        return location, list(verification.problems(release))


@contextmanager
def _at(place: Place) -> Iterator[Path]:
    """Give the folder of a release, a copy of one that lies in an object store."""
    if is_remote(place):
        from oig_pipeline.release import remote

        with remote.copy(str(place)) as release:
            yield release
    else:
        yield _release(place)


def _located(place: Place) -> tuple[str, Any]:
    """Return the folder or address of a release, and the store in which an address lies."""
    if isinstance(place, str) and is_remote(place):
        from oig_pipeline.release import remote

        address = remote.release(place)
        return address, remote.filesystem(address)
    return str(_release(place)), None


def _release(place: Place) -> Path:
    folder = Path(place) if place is not None else Settings().out
    release = latest(folder) or folder
    if not (release / MANIFEST).is_file():
        raise CannotRun(f"{folder}: there is no release here; make one with oig build")
    return release.resolve()


def _open_release(place: Path | str, name: str | None) -> AbstractContextManager[Path]:
    """Give the folder of a release: the latest of a place, one of its releases by id or version, or one elsewhere."""
    if name is None:
        return _at(place)
    if "/" in name or Path(name).is_dir():
        return _at(name)
    from oig_pipeline.release import releases

    return _at(_of(place, releases.identify(place, name)))


def _of(place: Path | str, identity: str) -> Path | str:
    """Return the folder or address of a release of a place."""
    if is_remote(place):
        return f"{str(place).rstrip('/')}/{RELEASES}/{identity}"
    return Path(place) / RELEASES / identity


def _before(place: Path | str, identity: str) -> AbstractContextManager[Path]:
    from oig_pipeline.release import releases

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
    return release.parent.parent if release.parent.name == RELEASES else None


def _changes(out: Path | None, office: str, number: str, fiscal_year: int | None) -> list[dict[str, Any]]:
    """Return the releases, oldest first, in which a report was added, changed or removed; pruned ones are missing."""
    from oig_pipeline.release import files, parquet, releases

    changes: list[dict[str, Any]] = []
    before: dict[str, Any] | None = None
    since_pruned = False
    for info in releases.list_releases(out) if out else ():
        if not info.is_here or out is None:
            since_pruned = True
            continue
        file = files.file_of_year(out / RELEASES / info.id, "reports", fiscal_year)
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
    from oig_pipeline.release.diff import BOOKKEEPING

    fields = [name for name in after if name not in BOOKKEEPING and after[name] != before.get(name)]
    return f"changed: {', '.join(fields)}" if fields else None
