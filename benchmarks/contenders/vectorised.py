"""The usual pipeline, vectorised: pandas' string and date methods, Pandera with checks on whole columns.

    python vectorised.py RAW OUT

RAW is an NDJSON file. The rules, and what is left out, are those of `usual.py`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa
import usual
from usual import EDGE_DAYS, FIELDS, LATEST, SITE, UNREADABLE

# The characters themselves, not escapes: those are left to Python's slower expressions.
WHITESPACE = "[ \t\n\r\u00a0]{2,}|[\t\n\r\u00a0]"
GAPS = "[\\s_\u2010-\u2015-]+"
PARTS = (
    r"^(?P<series>OIG|D[ADS]|GC-[A-Z]{2}|W)-(?P<first>[0-9]{2})-(?P<second>0[1-9]|[1-9][0-9]{1,5})"
    r"(?:-(?P<suffix>D|VR|SR|MA|IQO|UNSUM))?$"
)


def read(raw: Path) -> pd.DataFrame:
    """Return the rows of a file, with the place of each."""
    rows = pd.read_json(raw, lines=True, engine="pyarrow")[list(FIELDS)].astype("str").fillna("")
    return rows.assign(capture=raw.name, line=np.arange(1, len(rows) + 1))


def folded(text: pd.Series) -> pd.Series:
    return text.str.replace(WHITESPACE, " ", regex=True).str.strip()


def clean_title(text: pd.Series) -> pd.Series:
    bare = text.str.replace(r"^[> ]+", "", regex=True).str.replace(r"[ (*,]+$", "", regex=True)
    for pattern in (usual.LEAD.pattern, usual.MARK.pattern, r"[ (*,]+$"):
        bare = bare.str.replace(f"(?i){pattern}", "", regex=True)
    return bare.str.strip()


def readings(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the number and its reading: fiscal year 0 if it is not the stated one, -1 if nothing can be said."""
    spelled = frame["stated_number"].str.upper().str.replace(GAPS, "-", regex=True)
    parts = spelled.str.extract(PARTS)
    disaster = parts["series"].isin(["DA", "DD", "DS"])
    readable = parts["series"].notna() & (parts["suffix"].isna() | (parts["series"] == "OIG"))
    first = pd.to_numeric(parts["first"]).fillna(-1).astype("int64")
    second = pd.to_numeric(parts["second"]).fillna(-1).astype("int64")
    stated = pd.to_numeric(frame["stated_year"].where(frame["stated_year"].str.fullmatch("(19|20)[0-9]{2}"))).fillna(0)
    candidates = [
        (first >= 0) & (parts["series"] != "W") & (~disaster | (first >= 7)),
        disaster & parts["second"].isin(["04", "05", "06"]),
    ]
    candidates = [
        candidate & ((stated == 0) | (stated == 2000 + year))
        for candidate, year in zip(candidates, (first, second), strict=True)
    ]
    year = np.select([candidates[0] & ~candidates[1], candidates[1] & ~candidates[0]], [2000 + first, 2000 + second], 0)
    has_reading = readable & ((stated > 0) | (frame["stated_year"] == ""))
    return pd.DataFrame(
        {
            "report_number": spelled.where(readable | (spelled == ""), UNREADABLE),
            "fiscal_year": np.where(has_reading, year, -1),
            "series": parts["series"].fillna(""),
            "sequence": np.where(candidates[0], second, first),
            "suffix": parts["suffix"].fillna(""),
        }
    )


def normalized(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with typed values."""
    frame = rows[["capture", "line"]].copy()
    frame["title"] = clean_title(folded(rows["title"]))
    frame["summary"] = folded(rows["summary"])
    frame["stated_number"] = folded(rows["report_number"])
    frame["stated_year"] = folded(rows["fiscal_year"])
    frame = frame.assign(**readings(frame))
    date_texts = folded(rows["issue_date"])
    date = pd.to_datetime(date_texts, format="%m/%d/%Y", errors="coerce")
    date = date.fillna(pd.to_datetime(date_texts.str[:10], format="%Y-%m-%d", errors="coerce"))
    date = date.fillna(pd.to_datetime(date_texts, format="%m/%d/%y", errors="coerce"))
    frame["date_read"] = date.notna() | (date_texts == "")
    frame["issue_date"] = date.dt.strftime("%Y-%m-%d").fillna("")
    # Days since 1970-01-01 of the first day of a fiscal year.
    starts = (frame["fiscal_year"].clip(1971, 2100) - 1).map(
        {y: np.datetime64(f"{y}-10-01") for y in range(1970, 2100)}
    )
    ends = frame["fiscal_year"].clip(1971, 2100).map({y: np.datetime64(f"{y}-09-30") for y in range(1970, 2101)})
    outside = np.maximum((starts - date).dt.days, (date - ends).dt.days)
    frame["days_outside"] = outside.where(frame["fiscal_year"].between(1, LATEST)).fillna(0)
    link = folded(rows["document_url"])
    frame["document_url"] = link.where(~link.str.startswith("/"), SITE + link)
    cells = pd.Series(rows["agency"].unique(), dtype="str")
    frame["agencies"] = rows["agency"].map(dict(zip(cells, cells.map(usual.agency_codes), strict=True)))
    return frame


def check(name: str, holds) -> pa.Check:
    return pa.Check(holds, name=name, error=name)


SCHEMA = pa.DataFrameSchema(
    {
        "stated_number": pa.Column(checks=check("number_missing", lambda s: s != "")),
        "report_number": pa.Column(checks=check("number_malformed", lambda s: s != UNREADABLE)),
        "stated_year": pa.Column(
            checks=check("fiscal_year_malformed", lambda s: (s == "") | s.str.fullmatch("(19|20)[0-9]{2}"))
        ),
        "fiscal_year": pa.Column(
            checks=[check("fiscal_year_mismatch", lambda s: s != 0), check("fiscal_year_future", lambda s: s <= LATEST)]
        ),
        "agencies": pa.Column(checks=check("agency_unknown", lambda s: s != UNREADABLE)),
        "title": pa.Column(checks=check("title_empty", lambda s: s != "")),
        "date_read": pa.Column(checks=check("date_unreadable", lambda s: s)),
        "days_outside": pa.Column(checks=check("date_outside", lambda s: s <= EDGE_DAYS)),
    }
)


if __name__ == "__main__":
    usual.run(normalized(read(Path(sys.argv[1]))), SCHEMA, Path(sys.argv[2]))
