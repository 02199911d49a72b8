"""One report number → everything that a release knows of it.

Belongs here: tracing published values to captures, lines and words; why a row was not published, and what would mend
it. Does not: how it is shown, or anything that is not in the release.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from oig_pipeline.contract.columns import CHOSEN, REPORTS
from oig_pipeline.contract.rules import BY_CODE, GROUP_RULES, SIGHTING_RULES
from oig_pipeline.domain.report_number import NumberError, canonical

# Field of a report → the column of sightings whose words it was read from; a chosen field's sighting is known.
WORDS = {
    "report_number": "listed_number", "fiscal_year": "listed_fiscal_year", "series": "listed_number",
    "sequence": "listed_number", "suffix": "listed_number", "title": "listed_title", "summary": "listed_summary",
    "issue_date": "listed_issue_date", "document_url": "listed_document_url", "document_urls": "listed_document_url",
    "agencies": "listed_agency", "topics": "topic", "kind": "listed_title", "is_redacted": "listed_title",
    "is_revised": "listed_title", "classification": "listed_title", "recommendations": "listed_summary",
    "recommendations_concurred": "listed_summary", "recommendations_not_concurred": "listed_summary",
}  # fmt: skip
OF_SUMMARY = ("recommendations", "recommendations_concurred", "recommendations_not_concurred")
AGENCY_WORDS = {"stated": "listed_agency", "listing": "capture_url", "inferred": "listed_title"}

Row = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """Words of a capture: its path, the line on which the row begins, and what stands in the row's column."""

    capture: str
    line: int
    column: str
    words: str


@dataclass(frozen=True)
class Value:
    """A published value, and the words that it came from; of several sightings that say the same, the newest."""

    field: str
    value: Any
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Published:
    """A report: its values, the rules that its sightings broke (messages by code) and kept, and its history."""

    report_number: str
    fiscal_year: int
    title: str
    values: tuple[Value, ...]
    sightings: tuple[Row, ...]
    broken: dict[str, str]
    passed: tuple[str, ...]
    corrections: tuple[str, ...]
    history: tuple[Row, ...]
    releases: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Quarantined:
    """A row that was not published, why, and what would mend it."""

    capture: str
    line: int
    listed_number: str | None
    listed_title: str | None
    rule: str
    message: str
    remedy: str
    acknowledged: bool


@dataclass(frozen=True)
class Explanation:
    """What a release knows of a number; both lists are empty where it knows nothing."""

    asked: str
    published: tuple[Published, ...]
    quarantined: tuple[Quarantined, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        return asdict(self)


def explain(connection: duckdb.DuckDBPyConnection, number: str, fiscal_year: int | None = None) -> Explanation:
    """Return what the release behind a connection knows of a number, in whatever spelling; of one year or all."""
    spelled = _canonical(number)
    reports = _rows(
        connection,
        "FROM reports WHERE report_number = $1 AND ($2 IS NULL OR fiscal_year = $2) ORDER BY fiscal_year",
        [spelled, fiscal_year],
    )
    return Explanation(
        number,
        tuple(_published(connection, report) for report in reports),
        tuple(_quarantined(connection, number, spelled, fiscal_year)),
    )


def _canonical(number: str) -> str:
    try:
        return canonical(number)
    except NumberError:
        return number.strip()


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, values: list[Any]) -> list[Row]:
    result = connection.execute(sql, values)
    names = [d[0] for d in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _published(connection: duckdb.DuckDBPyConnection, report: Row) -> Published:
    key = [report["report_number"], report["fiscal_year"]]
    of_report = "WHERE report_number = $1 AND fiscal_year = $2"
    sightings = _rows(
        connection,
        f"FROM sightings {of_report} AND outcome = 'published' "
        "ORDER BY retrieved_at DESC NULLS LAST, capture_path, line",
        key,
    )
    (chosen,) = _rows(connection, f"FROM provenance {of_report}", key)
    broken = _rows(
        connection,
        "SELECT DISTINCT rule, message FROM violations JOIN sightings USING (sighting_id) "
        f"{of_report} AND outcome = 'published' ORDER BY rule, message",
        key,
    )
    judged = [rule.code for rule in (*SIGHTING_RULES, *GROUP_RULES)]
    codes = {row["rule"] for row in broken}
    return Published(
        report_number=report["report_number"],
        fiscal_year=report["fiscal_year"],
        title=report["title"],
        values=tuple(_value(field, report, sightings, chosen) for field in REPORTS if field in WORDS),
        sightings=tuple({name: s[name] for name in _SHOWN} for s in sightings),
        broken={code: "; ".join(r["message"] for r in broken if r["rule"] == code) for code in judged if code in codes},
        passed=tuple(code for code in judged if code not in codes),
        corrections=tuple(row["message"] for row in broken if row["rule"] == "value_corrected"),
        history=tuple(_rows(connection, f"FROM report_history {of_report} ORDER BY new_seen, field", key)),
    )


_SHOWN = ("capture_path", "line", "retrieved_at", "layout", "listed_number", "listed_title", "rules")


def _value(field: str, report: Row, sightings: list[Row], chosen: Row) -> Value:
    column = WORDS[field]
    if field == "agencies":
        column = AGENCY_WORDS.get(report["agency_source"], column)
    origin = "summary" if field in OF_SUMMARY else field
    own = [s for s in sightings if origin not in CHOSEN or s["sighting_id"] == chosen[origin]]
    first: dict[str, Source] = {}
    for sighting in own:
        words = report["recommendations_text"] if field in OF_SUMMARY else sighting[column]
        if words is not None:
            first.setdefault(words, Source(sighting["capture_path"], sighting["line"], column, words))
    has_value = report[field] not in (None, [], False)
    return Value(field, report[field], tuple(first.values()) if has_value else ())


def _quarantined(
    connection: duckdb.DuckDBPyConnection, asked: str, spelled: str, fiscal_year: int | None
) -> list[Quarantined]:
    rows = _rows(
        connection,
        "SELECT capture_path, line, listed_number, listed_title, rule, message, acknowledged FROM quarantine "
        "JOIN sightings USING (sighting_id, capture_path, line, listed_number, listed_title, listed_fiscal_year) "
        "WHERE (report_number = $1 OR upper(trim(listed_number)) IN (upper($1), upper(trim($2)))) "
        "AND ($3 IS NULL OR fiscal_year IS NULL OR fiscal_year = $3) ORDER BY capture_path, line, rule",
        [spelled, asked, fiscal_year],
    )
    return [
        Quarantined(
            row["capture_path"], row["line"], row["listed_number"], row["listed_title"], row["rule"], row["message"],
            BY_CODE[row["rule"]].remedy, row["acknowledged"],
        )
        for row in rows
    ]  # fmt: skip
