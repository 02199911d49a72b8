"""The search index, in parts that a browser loads when a query needs them.

Belongs here: which words stand in which report, written compactly for `assets/search.js`. Does not: searching and
ranking, which MiniSearch does in the browser.

The index is split by the first two characters of words. A part is a script, not JSON, for a page that was opened from
a folder may load scripts only. Places in the list of reports are written as differences in base 32, low digits first,
the digits but the last of each number in capital letters.
"""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from oig_pipeline.domain import titles
from oig_pipeline.offices import OFFICES
from oig_pipeline.release.files import NO_YEAR
from oig_pipeline.site import urls
from oig_pipeline.site.lists import ReportList
from oig_pipeline.site.render import plain
from oig_pipeline.site.report_pages import ReportPage
from oig_pipeline.site.write import SiteWriter

FOLDER = "search/index"
FIELDS = {"number": "report_number", "title": "title", "summary": "summary", "topics": "topics"}
"""Name of what is searched → column of reports."""
PREFIX_LENGTH = 2
"""Leading characters of a word that determine its part of the index."""
BATCH = 20_000
"""Reports whose words are told apart at a time."""
_LAST = "0123456789abcdefghijklmnopqrstuv"
_MORE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%()"


def write(reports: list[ReportPage], report_lists: dict[str, list[ReportList]], writer: SiteWriter) -> None:
    """Write the index, unless the last build wrote it from the same reports."""
    if writer.reuse(FOLDER, *(report.digest for report in reports)):
        return
    # Oldest first, so that a new report changes few positions.
    rows = [report.row for report in reversed(reports)]
    words = _words(rows)
    parts = _parts(words)
    lengths = _lengths(words, len(rows))
    writer.plan(f"{FOLDER}/{_hex(prefix)}.js" for prefix, _ in parts)
    for prefix, terms in parts:
        script = f"oigIndex.part({_js(prefix)},{_js(terms)});\n"
        writer.page(f"{FOLDER}/{_hex(prefix)}.js", script)
    content = {**_columns(rows, report_lists), "lengths": lengths, "parts": [_hex(prefix) for prefix, _ in parts]}
    writer.page(f"{FOLDER}/reports.js", f"oigIndex.reports({_js(content)});\n")


def _columns(rows: list[dict[str, Any]], report_lists: dict[str, list[ReportList]]) -> dict[str, Any]:
    """Return the columns by which the search page shows and filters reports."""
    list_names = {kind: [report_list.name for report_list in report_lists[kind]] for kind in ("agencies", "topics")}
    place = {kind: {name: n for n, name in enumerate(kind_names)} for kind, kind_names in list_names.items()}
    kinds = sorted({row["kind"] for row in rows})
    others = {n: row for n, row in enumerate(rows) if row["office"] != OFFICES.default}
    return {
        "number": [row["report_number"] for row in rows],
        "office": {n: row["office"] for n, row in others.items()},
        "folder": {n: urls.name_of_report(row) for n, row in others.items()},
        "year": [row["fiscal_year"] or NO_YEAR for row in rows],
        "title": [plain(row["title"]) for row in rows],
        "date": [row["issue_date"].isoformat() if row["issue_date"] else 0 for row in rows],
        "agencies": [[place["agencies"][code] for code in row["agencies"]] for row in rows],
        "topics": [[place["topics"][topic] for topic in urls.names("topics", row)] for row in rows],
        "kind": [kinds.index(row["kind"]) for row in rows],
        "redacted": [n for n, row in enumerate(rows) if row["is_redacted"]],
        "disputed": [n for n, row in enumerate(rows) if row["recommendations_not_concurred"]],
        "names": {**list_names, "kinds": kinds, "default_office": OFFICES.default},
    }


def _words(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Return the words of each report by field: `place`, `field`, `word`, and the count `times`."""
    frames = []
    for start in range(0, len(rows), BATCH):
        texts = {
            "place": range(start, min(start + BATCH, len(rows))),
            **{name: [_text(row[column]) for row in rows[start : start + BATCH]] for name, column in FIELDS.items()},
        }
        frame = pl.DataFrame(texts, schema={"place": pl.UInt32, **dict.fromkeys(FIELDS, pl.String)})
        for number, name in enumerate(FIELDS):
            split = frame.select("place", titles.key(pl.col(name)).str.split(" ").alias("word")).explode("word")
            counts = split.filter(pl.col("word") != "").group_by("place", "word").len("times")
            frames.append(counts.with_columns(pl.lit(number, dtype=pl.UInt8).alias("field")))
    return pl.concat(frames)


def _text(value: Any) -> Any:
    return " ".join(value) if isinstance(value, list) else value


def _lengths(words: pl.DataFrame, count: int) -> list[list[int]]:
    """Return the number of words of each report by field; ranking uses it to normalize by text length."""
    places = pl.DataFrame({"place": range(count)}, schema={"place": pl.UInt32})
    lengths = []
    for number in range(len(FIELDS)):
        counts = words.filter(pl.col("field") == number).group_by("place").agg(pl.col("times").sum())
        lengths.append(places.join(counts, on="place", how="left").sort("place")["times"].fill_null(0).to_list())
    return lengths


def _parts(words: pl.DataFrame) -> list[tuple[str, list[list[str]]]]:
    """Return each part's prefix with its words, each with the encoded positions of its reports by field."""
    places = words.select("word", "field", "place").sort("word", "field", "place")
    steps = places.with_columns(
        pl.col("place").cast(pl.Int64).diff().over("word", "field").fill_null(pl.col("place")).alias("step")
    )
    unique_steps = steps["step"].unique().sort()
    spellings = pl.Series([spell(step) for step in unique_steps], dtype=pl.String)
    spelling_table = pl.DataFrame({"step": unique_steps, "said": spellings})
    joined = (
        steps.join(spelling_table, on="step", how="left", maintain_order="left")
        .group_by("word", "field", maintain_order=True)
        .agg(pl.col("said").str.join(""))
    )
    by_word: dict[str, list[str]] = {}
    for word, field, spelling in joined.iter_rows():
        by_word.setdefault(word, [""] * len(FIELDS))[field] = spelling
    parts: dict[str, list[list[str]]] = {}
    for word in sorted(by_word):
        fields = by_word[word]
        while not fields[-1]:
            fields.pop()
        parts.setdefault(word[:PREFIX_LENGTH], []).append([word, *fields])
    return sorted(parts.items())


def spell(number: int) -> str:
    """Return a non-negative number as the index encodes it, e.g. 5 as "5", 32 as "A1", 33 as "B1"."""
    digits = ""
    while number >= len(_LAST):
        number, digit = divmod(number, len(_LAST))
        digits += _MORE[digit]
    return digits + _LAST[number]


def _hex(prefix: str) -> str:
    """Return the file name of a part, which is valid for any characters on any file system."""
    return "-".join(f"{ord(character):x}" for character in prefix)


def _js(value: Any) -> str:
    """Return a value as JavaScript that is harmless wherever it ends up."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
