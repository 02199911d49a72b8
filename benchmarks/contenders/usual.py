"""The usual pipeline: a row at a time in Python, pandas at the end.

    python usual.py RAW OUT

RAW is an NDJSON file. Each row is cleaned, judged and filed under its report by functions of one row; pandas makes the
tables. Loops over rows stand in place of `DataFrame.apply` and element-wise checks. Rules of the field are asked of
`field.py`; titles and summaries, which it reads by columns, all at once.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import field
import pandas as pd
import pyarrow as pa
import tables
from field import EDGE_DAYS, LATEST, MAX_SEQUENCE, SITE
from rapidfuzz import fuzz
from rules import BITS, ERRORS, RULES, WHEN_ALL, names

Row = dict[str, Any]
Key = tuple[str, int]
YEAR = re.compile(r"(?:19|20)\d\d")
SIGNS = re.compile("[>()*,:\u2013\u2014-]")
ODD = re.compile(r"[^a-z0-9 ]|  ")
FIELDS = ("report_number", "title", "summary", "issue_date", "document_url", "agency", "fiscal_year")
names = cache(names)


def read(raw: Path) -> list[Row]:
    """Return the rows of a file."""
    with raw.open(encoding="utf-8") as lines:
        return [json.loads(words) for words in lines]


def folded(text: str) -> str:
    return " ".join(text.split())


@cache
def day_of(text: str) -> dt.date | None:
    for pattern, length in (("%m/%d/%Y", None), ("%Y-%m-%d", 10), ("%m/%d/%y", None)):
        try:
            return dt.datetime.strptime(text[:length], pattern).date()
        except ValueError:
            continue
    return None


@cache
def agencies_of(cell: str) -> list[str | None] | None:
    """Return the agencies that a cell states, None among them for an unknown one."""
    return field.stated_lists(pa.array([cell])).to_pylist()[0]


@cache
def number_of(text: str) -> str | None:
    try:
        return field.canonical(text) if text else None
    except field.NumberError:
        return None


def days_outside(day: dt.date | None, year: int | None) -> int:
    if day is None or year is None or year > LATEST:
        return 0
    return max((dt.date(year - 1, 10, 1) - day).days, (day - dt.date(year, 9, 30)).days, 0)


def spelled(title: str) -> str:
    """Return what spellings of one title share."""
    text = title.lower()
    if not ODD.search(text):
        return text
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", re.sub("['\u2019\u2018`]", "", bare)).strip()


def normalized(row: Row, line: int) -> Row:
    """Return what a row says, and what its number, year and date mean."""
    stated_number, stated_year = folded(row["report_number"]), folded(row["fiscal_year"])
    number = number_of(stated_number)
    year_broken = bool(stated_year) and not YEAR.fullmatch(stated_year)
    year = int(stated_year) if stated_year and not year_broken else None
    readings = field.number_readings(number) if number else ()
    fitting = [reading for reading in readings if year in (None, reading.fiscal_year)]
    decided = fitting[0] if len(fitting) == 1 and not year_broken else None
    date, link = folded(row["issue_date"]), folded(row["document_url"])
    day = day_of(date) if date else None
    fiscal_year = decided.fiscal_year if decided else None
    return {
        "line": line, "listed": row, "number": number, "stated_number": stated_number, "stated_year": stated_year,
        "year": fiscal_year, "year_broken": year_broken, "years": readings,
        "series": decided.series if decided else None, "sequence": decided.sequence if decided else None,
        "suffix": (decided.suffix or None) if decided else None, "date": date, "day": day,
        "days": days_outside(day, fiscal_year), "stated_title": folded(row["title"]),
        "summary": folded(row["summary"]) or None,
        "document_url": (SITE + link if link.startswith("/") else link) or None,
        "agency": folded(row["agency"]), "named": agencies_of(row["agency"]),
    }  # fmt: skip


def entitle(rows: list[Row]) -> None:
    """Give rows their title, what its marks say, and the agencies that it names where the row states none."""
    for row in rows:
        title = row["stated_title"]
        kind = field.SUFFIX_KINDS.get(row["suffix"], "report")
        row |= {"bare": title, "title": title or None, "is_redacted": False, "is_revised": False}
        row |= {"classification": None, "kind": kind}
    signed = [row for row in rows if SIGNS.search(row["stated_title"])]
    marks = field.title_marks(pa.array([row["stated_title"] for row in signed], pa.string())).to_pylist()
    for row, mark in zip(signed, marks, strict=True):
        row |= {**mark, "kind": row["kind"] if mark["kind"] == "report" else mark["kind"]}
    unnamed = [row for row in rows if row["named"] is None]
    inferred = field.inferred_lists(pa.array([row["stated_title"] for row in unnamed], pa.string())).to_pylist()
    for row, codes in zip(unnamed, inferred, strict=True):
        row |= {"agencies": codes, "source": "inferred" if codes else None}
    for row in rows:
        if row["named"] is not None:
            is_known = None not in row["named"]
            row |= {"agencies": sorted(set(row["named"])) if is_known else [], "source": "stated" if is_known else None}


def judged(row: Row) -> int:
    """Return the set of rules that a row breaks."""
    is_unknown = row["named"] is not None and None in row["named"]
    broken = {
        "agency_inferred": row["source"] == "inferred",
        "agency_missing": row["source"] is None and not is_unknown,
        "agency_unknown": is_unknown,
        "date_edge": 0 < row["days"] <= EDGE_DAYS,
        "date_missing": not row["date"],
        "date_outside": row["days"] > EDGE_DAYS,
        "date_unreadable": row["date"] and row["day"] is None,
        "document_missing": row["document_url"] is None,
        "fiscal_year_future": row["year"] is not None and row["year"] > LATEST,
        "fiscal_year_malformed": row["year_broken"],
        "fiscal_year_mismatch": row["number"] and not row["year_broken"] and row["year"] is None,
        "fiscal_year_missing": not row["stated_year"] and row["year"] is not None,
        "number_malformed": row["stated_number"] and row["number"] is None,
        "number_missing": not row["stated_number"],
        "number_repaired": row["number"] and row["number"] != row["stated_number"],
        "sequence_large": row["sequence"] is not None and row["sequence"] > MAX_SEQUENCE,
        "summary_missing": row["summary"] is None,
        "title_empty": row["title"] is None,
        "title_repaired": row["bare"] != row["stated_title"],
    }
    return sum(BITS[code] for code, is_broken in broken.items() if is_broken)


def compared(reports: dict[Key, list[Row]]) -> None:
    """Judge accepted rows beside one another: titles in conflict, and what several reports share."""
    by_title, by_link = defaultdict(set), defaultdict(set)
    for (number, year), rows in reports.items():
        for row in rows:
            row["spelled"] = spelled(row["title"])
        if len({row["spelled"] for row in rows}) > 1:
            for row in rows:
                rivals = [other["title"] for other in rows if unrelated(row, other)]
                if rivals:
                    row["rival_title"] = min(rivals)
                    row["mask"] |= BITS["conflict"]
        for row in rows:
            if not row["mask"] & ERRORS:
                by_title[year, row["spelled"]].add(number)
                if row["document_url"]:
                    by_link[year, row["document_url"]].add(number)
    for (number, year), rows in reports.items():
        for row in rows:
            if row["mask"] & ERRORS:
                continue
            for shared, name, code in (
                (by_title[year, row["spelled"]], "other_number", "title_shared"),
                (by_link.get((year, row["document_url"]), ()), "document_of", "document_shared"),
            ):
                if len(shared) > 1:
                    first, second, *_ = sorted(shared)
                    row[name] = second if number == first else first
                    row["mask"] |= BITS[code]


def unrelated(row: Row, other: Row) -> bool:
    short, long = sorted((row["spelled"], other["spelled"]), key=len)
    same_link = row["document_url"] is not None and row["document_url"] == other["document_url"]
    opens = long.startswith(short) and len(short) >= 20
    return short != long and not same_link and not opens and fuzz.token_set_ratio(short, long) < 75


def best(rows: list[Row], name: str) -> Row | None:
    """Return the row from which a report takes a field."""
    having = rows if len(rows) == 1 else [row for row in rows if row[name] is not None]
    if len(having) < 2:
        return having[0] if having and having[0][name] is not None else None
    if name in ("title", "summary"):
        return min(having, key=lambda row: (-len(row[name]), row[name], str(row["line"])))
    return min(having, key=lambda row: (name == "kind" and row[name] == "report", row[name], str(row["line"])))


def merged(key: Key, rows: list[Row]) -> tuple[Row, Row]:
    """Return a report, and the lines from which its fields come."""
    first = rows[0]
    sources = {name: best(rows, name) for name in ("title", "summary", "day", "document_url", "kind", "classification")}
    value = {name: row and row[name] for name, row in sources.items()}
    source = max((row["source"] for row in rows if row["source"]), default=None)  # stated is behind inferred
    in_all = in_any = first["mask"]
    for row in rows[1:]:
        in_all, in_any = in_all & row["mask"], in_any | row["mask"]
    report = {
        "report_number": key[0], "fiscal_year": key[1], "series": first["series"], "sequence": first["sequence"],
        "suffix": first["suffix"], **value, "issue_date": value["day"],
        "document_urls": sorted({row["document_url"] for row in rows if row["document_url"]}),
        "agencies": sorted({code for row in rows if row["source"] == source for code in row["agencies"]}),
        "agency_source": source, "topics": [], "components": [],
        "is_redacted": any(row["is_redacted"] for row in rows), "is_revised": any(row["is_revised"] for row in rows),
        "quality_flags": names(in_any & ~WHEN_ALL | in_all & WHEN_ALL), "sighting_count": len(rows),
    }  # fmt: skip
    lines = {"issue_date" if name == "day" else name: row and row["line"] for name, row in sources.items()}
    return report, {"report_number": key[0], "fiscal_year": key[1], **lines}


def count(reports: Iterable[Row]) -> None:
    """Give reports what their summaries say of recommendations."""
    reports = list(reports)
    summaries = pa.array([report["summary"] for report in reports], pa.string())
    for report, answers in zip(reports, field.summary_answers(summaries).to_pylist(), strict=True):
        report |= answers


def violations(row: Row, key: str, name: str) -> list[tuple]:
    """Return the violations of a row."""
    tuples = []
    for code in names(row["mask"]):
        severity, column, template = RULES[code]
        listed_name = {"listed_number": "report_number"}.get(column, column[7:])
        words = (
            template.format_map({**row, "listed_title": row["listed"]["title"]} | words_of(row))
            if "{" in template
            else template
        )
        tuples.append(
            (
                f"{key}-{row['line']}",
                name,
                row["line"],
                code,
                severity,
                column,
                row["listed"][listed_name],
                words,
                False,
            )
        )
    return tuples


def words_of(row: Row) -> Row:
    """Return the words of messages that are put together."""
    return {"agencies": ", ".join(row["agencies"]), "years": " or ".join(str(r.fiscal_year) for r in row["years"])}


def write(frame: pd.DataFrame, table: str, out: Path) -> None:
    """Write a table."""
    columns = {
        name: pa.array(frame[name], dtype, from_pandas=True)
        for name, dtype in tables.TABLES[table].items()
        if name in frame
    }
    tables.write(columns, table, out)


def run(raw: Path, out: Path) -> None:
    """Write the four tables."""
    out.mkdir(parents=True, exist_ok=True)
    sha256, key = field.capture_key(raw)
    rows = [normalized(row, line) for line, row in enumerate(read(raw), start=1)]
    entitle(rows)
    reports = defaultdict(list)
    for row in rows:
        row["mask"] = judged(row)
        if not row["mask"] & ERRORS:
            reports[row["number"], row["year"]].append(row)
    compared(reports)
    broken = [violation for row in rows if row["mask"] for violation in violations(row, key, raw.name)]
    write(pd.DataFrame(broken, columns=[n for n in tables.VIOLATIONS if n != "office"]), "violations", out)
    del broken
    write(sightings(rows, key, sha256, raw.name), "sightings", out)
    accepted = {k: [row for row in group if not row["mask"] & ERRORS] for k, group in reports.items()}
    ordered = sorted(((k, group) for k, group in accepted.items() if group), key=lambda item: order(item[1][0]))
    pairs = [merged(k, group) for k, group in ordered]
    count(report for report, _ in pairs)
    write(pd.DataFrame([report for report, _ in pairs], dtype=object), "reports", out)
    provenance = pd.DataFrame([lines for _, lines in pairs], dtype=object)
    for name in tables.FIELDS:
        provenance[name] = [f"{key}-{line}" if line else None for line in provenance[name]]
    write(provenance, "provenance", out)


def order(row: Row) -> tuple:
    """Return by what reports are in order."""
    return row["year"], row["series"], row["sequence"], row["suffix"] is None, row["suffix"] or "", row["number"]


def sightings(rows: list[Row], key: str, sha256: str, name: str) -> pd.DataFrame:
    """Return the table."""
    columns: dict[str, Any] = {
        "sighting_id": [f"{key}-{row['line']}" for row in rows], "line": [row["line"] for row in rows],
        **{f"listed_{n}": [r["listed"][f] for r in rows] for n, f in zip(tables.LISTED_FIELDS, FIELDS, strict=True)},
        "report_number": [row["number"] for row in rows],
        "fiscal_year": pd.array([row["year"] for row in rows], "Int32"),
        "outcome": ["quarantined" if row["mask"] & ERRORS else "published" for row in rows],
        "rules": [names(row["mask"]) for row in rows],
    }  # fmt: skip
    frame = pd.DataFrame(columns)
    return frame.assign(ordinal=frame["line"], capture_sha256=sha256, capture_path=name, layout="exchange")


if __name__ == "__main__":
    run(*map(Path, sys.argv[1:]))
