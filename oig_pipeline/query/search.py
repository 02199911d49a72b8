"""Words → the reports that say them, best first.

Belongs here: asking the full-text index of `reports.sqlite`. Does not: making it (see `exports.py`).
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from oig_pipeline.errors import CannotRun
from oig_pipeline.offices import AGENCIES, agency_of_name, canonical_number
from oig_pipeline.release.folders import REPORTS_SQLITE

DATABASE = REPORTS_SQLITE
COLUMNS = ["office", "report_number", "fiscal_year", "agencies", "title", "snippet"]
LONGEST_ENDING, SHORTEST_STEM = 5, 4
"""Most letters that a stem is shorter than its word, and fewest that it keeps, where a beginning is asked for."""
_SQL = """
SELECT
    r.office,
    r.report_number,
    r.fiscal_year,
    (SELECT group_concat(value, ', ') FROM json_each(r.agencies)),
    r.title,
    snippet(reports_fts, -1, '[', ']', '\u2026', 16)
FROM reports_fts
JOIN reports AS r ON r.rowid = reports_fts.rowid
WHERE reports_fts MATCH :words
    AND (:agency IS NULL OR EXISTS (SELECT 1 FROM json_each(r.agencies) WHERE value = :agency))
    AND (:fiscal_year IS NULL OR r.fiscal_year = :fiscal_year)
ORDER BY r.report_number = :number DESC, {ranking}, r.fiscal_year DESC, r.office, r.report_number
LIMIT :most
"""


def search(
    database: Path, words: str, agency: str | None = None, fiscal_year: int | None = None, limit: int = 1_000
) -> list[tuple[Any, ...]]:
    """Return the reports (`COLUMNS`) that say all of the words, best first.

    Args:
        database: `reports.sqlite` of a release.
        words: words, or "several in quotation marks" that must stand together; an asterisk ends the beginning of one.
        agency: code or name of an agency that the report concerns.
        fiscal_year: the report's fiscal year.
        limit: maximum number of reports.

    Raises:
        CannotRun: there are no words, the agency is unknown, or the database cannot be read.
    """
    if not words.isprintable() and any("\ud800" <= character <= "\udfff" for character in words):
        raise CannotRun("search: the words hold half a character (a lone surrogate); write them as UTF-8")
    parameters = {
        "words": _query(words),
        "number": _number(words),
        "agency": _code(agency),
        "fiscal_year": fiscal_year,
        "most": limit,
    }
    if not database.is_file():
        from oig_pipeline.release import exports

        remedy = "oig build writes it again" if exports.are_of(database.parent) else "oig build --exports writes it"
        raise CannotRun(f"{database}: is missing; {remedy}")
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            return connection.execute(_SQL.format(ranking=_ranking(connection)), parameters).fetchall()
    except (sqlite3.Error, OverflowError, UnicodeError) as error:
        raise CannotRun(f"{database}: cannot be searched: {error}") from None


def _ranking(connection: sqlite3.Connection) -> str:
    """Return what the best matches have least of; an older release's index does not say how its columns weigh."""
    if connection.execute("SELECT 1 FROM reports_fts_config WHERE k = 'rank'").fetchone():
        return "reports_fts.rank"
    from oig_pipeline.contract.columns import REPORTS

    names = [name for (name,) in connection.execute("SELECT name FROM pragma_table_info('reports_fts')")]
    weights = [REPORTS[name].search_weight or 1.0 if name in REPORTS else 1.0 for name in names]
    return f"bm25(reports_fts, {', '.join(map(str, weights))})"


def _query(words: str) -> str:
    """Return words as a full-text query in which nothing is an operator but the asterisk at a word's end."""
    tokens = [phrase or word for phrase, word in re.findall(r'"([^"]*)"|([^\s"]+)', words)]
    terms = [_term(term) for term in tokens if re.search(r"[^\W_]", term)]
    if not terms:
        raise CannotRun("search: give at least one word")
    return " AND ".join(terms)


def _term(term: str) -> str:
    """Return a word or phrase as a term. A beginning is also asked for shortened: words are indexed by their stems."""
    if not term.endswith("*"):
        return f'"{term}"'
    beginning = term.rstrip("*")
    if re.search(r"\W", beginning):
        return f'"{beginning}"*'
    shorter = range(len(beginning), max(len(beginning) - LONGEST_ENDING, SHORTEST_STEM) - 1, -1)
    prefixes = [f'"{beginning}"*', *(f'"{beginning[:n]}"' for n in shorter)]
    return f"({' OR '.join(dict.fromkeys(prefixes))})"


def _number(words: str) -> str:
    """Return the report number that words spell, whose report then comes first; empty if they spell none."""
    return canonical_number(words) or ""


def _code(agency: str | None) -> str | None:
    if agency is None:
        return None
    entry = agency_of_name(agency)
    if entry is None:
        raise CannotRun(f"search: {agency}: no such agency; known are {', '.join(AGENCIES)}")
    return entry.code
