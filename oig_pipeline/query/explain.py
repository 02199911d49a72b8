"""One report number → everything that a release knows of it.

Belongs here: tracing published values to captures, lines and words; why a row was not published, and what would mend
it. Does not: how it is shown, or anything that is not in the release.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

import duckdb
import polars as pl

from oig_pipeline.contract.columns import KEY, MERGED_FIELDS, REPORTS
from oig_pipeline.contract.names import LINE_COLUMNS
from oig_pipeline.contract.rules import BY_CODE, GROUP_RULES, SIGHTING_RULES
from oig_pipeline.domain.report_number import SEPARATORS
from oig_pipeline.domain.titles import TitleMarks
from oig_pipeline.domain.whitespace import WHITESPACE, folded_blanks
from oig_pipeline.offices import OFFICES, canonical_number
from oig_pipeline.query.answer_rows import Row, rows_of
from oig_pipeline.query.recommendation_lists import recommendations_of_report
from oig_pipeline.release import broken_rules

TABLES = (
    *("reports", "sightings", "violations", "provenance", "report_history"),
    *("statements", "recommendations", "recommendation_history"),
)
"""The tables that are asked."""
_SIGHTING_COLUMNS = ("capture_path", "line", "retrieved_at", "layout", "listed_number", "listed_title", "rules")
# `_normalize` in SQL, whose regular expressions take characters by code only.
_SEPARATORS = (
    "[" + "".join(f"\\x{{{ord(character):x}}}" for character in WHITESPACE) + r"_\-\x{2010}-\x{2015}\x{2212}\x{ad}]+"
)
_NO_LIST = "(no open recommendation is listed)"
_COUNTS_OPEN = "says IN ('open', 'all_open') ORDER BY as_of DESC NULLS LAST, says DESC, capture_path, line LIMIT 1"
_NORMALIZED = f"upper(trim(regexp_replace(listed_number, '{_SEPARATORS}', '-', 'g'), '-'))"


@dataclass(frozen=True)
class SightingPlace:
    """Words of a capture: its path, the line on which they begin, the column of their row and what stands in it."""

    capture: str
    line: int
    column: str
    words: str


@dataclass(frozen=True)
class Value:
    """A published value, and the words that it came from; of several sightings that say the same, the newest."""

    field: str
    value: Any
    sources: tuple[SightingPlace, ...]

    @property
    def is_known(self) -> bool:
        """Whether there is a value; that a title bears no mark is none."""
        nothing: tuple[Any, ...] = (None, [], REPORTS[self.field].unknown)
        return self.value is not False and self.value not in nothing


@dataclass(frozen=True)
class Published:
    """A report: its values, the rules it broke (messages by code) and kept, what its sightings broke, its history."""

    office: str
    report_number: str
    fiscal_year: int | None
    title: str
    values: tuple[Value, ...]
    sightings: tuple[Row, ...]
    broken: dict[str, str]
    violations: tuple[broken_rules.Broken, ...]
    passed: tuple[str, ...]
    corrections: tuple[str, ...]
    history: tuple[Row, ...]
    recommendations: tuple[Row, ...] = ()
    releases: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Quarantined:
    """A row that was not published, why, the line of what is at fault, and what would mend it."""

    office: str | None
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

    number: str
    published: tuple[Published, ...]
    quarantined: tuple[Quarantined, ...]

    @property
    def offices(self) -> list[str]:
        """The offices that bear the number."""
        return sorted({*(p.office for p in self.published), *(q.office for q in self.quarantined if q.office)})

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        fields = asdict(self)
        return {"asked": fields.pop("number"), **fields}


def explain(connection: duckdb.DuckDBPyConnection, number: str, fiscal_year: int | None = None) -> Explanation:
    """Return what the release behind a connection knows of a number, in whatever spelling; of one year or all.

    Args:
        connection: the views of the release.
        number: the number, after the code or name of its office and a colon if only that office's is meant.
        fiscal_year: the year.
    """
    prefix, _, rest = number.rpartition(":")
    office, bare = (OFFICES.spelled(prefix), rest) if prefix.strip() else (None, number)
    spelled = canonical_number(bare) or bare.strip()
    reports = rows_of(
        connection,
        "FROM reports WHERE ($2 IS NULL OR fiscal_year = $2) AND ($4 IS NULL OR office = $4) AND (report_number = $1 "
        # A number that a correction replaced is still the page's.
        "OR (office, report_number, fiscal_year) IN (SELECT (office, report_number, fiscal_year) FROM sightings "
        f"WHERE outcome = 'published' AND {_NORMALIZED} = $3)) ORDER BY fiscal_year, office, report_number",
        [spelled, fiscal_year, _normalize(bare), office],
    )
    return Explanation(
        number,
        tuple(_published(connection, report) for report in reports),
        tuple(_quarantined(connection, bare, spelled, fiscal_year, office)),
    )


def _normalize(number: str) -> str:
    """Return a report number in one spelling, also if it is malformed."""
    return re.sub(SEPARATORS, "-", number).strip("-").upper()


def _published(connection: duckdb.DuckDBPyConnection, report: Row) -> Published:
    key = [report[name] for name in KEY]
    of_report = f"WHERE {' AND '.join(f'{name} IS NOT DISTINCT FROM ${n}' for n, name in enumerate(KEY, start=1))}"
    sightings = rows_of(
        connection,
        f"FROM sightings {of_report} AND outcome = 'published' "
        "ORDER BY retrieved_at DESC NULLS LAST, capture_path, line",
        key,
    )
    (provenance,) = rows_of(connection, f"FROM provenance {of_report}", key)
    page = rows_of(connection, f"SELECT * FROM statements {of_report} AND {_COUNTS_OPEN}", key)
    violations = broken_rules.broken_rules(rows_of(connection, broken_rules.SQL, key), report["quality_flags"])
    rule_codes = [rule.code for rule in (*SIGHTING_RULES, *GROUP_RULES)]
    flagged = {code: [v.message for v in violations if v.rule == code and not v.is_mended] for code in rule_codes}
    codes = {v.rule for v in violations}
    return Published(
        office=report["office"],
        report_number=report["report_number"],
        fiscal_year=report["fiscal_year"],
        title=report["title"],
        values=tuple(
            _value(field, report, sightings, provenance) if column.traced_to else _of_ledger(field, report, page)
            for field, column in REPORTS.items()
            if column.traced_to or column.merge == "ledger"
        ),
        sightings=tuple({name: s[name] for name in _SIGHTING_COLUMNS} for s in sightings),
        broken={code: "; ".join(messages) for code, messages in flagged.items() if messages},
        violations=violations,
        passed=tuple(code for code in rule_codes if code not in codes),
        corrections=tuple(flagged.get("value_corrected", ())),
        history=tuple(rows_of(connection, f"FROM report_history {of_report} ORDER BY new_seen, field", key)),
        recommendations=tuple(recommendations_of_report(connection, of_report, key)),
    )


def _of_ledger(field: str, report: Row, page: list[Row]) -> Value:
    """Return how many recommendations are open, or when that was so, with the words of the page that says it."""
    places = tuple(
        SightingPlace(row["capture_path"], row["line"], row["says"], row["words"] or _NO_LIST)
        for row in page
        if report[field] is not None
    )
    return Value(field, report[field], places)


def _value(field: str, report: Row, sightings: list[Row], provenance: Row) -> Value:
    """Return a value with the words of the sightings that state it, newest first, without duplicates."""
    if not (value := Value(field, report[field], ())).is_known:
        return value
    declared = REPORTS[field]
    is_fallback = declared.fallback is not None and provenance[field] is None
    computed_from = declared.fallback if is_fallback else declared.of if declared.merge == "computed" else None
    origin = computed_from or field
    relevant = [s for s in sightings if origin not in MERGED_FIELDS or s["sighting_id"] == provenance[origin]]
    first: dict[str, SightingPlace] = {}
    for sighting in relevant:
        column = REPORTS[computed_from].traced_to if computed_from else _column(field, report, sighting)
        quoted_in = declared.quoted_in if computed_from else None
        words = report[quoted_in] if quoted_in else sighting[column] if column else None
        if column and words:
            line = sighting.get(LINE_COLUMNS.get(column, "line")) or sighting["line"]
            first.setdefault(words, SightingPlace(sighting["capture_path"], line, column, words))
    return Value(field, report[field], tuple(first.values()))


def _column(field: str, report: Row, sighting: Row) -> str | None:
    """Return the column of a sighting that says a value of its report, None where it does not say it."""
    title, office = sighting["listed_title"] or "", OFFICES.declared(report["office"])
    if field == "agencies":
        return _agency_column(report, sighting)
    if field in ("is_redacted", "is_revised"):
        return REPORTS[field].traced_to if _evaluate(office.titles.has_mark(pl.lit(title), field)) else None
    if field == "kind":
        return _kind_column(report["kind"], office.titles, title, sighting)
    if field == "office":
        return _office_column(report["office"], sighting)
    if field == "fiscal_year" and not (sighting["listed_fiscal_year"] or "").strip():
        return "listed_number"
    return REPORTS[field].traced_to


def _office_column(office: str, sighting: Row) -> str | None:
    """Return what names the office: the row, an address, or the layout, which is the default office's."""
    if OFFICES.spelled(sighting["listed_office"] or "") == office:
        return "listed_office"
    for name in ("capture_url", "listed_document_url"):
        if (owner := OFFICES.of_url(sighting[name])) and owner.code == office:
            return name
    return "layout" if office == OFFICES.default else None


def _agency_column(report: Row, sighting: Row) -> str | None:
    source, agencies = report["agency_source"], set(report["agencies"])
    declared = OFFICES.declared(report["office"]).agencies
    stated = set(_evaluate(declared.stated_column(pl.lit(sighting["listed_agency"], dtype=pl.String))) or ())
    if source in ("stated", "listing") and stated & agencies:
        return "listed_agency"
    if source == "listing" and (agency := declared.of_url(sighting["capture_url"] or "")) is not None:
        return "capture_url" if agency.code in agencies else None
    is_inferred = source == "inferred" and bool(set(declared.inferred(sighting["listed_title"] or "")) & agencies)
    return "listed_title" if is_inferred else None


def _kind_column(kind: str, marks: TitleMarks, title: str, sighting: Row) -> str:
    """Return what the kind was read from: the title, the number's suffix, or the listing."""
    normalized = _evaluate(folded_blanks(pl.lit(title))) or ""
    suffixes = [segment for segment in sighting["report_number"].split("-")[3:] if segment.isalpha()]
    for column, suffix in (("listed_title", None), ("listed_number", suffixes[0] if suffixes else None)):
        if _evaluate(marks.kind(pl.lit(normalized), pl.lit(suffix, dtype=pl.String))) == kind:
            return column
    return "capture_url"


def _evaluate(expression: pl.Expr) -> Any:
    """Return the single value of an expression."""
    value = pl.select(expression).item()
    return value.to_list() if isinstance(value, pl.Series) else value


def _quarantined(
    connection: duckdb.DuckDBPyConnection, number: str, spelled: str, fiscal_year: int | None, office: str | None
) -> list[Quarantined]:
    rows = rows_of(
        connection,
        "SELECT s.office, s.capture_path, v.line, s.listed_number, s.listed_title, v.rule, v.message, v.acknowledged "
        "FROM sightings AS s JOIN violations AS v USING (sighting_id) "
        "WHERE s.outcome = 'quarantined' AND v.severity = 'error' "
        f"AND (s.report_number = $1 OR {_NORMALIZED} = $2) "
        "AND ($3 IS NULL OR s.fiscal_year IS NULL OR s.fiscal_year = $3) "
        "AND ($4 IS NULL OR s.office IS NULL OR s.office = $4) ORDER BY s.capture_path, v.line, v.rule",
        [spelled, _normalize(number), fiscal_year, office],
    )
    return [
        Quarantined(
            row["office"], row["capture_path"], row["line"], row["listed_number"], row["listed_title"],
            row["rule"], row["message"], BY_CODE[row["rule"]].remedy, row["acknowledged"],
        )
        for row in rows
    ]  # fmt: skip
