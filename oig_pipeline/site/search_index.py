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
from oig_pipeline.site.lists import Listed
from oig_pipeline.site.render import plain
from oig_pipeline.site.report_pages import Told
from oig_pipeline.site.urls import names
from oig_pipeline.site.write import Writer

FOLDER = "search/index"
FIELDS = {"number": "report_number", "title": "title", "summary": "summary", "topics": "topics"}
"""Name of what is searched → column of reports."""
PART = 2
"""Characters of a word that name its part of the index."""
BATCH = 20_000
"""Reports whose words are told apart at a time."""
_LAST = "0123456789abcdefghijklmnopqrstuv"
_MORE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%()"


def write(told: list[Told], found: dict[str, list[Listed]], writer: Writer) -> None:
    """Write the index, unless it was made of the same reports before."""
    if writer.keep(FOLDER, *(report.digest for report in told)):
        return
    # The oldest first: a new report changes few places.
    rows = [report.row for report in reversed(told)]
    words = _words(rows)
    parts = _parts(words)
    lengths = _lengths(words, len(rows))
    for part, terms in parts:
        script = f"oigIndex.part({_js(part)},{_js(terms)});\n"
        writer.page(f"{FOLDER}/{_hex(part)}.js", script)
    content = {**_columns(rows, found), "lengths": lengths, "parts": [_hex(part) for part, _ in parts]}
    writer.page(f"{FOLDER}/reports.js", f"oigIndex.reports({_js(content)});\n")


def _columns(rows: list[dict[str, Any]], found: dict[str, list[Listed]]) -> dict[str, Any]:
    """Return what the search page shows of reports and filters them by, column by column."""
    known = {kind: [listed.name for listed in found[kind]] for kind in ("agencies", "topics")}
    place = {kind: {name: n for n, name in enumerate(own)} for kind, own in known.items()}
    kinds = sorted({row["kind"] for row in rows})
    return {
        "number": [row["report_number"] for row in rows],
        "year": [row["fiscal_year"] for row in rows],
        "title": [plain(row["title"]) for row in rows],
        "date": [row["issue_date"].isoformat() if row["issue_date"] else 0 for row in rows],
        "agencies": [[place["agencies"][code] for code in row["agencies"]] for row in rows],
        "topics": [[place["topics"][topic] for topic in names("topics", row)] for row in rows],
        "kind": [kinds.index(row["kind"]) for row in rows],
        "redacted": [n for n, row in enumerate(rows) if row["is_redacted"]],
        "disputed": [n for n, row in enumerate(rows) if row["recommendations_not_concurred"]],
        "names": {**known, "kinds": kinds},
    }


def _words(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Return the words of each report by field: `place`, `field`, `word`, and `times` it stands there."""
    found = []
    for start in range(0, len(rows), BATCH):
        texts = {
            "place": range(start, min(start + BATCH, len(rows))),
            **{name: [_text(row[column]) for row in rows[start : start + BATCH]] for name, column in FIELDS.items()},
        }
        frame = pl.DataFrame(texts, schema={"place": pl.UInt32, **dict.fromkeys(FIELDS, pl.String)})
        for number, name in enumerate(FIELDS):
            split = frame.select("place", titles.key(pl.col(name)).str.split(" ").alias("word")).explode("word")
            counted = split.filter(pl.col("word") != "").group_by("place", "word").len("times")
            found.append(counted.with_columns(pl.lit(number, dtype=pl.UInt8).alias("field")))
    return pl.concat(found)


def _text(value: Any) -> Any:
    return " ".join(value) if isinstance(value, list) else value


def _lengths(words: pl.DataFrame, count: int) -> list[list[int]]:
    """Return the number of words of each report, field by field: ranking weighs a word by the length of its text."""
    places = pl.DataFrame({"place": range(count)}, schema={"place": pl.UInt32})
    lengths = []
    for number in range(len(FIELDS)):
        own = words.filter(pl.col("field") == number).group_by("place").agg(pl.col("times").sum())
        lengths.append(places.join(own, on="place", how="left").sort("place")["times"].fill_null(0).to_list())
    return lengths


def _parts(words: pl.DataFrame) -> list[tuple[str, list[list[str]]]]:
    """Return part → its words, each with the places at which it stands, field by field."""
    places = words.select("word", "field", "place").sort("word", "field", "place")
    steps = places.with_columns(
        pl.col("place").cast(pl.Int64).diff().over("word", "field").fill_null(pl.col("place")).alias("step")
    )
    known = steps["step"].unique().sort()
    said = pl.Series([spell(step) for step in known], dtype=pl.String)
    spelled = pl.DataFrame({"step": known, "said": said})
    joined = (
        steps.join(spelled, on="step", how="left", maintain_order="left")
        .group_by("word", "field", maintain_order=True)
        .agg(pl.col("said").str.join(""))
    )
    by_word: dict[str, list[str]] = {}
    for word, field, said in joined.iter_rows():
        by_word.setdefault(word, [""] * len(FIELDS))[field] = said
    parts: dict[str, list[list[str]]] = {}
    for word in sorted(by_word):
        fields = by_word[word]
        while not fields[-1]:
            fields.pop()
        parts.setdefault(word[:PART], []).append([word, *fields])
    return sorted(parts.items())


def spell(number: int) -> str:
    """Return a number from 0 as the index writes it, e.g. 5 as "5", 32 as "A1", 33 as "B1"."""
    said = ""
    while number >= len(_LAST):
        number, digit = divmod(number, len(_LAST))
        said += _MORE[digit]
    return said + _LAST[number]


def _hex(part: str) -> str:
    """Return the name of a part's file: any characters, on any file system."""
    return "-".join(f"{ord(character):x}" for character in part)


def _js(value: Any) -> str:
    """Return a value as JavaScript that is harmless wherever it ends up."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
