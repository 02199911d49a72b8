"""The usual pipeline: a row at a time in Python, pandas, Pandera with element-wise checks, `to_parquet`.

    python usual.py RAW OUT

RAW is an NDJSON file, or a folder of the site's HTML pages. What `oig build` does beside this, and this leaves out,
counts for this pipeline: other layouts, corrections, agencies from titles, aliases of agencies, kinds and marks as
columns, recommendations, provenance, history, warnings, messages, the table of sightings, catalog, manifest. Only such
dates and marks are known as the corpora hold, and titles of one report are compared in pairs.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
import sys
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
from rapidfuzz import fuzz

SITE = "https://www.oig.dhs.gov"
FIELDS = ("report_number", "title", "summary", "issue_date", "document_url", "agency", "fiscal_year")
LATEST = 2027
EDGE_DAYS = 45
UNREADABLE = "?"
AGENCIES = {
    "CBP", "FEMA", "ICE", "MGMT", "TSA", "USCIS", "USCG", "USSS", "Others", "CISA", "NPPD", "DHS", "S&T", "I&A", "FPS",
    "FLETC", "CWMD", "DNDO", "OHA", "OIG", "PRIV",
}  # fmt: skip
SEQUENCE = r"(0[1-9]|[1-9]\d{1,5})"
NUMBER = re.compile(
    rf"(OIG)-(\d\d)-{SEQUENCE}(?:-(D|VR|SR|MA|IQO|UNSUM))?|(D[ADS])-(\d\d)-{SEQUENCE}|(GC-[A-Z]{{2}})-(\d\d)-{SEQUENCE}|(W)-(\d\d)-{SEQUENCE}"
)
LEADS = r"revised report|capping report|special report|verification review|management (?:alert|advisory)"
MARKS = r"redacted|revised|unclassified summary|ssi|sensitive security information|les|law enforcement sensitive"
DASH = "[-:\u2013]"
LEAD = re.compile(rf"^(?:\(U\) ?|(?:{LEADS}) ?{DASH} ?)+", re.I)
MARK = re.compile(rf" ?(?:{DASH} ?)?\( ?(?:{MARKS}) ?\)", re.I)
KEY = ["report_number", "fiscal_year"]
ORDER = ["fiscal_year", "series", "sequence", "suffix", "report_number"]


def read(raw: Path) -> pd.DataFrame:
    """Return the rows of a file or of the pages in a folder, with the place of each."""
    if raw.is_dir():
        import soup

        return pd.DataFrame(soup.rows(raw))
    with raw.open(encoding="utf-8") as lines:
        rows = [{**json.loads(words), "line": line} for line, words in enumerate(lines, start=1)]
    return pd.DataFrame(rows).assign(capture=raw.name)


def folded(text: str | None) -> str:
    return re.sub(r"\s+", " ", text).strip() if text else ""


def clean_title(text: str) -> str:
    bare = re.sub(r"[ (*,]+$", "", re.sub(r"^[> ]+", "", text))
    return re.sub(r"[ (*,]+$", "", MARK.sub("", LEAD.sub("", bare))).strip()


def canonical(text: str) -> str:
    number = re.sub(r"[\s_\-\u2010-\u2015]+", "-", text.upper())
    return number if NUMBER.fullmatch(number) else UNREADABLE if number else ""


def reading(number: str, year: str) -> tuple[int, str, int, str]:
    """Return fiscal year (0 if it is not the stated one, -1 if nothing can be said), series, sequence, suffix."""
    match = NUMBER.fullmatch(number)
    if not match or (year and not re.fullmatch(r"(?:19|20)\d\d", year)):
        return -1, "", 0, ""
    series, first, second, *suffix = [group for group in match.groups() if group]
    pairs = [(first, second)] if series != "W" else []
    if series in ("DA", "DD", "DS"):
        pairs = [(first, second)] if int(first) >= 7 else []
        pairs += [(second, first)] if second in ("04", "05", "06") else []
    readings = [(2000 + int(y), int(s)) for y, s in pairs if not year or 2000 + int(y) == int(year)]
    decided = readings[0] if len(readings) == 1 else (0, 0)
    return decided[0], series, decided[1], "".join(suffix)


def iso_date(text: str) -> str:
    for pattern, length in (("%m/%d/%Y", 10), ("%Y-%m-%d", 10), ("%m/%d/%y", 8)):
        try:
            return dt.datetime.strptime(text[:length] if "T" in text else text, pattern).date().isoformat()
        except ValueError:
            continue
    return UNREADABLE if text else ""


def days_outside(date: str, year: int) -> int:
    if date in ("", UNREADABLE) or not 0 < year <= LATEST:
        return 0
    day = dt.date.fromisoformat(date)
    return max((dt.date(year - 1, 10, 1) - day).days, (day - dt.date(year, 9, 30)).days, 0)


def agency_codes(text: str | None) -> str:
    names = [name for piece in re.split(r"[,;|/]", text or "") if (name := folded(piece))]
    return ", ".join(sorted(set(names))) if AGENCIES.issuperset(names) else UNREADABLE


def address(text: str) -> str:
    return SITE + text if text.startswith("/") else text


def normalized(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with typed values."""
    columns = {name: rows[name].map(folded) for name in FIELDS if name in rows}
    frame = rows[["capture", "line"]].copy()
    frame["title"] = columns["title"].map(clean_title)
    frame["summary"] = columns["summary"]
    frame["report_number"] = columns["report_number"].map(canonical)
    frame["stated_year"] = columns["fiscal_year"]
    readings = [reading(n, y) for n, y in zip(frame["report_number"], frame["stated_year"], strict=True)]
    frame[ORDER[:-1]] = pd.DataFrame(readings, index=frame.index)
    frame["issue_date"] = columns["issue_date"].map(iso_date)
    frame["days_outside"] = [days_outside(d, y) for d, y in zip(frame["issue_date"], frame["fiscal_year"], strict=True)]
    frame["document_url"] = columns["document_url"].map(address)
    frame["agencies"] = rows["agency"].map(agency_codes) if "agency" in rows else ""
    return frame


def check(name: str, holds) -> pa.Check:
    return pa.Check(holds, element_wise=True, name=name, error=name)


SCHEMA = pa.DataFrameSchema(
    {
        "report_number": pa.Column(
            checks=[
                check("number_missing", lambda v: v != ""),
                check("number_malformed", lambda v: v != UNREADABLE),
            ]
        ),
        "stated_year": pa.Column(
            checks=check("fiscal_year_malformed", lambda v: not v or bool(re.fullmatch(r"(?:19|20)\d\d", v)))
        ),
        "fiscal_year": pa.Column(
            checks=[check("fiscal_year_mismatch", lambda v: v != 0), check("fiscal_year_future", lambda v: v <= LATEST)]
        ),
        "agencies": pa.Column(checks=check("agency_unknown", lambda v: v != UNREADABLE)),
        "title": pa.Column(checks=check("title_empty", lambda v: v != "")),
        "issue_date": pa.Column(checks=check("date_unreadable", lambda v: v != UNREADABLE)),
        "days_outside": pa.Column(checks=check("date_outside", lambda v: v <= EDGE_DAYS)),
    }
)


def broken(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> pd.Series:
    """Return the rules that rows break, by index."""
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        return cases.groupby(cases["index"].astype("int64"))["check"].agg(lambda rules: ", ".join(sorted(rules)))
    return pd.Series(dtype=str)


def conflicts(accepted: pd.DataFrame) -> pd.Series:
    """Return the index of the rows whose report has two unrelated titles, with the rule."""
    spelled = accepted["title"].str.lower().str.replace(r"[^\w]+", " ", regex=True).str.strip()
    keyed = accepted[[*KEY, "document_url"]].assign(spelled=spelled)
    several = keyed[keyed.groupby(KEY)["spelled"].transform("nunique") > 1]
    bad = []
    for _, rows in several.groupby(KEY):
        pairs = itertools.combinations(rows.drop_duplicates("spelled").itertuples(), 2)
        if any(unrelated(first, second) for first, second in pairs):
            bad += list(rows.index)
    return pd.Series("conflict", index=bad, dtype=str)


def unrelated(first, second) -> bool:
    short, long = sorted((first.spelled, second.spelled), key=len)
    same_link = first.document_url and first.document_url == second.document_url
    opens = long.startswith(short) and len(short) >= 20
    return not same_link and not opens and fuzz.token_set_ratio(first.spelled, second.spelled) < 75


def merged(accepted: pd.DataFrame) -> pd.DataFrame:
    """Return one row a report: the longest texts, the earliest date, the smallest address, all agencies."""
    frame = accepted.assign(
        **{name: accepted[name].replace("", None) for name in ("summary", "issue_date", "document_url")}
    )
    groups = frame.groupby(KEY, sort=False)
    reports = groups[["series", "sequence", "suffix", "issue_date", "document_url"]].agg(
        {"series": "first", "sequence": "first", "suffix": "first", "issue_date": "min", "document_url": "min"}
    )
    for name in ("title", "summary"):
        ordered = frame.assign(length=frame[name].str.len()).sort_values(["length", name], ascending=[False, True])
        reports[name] = ordered.groupby(KEY, sort=False)[name].first()
    agency_rows = frame[[*KEY, "agencies"]].assign(agencies=frame["agencies"].str.split(", ")).explode("agencies")
    agency_rows = agency_rows[agency_rows["agencies"] != ""].drop_duplicates().sort_values("agencies")
    reports["agencies"] = agency_rows.groupby(KEY, sort=False)["agencies"].agg(", ".join)
    reports["agencies"] = reports["agencies"].fillna("")
    reports["sighting_count"] = groups.size()
    reports["issue_date"] = pd.to_datetime(reports["issue_date"]).dt.date
    ordered = reports.reset_index().assign(last=reports["suffix"].eq("").to_numpy())
    ordered = ordered.sort_values(["fiscal_year", "series", "sequence", "last", "suffix", "report_number"])
    return ordered[[*KEY, "title", "summary", "issue_date", "document_url", "agencies", "sighting_count"]]


def write(frame: pd.DataFrame, file: Path) -> None:
    frame.to_parquet(file, compression="zstd", compression_level=3, row_group_size=16_384, index=False)


def run(frame: pd.DataFrame, schema: pa.DataFrameSchema, out: Path) -> None:
    """Validate, part, merge and write normalized rows."""
    rules = broken(schema, frame)
    conflict_rules = conflicts(frame.drop(index=rules.index))
    rules = pd.concat([rules, conflict_rules]).sort_index()
    out.mkdir(parents=True, exist_ok=True)
    write(frame.loc[rules.index, ["capture", "line"]].assign(rules=rules), out / "quarantine.parquet")
    write(merged(frame.drop(index=rules.index)), out / "reports.parquet")


if __name__ == "__main__":
    run(normalized(read(Path(sys.argv[1]))), SCHEMA, Path(sys.argv[2]))
