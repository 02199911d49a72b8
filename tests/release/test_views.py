"""The derived views against what plain Python computes from the same tables."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from oig_pipeline import connect
from oig_pipeline.contract.columns import KEY
from oig_pipeline.contract.names import LISTED_COLUMNS
from oig_pipeline.contract.schemas import TABLES
from oig_pipeline.release.catalog import derived_views
from oig_pipeline.release.files import read_table
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings as run_settings
from tests.conftest import PROJECT
from tests.dhs_examples import CORRECTION, files, row
from tests.rows import FILTERED, any_rows, valid_rows

Row = dict[str, Any]
Tables = dict[str, list[Row]]
SITE = "https://www.oig.dhs.gov"
LISTING = f"{SITE}/reports/audits-inspections-and-evaluations"
MIRROR = "https://www.oversight.gov/reports/federal"
AMOUNTS = ("questioned_costs", "funds_for_better_use")
TIMES = ("2022-01-01T00:00:00Z", "2022-02-01T00:00:00Z", "2022-03-01T00:00:00Z")


# What each view says, computed from the tables.


def grouped(rows: Iterable[Row], *names: str) -> list[tuple[Row, list[Row]]]:
    """Return the groups of rows that share the values of some columns: those values, and the rows."""
    groups: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row_ in rows:
        groups[tuple(row_[name] for name in names)].append(row_)
    return [(dict(zip(names, key, strict=True)), group) for key, group in groups.items()]


def one_per(rows: Iterable[Row], many: str, name: str) -> list[Row]:
    """Return one row for each value of a list."""
    return [{**row_, name: value} for row_ in rows for value in row_[many]]


def total(values: Iterable[float | None]) -> float | None:
    numbers = [value for value in values if value is not None]
    return round(sum(numbers), 2) if numbers else None


def cents(amount: float | None) -> float | None:
    return amount if amount is None else round(amount, 2)


def share(numerator: int, denominator: int, digits: int) -> float | None:
    if denominator == 0:
        return None
    return float((Decimal(numerator) / Decimal(denominator)).quantize(Decimal(10) ** -digits, ROUND_HALF_UP))


def counts(reports: Sequence[Row]) -> Row:
    """Return what summaries count.

    The rate is that of the reports that say what was made and what was answered: what was concurred with, of all that
    was made; where only refusals are known, nothing, of these.
    """
    rated = [
        (r["recommendations_concurred"] or 0, r["recommendations"] if is_known else r["recommendations_not_concurred"])
        for r in reports
        for is_known in [r["recommendations_concurred"] is not None]
        if r["recommendations"] is not None and (is_known or r["recommendations_not_concurred"] is not None)
    ]
    return {
        "reports_stating": sum(r["recommendations"] is not None for r in reports),
        "made": total(r["recommendations"] for r in reports),
        "concurred": total(r["recommendations_concurred"] for r in reports),
        "not_concurred": total(r["recommendations_not_concurred"] for r in reports),
        "reports_rated": len(rated),
        "concurrence_rate": share(sum(a for a, _ in rated), sum(of for _, of in rated), 3),
    }


def years(group: Sequence[Row]) -> Row:
    of_group = [r["fiscal_year"] for r in group]
    return {"first_fiscal_year": min(of_group), "last_fiscal_year": max(of_group)}


def agency_years(t: Tables) -> list[Row]:
    groups = grouped(one_per(t["reports"], "agencies", "agency"), "office", "agency", "fiscal_year")
    return [{**key, "reports": len(group), **counts(group)} for key, group in groups]


def recommendations_by_agency(t: Tables) -> list[Row]:
    groups = grouped(one_per(t["reports"], "agencies", "agency"), "office", "agency")
    return [{**key, **counts(group)} for key, group in groups if counts(group)["reports_stating"]]


def reports_by_agency(t: Tables) -> list[Row]:
    return [
        {
            **key, "reports": len(group),
            "inferred_from_title": sum(r["agency_source"] == "inferred" for r in group), **years(group),
        }
        for key, group in grouped(one_per(t["reports"], "agencies", "agency"), "office", "agency")
    ]  # fmt: skip


def reports_by_office(t: Tables) -> list[Row]:
    names = {office["code"]: office["name"] for office in t["offices"]}
    return [
        {
            **key, "name": names.get(key["office"]), "reports": len(group), **years(group),
            **{name: total(r[name] for r in group) for name in ("recommendations", *AMOUNTS)},
        }
        for key, group in grouped(t["reports"], "office")
    ]  # fmt: skip


def redactions_by_agency(t: Tables) -> list[Row]:
    rows = []
    for key, group in grouped(one_per(t["reports"], "agencies", "agency"), "office", "agency"):
        redacted = sum(r["is_redacted"] for r in group)
        rate = share(redacted, len(group), 3)
        rows.append({**key, "reports": len(group), "redacted": redacted, "redaction_rate": rate})
    return rows


def reports_by_fiscal_year(t: Tables) -> list[Row]:
    return [
        {
            **key, "reports": len(group), "redacted": sum(r["is_redacted"] for r in group),
            "undated": sum(r["issue_date"] is None for r in group),
            "recommendations": total(r["recommendations"] for r in group),
        }
        for key, group in grouped(t["reports"], "fiscal_year")
    ]  # fmt: skip


def topics(t: Tables) -> list[Row]:
    groups = grouped(one_per(t["reports"], "topics", "topic"), "topic")
    return [{**key, "reports": len(group), **years(group)} for key, group in groups]


def numbered(t: Tables) -> list[Row]:
    """Return the reports whose number has a grammar."""
    return [report for report in t["reports"] if report["series"]]


def series_years(t: Tables) -> list[Row]:
    rows = []
    for key, group in grouped(numbered(t), "office", "series", "fiscal_year"):
        sequences = {r["sequence"] for r in group}
        first, last = min(sequences), max(sequences)
        missing = len(set(range(first, last)) - sequences)
        rows.append({**key, "first_known": first, "last_known": last, "known": len(sequences), "missing": missing})
    return rows


def number_gaps(t: Tables) -> list[Row]:
    rows = []
    for key, group in grouped(numbered(t), "office", "series", "fiscal_year"):
        sequences = {r["sequence"] for r in group}
        span = {"first_known": min(sequences), "last_known": max(sequences)}
        rows += [{**key, "sequence": n, **span} for n in range(min(sequences), max(sequences)) if n not in sequences]
    return rows


def disagreements(t: Tables) -> list[Row]:
    return [
        {
            **{name: r[name] for name in ("office", "report_number", "fiscal_year", "title", "agencies")},
            "made": r["recommendations"], "concurred": r["recommendations_concurred"],
            "not_concurred": r["recommendations_not_concurred"], "words": r["recommendations_text"],
        }
        for r in t["reports"] if r["recommendations_not_concurred"]
    ]  # fmt: skip


def with_reports(t: Tables, name: str) -> list[tuple[Row, Row]]:
    """Return the rows of a table about recommendations, each with its report."""
    by_key = {tuple(r[n] for n in KEY): r for r in t["reports"]}
    return [(row_, by_key[tuple(row_[n] for n in KEY)]) for row_ in t[name]]


def open_recommendations(t: Tables) -> list[Row]:
    rows = []
    for c, r in with_reports(t, "recommendations"):
        is_dated = c["as_of"] is not None and r["issue_date"] is not None
        if c["completion"] == "open":
            rows.append({
                **{name: c[name] for name in (
                    *KEY, "recommendation", "place", "text", "addressees", "response", "is_significant",
                    "questioned_costs", "funds_for_better_use", "as_of",
                )},
                "title": r["title"], "issue_date": r["issue_date"], "agencies": c["agencies"] or r["agencies"],
                "age_in_days": (c["as_of"].date() - r["issue_date"]).days if is_dated else None,
                "capture_path": c["completion_path"], "line": c["completion_line"],
            })  # fmt: skip
    return rows


def stale_recommendations(t: Tables) -> list[Row]:
    newest = max(r["fiscal_year"] for r in t["reports"])
    names = (
        *KEY, "recommendation", "title", "text", "agencies", "as_of", "age_in_days", "capture_path", "line",
    )  # fmt: skip
    return [
        {name: row_[name] for name in names}
        for row_ in open_recommendations(t)
        if (row_["fiscal_year"] < newest if row_["age_in_days"] is None else row_["age_in_days"] > 365)
    ]


def refusals(t: Tables) -> list[Row]:
    refused = {("concurrence", "none"), ("response", "not_concurred"), ("response", "partly")}
    rows = []
    for s, r in with_reports(t, "statements"):
        is_count = s["says"] == "not_concurred" and s["value"] != "0"
        if s["is_of_report"] and (is_count or (s["says"], s["value"]) in refused):
            count = int(s["value"]) if is_count else None if s["recommendation"] is None else 1
            rows.append({
                **{name: s[name] for name in (*KEY, "recommendation", "words", "capture_path", "line")},
                "refused": count, "is_in_part": s["value"] == "partly", "title": r["title"], "agencies": r["agencies"],
            })  # fmt: skip
    return rows


MONEY = ("questioned_costs", "unsupported_costs", "funds_for_better_use")


def money_by_agency(t: Tables) -> list[Row]:
    rows = []
    for key, group in grouped(one_per(t["reports"], "agencies", "agency"), "office", "agency"):
        stating = [r for r in group if any(r[name] is not None for name in MONEY)]
        amounts = {name: cents(total(r[name] for r in group)) for name in MONEY}
        if stating:
            rows.append({**key, "reports": len(group), "reports_stating": len(stating), **amounts})
    return rows


def scorecard(t: Tables) -> list[Row]:
    counts_of = {
        "made": ("reports_stating", "recommendations"),
        "refused": ("reports_answered", "recommendations_not_concurred"),
        "open": ("reports_listed", "recommendations_open"),
    }  # fmt: skip
    rows = []
    of_half_years = [
        {**r, "half_year": r["issue_date"] and (2 if 4 <= r["issue_date"].month <= 9 else 1)}
        for r in one_per(t["reports"], "agencies", "agency")
    ]
    for key, group in grouped(of_half_years, "office", "agency", "fiscal_year", "half_year"):
        row_ = {**key, "reports": len(group)}
        for name, (number, column) in counts_of.items():
            row_ |= {number: sum(r[column] is not None for r in group), name: total(r[column] for r in group)}
        rows.append(row_ | {name: cents(total(r[name] for r in group)) for name in (MONEY[0], MONEY[2])})
    return rows


def nulls_last(value: Any) -> tuple[bool, Any]:
    return value is None, value or 0


def changes(t: Tables) -> list[Row]:
    def happened(report: Row, at: dt.datetime, change: str, old: str | None, new: str | None) -> Row:
        key = {name: report[name] for name in ("office", "report_number", "fiscal_year", "title")}
        return {"changed_at": at, **key, "change": change, "old_value": old, "new_value": new}

    by_key = {(r["office"], r["report_number"], r["fiscal_year"]): r for r in t["reports"]}
    rows = [happened(r, r["first_seen"], "first seen", None, None) for r in t["reports"] if r["first_seen"]]
    for h in t["report_history"]:
        came = "left its listing" if h["new_value"] is None else "came back to its listing"
        change = came if h["field"] == "listing" else f"{h['field']} changed"
        report = by_key[h["office"], h["report_number"], h["fiscal_year"]]
        rows.append(happened(report, h["new_seen"], change, h["old_value"], h["new_value"]))
    return rows


def quarantine(t: Tables) -> list[Row]:
    rows = []
    for s in t["sightings"]:
        if s["outcome"] == "quarantined":
            violations = [
                v for v in t["violations"] if v["sighting_id"] == s["sighting_id"] and v["severity"] == "error"
            ]
            names = (
                "office", "sighting_id", "listed_number", "listed_title", "listed_fiscal_year", "capture_path", "line"
            )  # fmt: skip
            fields = ("rule", "column_name", "value", "message", "acknowledged")
            rows += [{**{n: s[n] for n in names}, **{n: v[n] for n in fields}} for v in violations]
    return rows


def _of_rule(group: Sequence[Row]) -> tuple[Row, int]:
    sightings = {v["sighting_id"] for v in group} - {None}
    return {"violations": len(group), "acknowledged": sum(v["acknowledged"] for v in group)}, len(sightings)


def data_quality(t: Tables) -> list[Row]:
    rows = []
    for key, group in grouped(t["violations"], "rule", "severity"):
        rule_row, sightings = _of_rule(group)
        captures = len({v["capture_path"] for v in group})
        of_all = share(sightings, len(t["sightings"]), 4)
        rows.append({**key, **rule_row, "sightings": sightings, "captures": captures, "share_of_sightings": of_all})
    return rows


def data_quality_by_capture(t: Tables) -> list[Row]:
    rows_of = {c["path"]: c["sightings"] for c in t["captures"]}
    rows = []
    for key, group in grouped(t["violations"], "capture_path", "rule", "severity"):
        rule_row, sightings = _of_rule(group)
        rows.append({**key, **rule_row, "share_of_rows": share(sightings, rows_of.get(key["capture_path"], 0), 4)})
    return rows


def of_sources(t: Tables) -> list[tuple[Row, list[Row]]]:
    """Return each report and its sightings."""
    by_key = defaultdict(list)
    for s in t["sightings"]:
        if s["outcome"] == "published":
            by_key[s["office"], s["report_number"], s["fiscal_year"]].append(s)
    return [(r, by_key[r["office"], r["report_number"], r["fiscal_year"]]) for r in t["reports"]]


def in_one_source(t: Tables) -> list[Row]:
    return [
        {
            **{name: r[name] for name in ("office", "report_number", "fiscal_year", "title")},
            "source": group[0]["source"],
        }
        for r, group in of_sources(t)
        if len({s["source"] for s in group}) == 1
    ]


def source_differences(t: Tables) -> list[Row]:
    mirrored = {s["sighting_id"] for s in t["sightings"] if s["source"] == "oversight_gov"}
    given_by = {(p["office"], p["report_number"], p["fiscal_year"]): p for p in t["provenance"]}
    conflicts = {(v["sighting_id"], v["rule"]): v["value"] for v in t["violations"]}

    def plain(title: str) -> str:
        return "".join(filter(str.isalnum, re.sub(r"\([^()]*\)\s*$", "", title))).lower()

    def differing(r: Row, s: Row, of_office: set[str]) -> Iterator[tuple[str, str, str]]:
        title = s["listed_title"]
        if "title" in of_office and title and plain(title) != "".join(filter(str.isalnum, r["title"])).lower():
            yield "title", s["listed_title"], r["title"]
        if "issue_date" in of_office and (s["sighting_id"], "date_conflict") in conflicts:
            yield "issue_date", conflicts[s["sighting_id"], "date_conflict"], str(r["issue_date"])
        if (s["sighting_id"], "component_conflict") in conflicts:
            yield "agencies", conflicts[s["sighting_id"], "component_conflict"], "; ".join(r["agencies"])
        link = s["listed_document_url"]
        if (
            "document_url" in of_office
            and link
            and link.split("/")[-1].lower() != r["document_url"].split("/")[-1].lower()
        ):
            yield "document_url", link, r["document_url"]

    rows = {}
    for r, group in of_sources(t):
        key = {name: r[name] for name in ("office", "report_number", "fiscal_year")}
        origins = given_by[r["office"], r["report_number"], r["fiscal_year"]]
        of_office = {name for name in ("title", "issue_date", "document_url") if origins[name] not in {*mirrored, None}}
        for s in group:
            for field, there, here in differing(r, s, of_office) if s["sighting_id"] in mirrored else ():
                rows[*key.values(), field, there] = {**key, "field": field, "value_there": there, "value_here": here}
    return list(rows.values())


EXPECTED: dict[str, tuple[Callable[[Tables], list[Row]], Callable[[Row], tuple[Any, ...]]]] = {
    "agency_years": (agency_years, lambda r: (r["office"], r["agency"], r["fiscal_year"])),
    "changes": (
        changes,
        lambda r: (-r["changed_at"].timestamp(), -r["fiscal_year"], r["office"], r["report_number"], r["change"]),
    ),
    "data_quality": (data_quality, lambda r: (r["severity"], -r["violations"], r["rule"])),
    "data_quality_by_capture": (
        data_quality_by_capture, lambda r: (r["capture_path"], r["severity"], -r["violations"], r["rule"])
    ),
    "disagreements": (
        disagreements, lambda r: (-r["not_concurred"], -r["fiscal_year"], r["office"], r["report_number"])
    ),
    "in_one_source": (in_one_source, lambda r: (-r["fiscal_year"], r["office"], r["report_number"])),
    "money_by_agency": (
        money_by_agency,
        lambda r: (-(r["questioned_costs"] or 0) - (r["funds_for_better_use"] or 0), r["office"], r["agency"]),
    ),
    "number_gaps": (number_gaps, lambda r: (r["office"], r["series"], r["fiscal_year"], r["sequence"])),
    "open_recommendations": (
        open_recommendations,
        lambda r: (
            nulls_last(r["age_in_days"] and -r["age_in_days"]), nulls_last(r["fiscal_year"]), r["office"],
            r["report_number"], r["place"],
        ),
    ),
    "quarantine": (quarantine, lambda r: (r["capture_path"], r["line"], r["rule"])),
    "recommendations_by_agency": (recommendations_by_agency, lambda r: (-r["made"], r["office"], r["agency"])),
    "redactions_by_agency": (
        redactions_by_agency, lambda r: (-r["redaction_rate"], -r["redacted"], r["office"], r["agency"])
    ),
    "refusals": (
        refusals,
        lambda r: (
            -r["fiscal_year"], r["office"], r["report_number"], (r["recommendation"] is not None, r["recommendation"]),
            r["capture_path"], r["line"], r["words"],
        ),
    ),
    "reports_by_agency": (reports_by_agency, lambda r: (-r["reports"], r["office"], r["agency"])),
    "reports_by_fiscal_year": (reports_by_fiscal_year, lambda r: (r["fiscal_year"],)),
    "reports_by_office": (reports_by_office, lambda r: (-r["reports"], r["office"])),
    "scorecard": (
        scorecard,
        lambda r: (r["office"], r["agency"], nulls_last(r["fiscal_year"]), nulls_last(r["half_year"])),
    ),
    "series_years": (series_years, lambda r: (r["office"], r["series"], r["fiscal_year"])),
    "source_differences": (
        source_differences,
        lambda r: (-r["fiscal_year"], r["office"], r["report_number"], r["field"], r["value_there"]),
    ),
    "stale_recommendations": (
        stale_recommendations,
        lambda r: (nulls_last(r["age_in_days"] and -r["age_in_days"]), nulls_last(r["fiscal_year"]), r["office"]),
    ),
    "topics": (topics, lambda r: (-r["reports"], r["topic"])),
}  # fmt: skip
"""View → its rows, and the key by which they are in order."""


# Releases.

Page = tuple[str | None, str | None, list[Row]]
"""Address, time, and rows from the top."""


def built(folder: Path, pages: Sequence[Page], more: dict[str, str] | None = None) -> Path:
    """Return a release of captures, one per page, with what else there is to be."""
    raw = folder / "raw"
    raw.mkdir()
    for place, (url, time, rows) in enumerate(pages):
        meta = {name: value for name, value in (("url", url), ("retrieved_at", time)) if value is not None}
        content = files(tuple({n: r[n] for n in LISTED_COLUMNS if r.get(n) is not None} for r in rows))[
            "listing.ndjson"
        ]
        (raw / f"{place}.ndjson").write_bytes(content)
        (raw / f"{place}.ndjson.meta.json").write_text(json.dumps(meta))
    for name, text in (more or {}).items():
        (folder / name).write_text(text)
    release = pipeline.build(run_settings(raw, folder / "curated", max_quarantine=1.0)).release
    assert release is not None
    return release.path


def tables(release: Path) -> Tables:
    return {name: read_table(release, name).to_dicts() for name in TABLES}


def check(view: str, connection: duckdb.DuckDBPyConnection, source_tables: Tables) -> list[Row]:
    """Assert that a view has the rows that Python computes, in the order that it promises; return them."""
    expect, order = EXPECTED[view]
    answer = connection.execute(f"FROM {view}")
    names = [column[0] for column in answer.description or []]
    rows = [dict(zip(names, values, strict=True)) for values in answer.fetchall()]
    expected = expect(source_tables)
    assert sorted(map(in_words, rows)) == sorted(map(in_words, expected))
    assert [order(r) for r in rows] == sorted(order(r) for r in rows)
    return rows


def in_words(row_: Row) -> str:
    return repr(sorted(row_.items()))


def audit(number: int, **changes: str) -> Row:
    """Return a row of fiscal year 2021 with a title of its own."""
    title = f"Audit of Programme {number * 7919} in Region {number}"
    bare = {"agency": "CBP", "summary": "We looked.", "document_url": f"/{number}.pdf", "issue_date": "07/20/2021"}
    return row(**{"report_number": f"OIG-21-{number:02d}", "title": title, **bare, **changes})  # type: ignore[return-value]


SUMMARIES = {
    "four of four": "We made four recommendations. CBP concurred with all four recommendations.",
    "two of five": "We made five recommendations. CBP concurred with two and did not concur with three.",
    "none": "We made no recommendations.",
    "no total": "FEMA concurred with six recommendations.",
    "refused": "We made three recommendations. FEMA did not concur with all three recommendations.",
    "unanswered": "We made seven recommendations.",
    "money": "We questioned costs of $1,000,000. We recommended that CBP recover $250,000 of unsupported costs.",
}
FIRST_PAGE = [
    audit(1, summary=SUMMARIES["four of four"], agency="CBP; ICE", oversight_area="Borders"),
    audit(2, summary=SUMMARIES["refused"], oversight_area="Borders"),
    audit(3, summary=SUMMARIES["none"], agency="TSA"),
    audit(4, summary=SUMMARIES["no total"], agency="FEMA; CBP", oversight_area="Disasters"),
    audit(7, summary=SUMMARIES["refused"], agency="FEMA", title="Debris Removal in Louisiana (REDACTED)"),
    audit(7, report_number="OIG-21-07-D", summary=SUMMARIES["unanswered"], agency="FEMA", issue_date=""),
    audit(8, summary=SUMMARIES["two of five"], agency="USCG; CBP"),
    audit(11, summary=SUMMARIES["money"], agency="CBP"),
    audit(12, agency="", title="ICE Jails"),
    audit(13, agency="", title="City of Oakland"),
    audit(14, report_number="DA-07-04", fiscal_year="2007", issue_date="", summary=SUMMARIES["four of four"]),
    audit(15, report_number="DA-07-04", fiscal_year="2004", issue_date="", summary=SUMMARIES["no total"], agency="TSA"),
]
MIRRORED = audit(
    1, title="An Audit of Programme 7919 in Region 1", agency="FEMA", issue_date="07/22/2021", office="dhs",
    document_url="/other.pdf",
)  # fmt: skip
OF_OTHERS = [
    audit(50, office="treasury", report_number="OIG-21-050", agency="BEP; MINT", questioned_costs="$1,000.10"),
    audit(
        51, office="treasury", report_number="OIG-21-051", agency="BEP", questioned_costs="$0.20", recommendations="3"
    ),
    audit(1, office="usda", agency="", funds_for_better_use="$7"),
]
BROKEN = [
    audit(21, report_number="OIG-2021-21", fiscal_year="20217", issue_date="soon"),
    audit(22, title=""),
    {"report_number": "", "title": "A Referral", "fiscal_year": "2020"},
    audit(23, report_number="OIG-18-16", fiscal_year="20187", issue_date=""),
    audit(24, agency="Ministry of Works"),
]
CORRECTIONS = f"""{CORRECTION}
  - rule: agency_unknown
    where: {{report_number: OIG-21-24}}
    expect: {{agency: Ministry of Works}}
    acknowledge: true
    why: There is none.
  - rule: fiscal_year_malformed
    where: {{report_number: OIG-21-01}}
    expect: {{fiscal_year: "20217"}}
    acknowledge: true
    why: It fits no more.
"""


def report_page() -> dict[str, str]:
    """Return the page of a report with open recommendations, two years after its issue, by path."""
    page = (PROJECT / "tests" / "golden" / "oversight" / "report-oig-22-69.html").read_text(encoding="utf-8")
    meta = {"url": f"{MIRROR}/22", "retrieved_at": "2024-10-01T00:00:00Z"}
    return {"raw/22.html": page, "raw/22.html.meta.json": json.dumps(meta)}


@pytest.fixture(scope="module")
def sample_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a release in which every view has several rows and every column says different things."""
    changed = {**FIRST_PAGE[1], "summary": SUMMARIES["unanswered"], "document_url": "/two.pdf"}
    pages: list[Page] = [
        (LISTING, TIMES[0], FIRST_PAGE),
        (LISTING, TIMES[1], [FIRST_PAGE[0], changed, *FIRST_PAGE[3:]]),
        (LISTING, TIMES[2], [FIRST_PAGE[0], changed, *FIRST_PAGE[2:]]),
        (FILTERED, None, BROKEN),
        (MIRROR, TIMES[2], [MIRRORED]),
        (None, None, OF_OTHERS),
        (None, None, [audit(30, agency="", document_url=""), audit(31, agency="USCG", summary="")]),
    ]
    more = {
        "corrections.yml": CORRECTIONS, "raw/notes.txt": "to do\n", "raw/bad.csv": "number\nOIG-21-01\n",
        **report_page(),
    }  # fmt: skip
    return built(tmp_path_factory.mktemp("chosen"), pages, more)


@pytest.fixture(scope="module")
def sample_tables(sample_release: Path) -> Tables:
    return tables(sample_release)


@pytest.fixture(scope="module")
def repository(own_release: Path) -> Path:
    return own_release


@pytest.fixture(scope="module")
def known_of_repository(repository: Path) -> Tables:
    return tables(repository)


def test_every_view_is_computed_here_too() -> None:
    assert set(EXPECTED) == set(derived_views())


@pytest.mark.parametrize("view", EXPECTED)
def test_a_view_says_of_chosen_rows_what_python_computes(
    view: str, sample_release: Path, sample_tables: Tables
) -> None:
    with connect(sample_release) as connection:
        assert len(check(view, connection, sample_tables)) > 1, "the rows were chosen so that it says something"


@pytest.mark.parametrize("view", EXPECTED)
def test_a_view_says_it_of_the_repositorys_data(view: str, repository: Path, known_of_repository: Tables) -> None:
    with connect(repository) as connection:
        check(view, connection, known_of_repository)


OTHER = audit(98, title="Grants Awarded to a County", agency="FEMA")
counting = st.builds(
    lambda row_, summary: {**row_, "summary": summary}, valid_rows(), st.sampled_from([*SUMMARIES.values()])
)
rows_ = st.lists(st.one_of(counting, counting, any_rows()), max_size=5)
pages_ = st.lists(
    st.tuples(st.sampled_from((LISTING, FILTERED, None)), st.sampled_from((*TIMES, None)), rows_), max_size=4
)


# An example is a whole release, so a failing one is shown as it was found: making it smaller takes minutes.
@settings(max_examples=10, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(pages_)
def test_all_views_say_of_any_rows_what_python_computes(pages: list[Page]) -> None:
    with TemporaryDirectory() as folder:
        release = built(Path(folder), [*pages, (None, None, [OTHER])])
        expected_tables = tables(release)
        with connect(release) as connection:
            for view in EXPECTED:
                check(view, connection, expected_tables)


def test_no_rate_is_more_than_all(sample_release: Path, repository: Path) -> None:
    for release in (sample_release, repository):
        with connect(release) as connection:
            for view in ("agency_years", "recommendations_by_agency"):
                assert connection.execute(f"FROM {view} WHERE concurrence_rate > 1").fetchall() == []


def test_a_report_of_several_agencies_counts_under_each_and_one_of_none_under_none(sample_release: Path) -> None:
    with connect(sample_release) as connection:
        by_agency = dict(connection.execute("SELECT agency, reports FROM reports_by_agency").fetchall())
        totals = connection.execute("SELECT sum(len(agencies)), count(*) FROM reports").fetchall()
    assert (sum(by_agency.values()), by_agency["ICE"], by_agency["TSA"]) == (totals[0][0], 2, 2)


def test_what_happened_to_a_report_is_told_newest_first(sample_release: Path) -> None:
    with connect(sample_release) as connection:
        sql = "SELECT month(changed_at), change FROM changes WHERE report_number = ?"
        assert connection.execute(sql, ["OIG-21-03"]).fetchall() == [
            (3, "came back to its listing"), (2, "left its listing"), (1, "first seen"),
        ]  # fmt: skip
        assert connection.execute(sql, ["OIG-21-02"]).fetchall() == [
            (2, "document_url changed"), (2, "summary changed"), (1, "first seen"),
        ]  # fmt: skip


def test_numbers_that_differ_in_their_suffix_alone_are_one_number(sample_release: Path) -> None:
    with connect(sample_release) as connection:
        sql = "SELECT known, missing FROM series_years WHERE series = 'OIG' AND fiscal_year = 2021"
        known_count, missing = connection.execute(sql).fetchall()[0]
        gaps = connection.execute("SELECT sequence FROM number_gaps WHERE fiscal_year = 2021").fetchall()
    assert {(5,), (6,), (9,)} <= set(gaps)
    assert (7,) not in gaps
    assert len(gaps) == missing
    assert known_count + missing == 31
