"""The recommendations of a release: those that somebody asks for, and those of one report.

Belongs here: which recommendations are meant, and in what order they come. Does not: what is known of one (see
`curate/ledger.py`), or how it is shown.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import duckdb

from oig_pipeline.domain.fiscal_year import of_date
from oig_pipeline.errors import CannotRun
from oig_pipeline.offices import AGENCIES, agency_of_name
from oig_pipeline.query.answer_rows import Row, rows_of

SQL = """
SELECT
    r.office,
    r.report_number,
    r.fiscal_year,
    c.recommendation,
    c.completion,
    c.as_of,
    c.response,
    CASE WHEN len(c.agencies) > 0 THEN c.agencies ELSE r.agencies END AS agencies,
    c.text,
    coalesce(c.completion_path, s.capture_path) AS capture,
    coalesce(c.completion_line, s.line) AS line
FROM recommendations AS c
JOIN reports AS r
    ON r.office = c.office
    AND r.report_number = c.report_number
    AND r.fiscal_year IS NOT DISTINCT FROM c.fiscal_year
LEFT JOIN (
    -- Of one whose completion nothing says, the first line that speaks of it.
    SELECT DISTINCT ON (office, report_number, fiscal_year, recommendation) *
    FROM statements
    WHERE recommendation IS NOT NULL AND is_of_report
    ORDER BY office, report_number, fiscal_year, recommendation, capture_path, line
) AS s
    ON s.office = c.office
    AND s.report_number = c.report_number
    AND s.fiscal_year IS NOT DISTINCT FROM c.fiscal_year
    AND s.recommendation = c.recommendation
WHERE
    ($agency IS NULL OR list_contains(CASE WHEN len(c.agencies) > 0 THEN c.agencies ELSE r.agencies END, $agency))
    AND (NOT $open OR c.completion = 'open')
    AND (NOT $not_concurred OR c.response = 'not_concurred')
    AND ($day IS NULL OR coalesce(r.issue_date >= $day, r.fiscal_year >= $year))
    AND ($year IS NULL OR $day IS NOT NULL OR r.fiscal_year >= $year)
ORDER BY r.fiscal_year NULLS LAST, r.issue_date NULLS LAST, r.office, r.report_number, c.place
"""


@dataclass(frozen=True)
class Selection:
    """Which recommendations are asked for.

    Attributes:
        agency: code or name of the agency that was asked to act, or that the report concerns where nobody is named.
        is_open: only those that are open.
        is_not_concurred: only those that were refused.
        since: of reports issued on or after a day (YYYY-MM-DD), or of a fiscal year (YYYY) or a later one.
    """

    agency: str | None = None
    is_open: bool = False
    is_not_concurred: bool = False
    since: str | None = None


def select_recommendations(
    connection: duckdb.DuckDBPyConnection, selection: Selection
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the column names and rows of recommendations, the oldest reports first.

    Raises:
        CannotRun: the agency is unknown, or the day or year is none.
    """
    agency = agency_of_name(selection.agency) if selection.agency else None
    if selection.agency and agency is None:
        raise CannotRun(f"recommendations: {selection.agency}: no such agency; known are {', '.join(AGENCIES)}")
    day, year = _since(selection.since)
    result = connection.execute(
        SQL,
        {
            "agency": agency.code if agency else None, "open": selection.is_open, "day": day, "year": year,
            "not_concurred": selection.is_not_concurred,
        },
    )  # fmt: skip
    return [column[0] for column in result.description or []], result.fetchall()


def recommendations_of_report(connection: duckdb.DuckDBPyConnection, of_report: str, key: list[Any]) -> list[Row]:
    """Return the recommendations of a report, each with its statements and what changed, oldest first.

    Args:
        connection: the views of the release.
        of_report: the WHERE clause that selects the report.
        key: its values.
    """
    rows = rows_of(connection, f"FROM recommendations {of_report} ORDER BY place", key)
    further = {
        "statements": rows_of(
            connection,
            "SELECT recommendation, says, value, words, as_of, capture_path, line "
            f"FROM statements {of_report} AND recommendation IS NOT NULL AND is_of_report "
            "ORDER BY as_of NULLS FIRST, capture_path, line, says, value",
            key,
        ),
        "history": rows_of(
            connection,
            f"SELECT * EXCLUDE (office, report_number, fiscal_year) FROM recommendation_history {of_report} "
            "ORDER BY new_seen, field",
            key,
        ),
    }
    for row in rows:
        for name, all_rows in further.items():
            row[name] = [r for r in all_rows if r["recommendation"] == row["recommendation"]]
    return rows


def _since(text: str | None) -> tuple[dt.date | None, int | None]:
    """Return a day and its fiscal year, or a fiscal year alone."""
    if text is None:
        return None, None
    if re.fullmatch(r"(?:19|20)\d\d", text):
        return None, int(text)
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        message = "is neither a fiscal year, such as 2022, nor a day, such as 2022-03-31"
        raise CannotRun(f"recommendations: --since {text}: {message}") from None
    return day, of_date(day)
