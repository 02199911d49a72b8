"""Damaged captures: no reader fails, every row is accounted for, and what changes in one row changes no other."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from oig_pipeline.capture.captures import take
from oig_pipeline.capture.rows import COLUMNS
from oig_pipeline.contract.names import LINE_COLUMNS
from oig_pipeline.run.read_capture import read
from tests import fuzz
from tests.conftest import DATA, PROJECT, TORTURE
from tests.replica import pages
from tests.replica.facts import AUDITS, Report

Rows = list[dict[str, object]]


@pytest.mark.torture
def test_no_damaged_capture_stops_a_check_or_loses_a_row(tmp_path: Path) -> None:
    stream = fuzz.mutants(random.Random(7), fuzz.seeds())
    for number in range(40 if TORTURE else 1):
        (tmp_path / str(number)).mkdir()
        assert (
            fuzz.check(tmp_path / str(number), [next(stream) for _ in range(fuzz.AT_ONCE if TORTURE else 100)])["rows"]
            > 0
        )


def read_rows(raw: Path, name: str, content: bytes) -> Rows:
    """Return what is read of each row of a capture, without the lines on which it stands."""
    (raw / name).write_bytes(content)
    (capture,) = (c for c in take(raw) if c.path == name)
    return read(capture).rows.select(set(COLUMNS) - {"line", *LINE_COLUMNS.values()}).to_dicts()


# The same rows in every layout.


def as_csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(ROWS[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def as_ndjson(rows: Sequence[Mapping[str, str]]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def as_html_table(rows: Sequence[Mapping[str, str]]) -> bytes:
    reports = [
        Report(row["report_number"], row["title"], row["fiscal_year"], None, None, summary=row["summary"])
        for row in rows
    ]
    return pages.listing(AUDITS, reports, 0).encode()


def as_text_table(rows: Sequence[Mapping[str, str]]) -> bytes:
    head = "Audits, Inspections, and Evaluations\n\nReport Number Title Issue Date Fiscal Year Sort ascending\n"
    return (head + "".join(f"{r['report_number']} {r['title']} {r['fiscal_year']}\n" for r in rows)).encode()


def as_summarized_text_table(rows: Sequence[Mapping[str, str]]) -> bytes:
    head = "Audits, Inspections, and Evaluations\n\nReport Number Title Issue Date Fiscal Year Sort ascending\n"
    entries = [f"{r['report_number']} {r['summary']}\n\n>{r['title']}\n{r['fiscal_year']}\n" for r in rows]
    return (head + "".join(entries)).encode()


def as_cards(rows: Sequence[Mapping[str, str]]) -> bytes:
    card = (
        "  \u2022 {title}\n\n    Executive Summary\n\n    {summary}\n\n    Report Number\n    {report_number}\n"
        "    Issue Date\n    Document File\n    DHS Agency\n    Fiscal Year\n    {fiscal_year}\n\n"
    )
    return ("Border Security\n\n" + "".join(card.format(**row) for row in rows)).encode()


def as_html_cards(rows: Sequence[Mapping[str, str]]) -> bytes:
    card = '<div class="views-row"><h3>{title}</h3>{fields}</div>\n'
    field = '<div class="field"><div class="field__label">{0}</div><div class="field__item">{1}</div></div>'
    labels = {"Executive Summary": "summary", "Report Number": "report_number", "Fiscal Year": "fiscal_year"}
    cards = [
        card.format(title=row["title"], fields="".join(field.format(k, row[v]) for k, v in labels.items()))
        for row in rows
    ]
    return pages.document("Border Security", f'<div class="view">{"".join(cards)}</div>').encode()


def as_runon_cards(rows: Sequence[Mapping[str, str]]) -> bytes:
    return ("Border Security\n" + "\n".join(map(_runon, rows)) + "\n").encode()


def as_runon_cards_of_one_line(rows: Sequence[Mapping[str, str]]) -> bytes:
    return ("Border Security\n" + "".join(map(_runon, rows)) + "\n").encode()


def _runon(row: Mapping[str, str]) -> str:
    card = "{title}Executive Summary{summary}Report Number{report_number}Issue DateDocument FileDHS AgencyFiscal Year"
    return card.format(**row) + row["fiscal_year"]


ROWS = [
    {
        "report_number": f"OIG-21-{n}",
        "title": f"Audit of Port No. {n} and the Screening of Its Cargo",
        "summary": f"We visited port {n} and made no recommendations.",
        "fiscal_year": "2021",
    }
    for n in range(10, 17)
]
NEW = {
    "report_number": "OIG-21-77",
    "title": "Management of Grants after the Storm",
    "summary": "We looked at grants.",
    "fiscal_year": "2021",
}
BUILDERS: dict[str, Callable[[Sequence[Mapping[str, str]]], bytes]] = {
    "listing.csv": as_csv,
    "listing.ndjson": as_ndjson,
    "table.html": as_html_table,
    "table.txt": as_text_table,
    "summaries.txt": as_summarized_text_table,
    "cards.txt": as_cards,
    "cards.html": as_html_cards,
    "runon.txt": as_runon_cards,
    "one-line.txt": as_runon_cards_of_one_line,
}


# Bytes changed inside a row.

CAPTURES = {
    file.name: file.read_bytes()
    for file in (
        *sorted(f for f in (PROJECT / "tests" / "golden" / "layouts").iterdir() if f.suffix in (".txt", ".html")),
        DATA / "raw" / "border-security.txt",
        DATA / "raw" / "listing-transcript.csv",
    )
} | {name: BUILDERS[name](ROWS) for name in ("runon.txt", "one-line.txt")}


@pytest.mark.parametrize("field", ["listed_title", "listed_summary"])
@pytest.mark.parametrize("name", CAPTURES)
def test_letters_changed_inside_a_value_change_that_row_alone(name: str, field: str, tmp_path: Path) -> None:
    content = CAPTURES[name]
    before = read_rows(tmp_path, name, content)
    chance = random.Random(3)
    tried = 0
    for number, row in enumerate(before):
        value = str(row[field] or "").strip(" >(*,\u00a0").encode()
        words = [word for word in value.split() if len(word) > 3 and word.isalpha()]
        if not words or content.count(value) != 1 or tried == 12:
            continue
        word = chance.choice(words)
        changed = value.replace(word, bytes(chance.choice(b"abcdefghklmnoprstu") for _ in word), 1)
        after = read_rows(tmp_path, name, content.replace(value, changed))
        assert len(after) == len(before), value
        assert [n for n, (old, new) in enumerate(zip(before, after, strict=True)) if old != new] == [number], value
        tried += 1
    assert tried > 0 or field == "listed_summary"


# Rows inserted and deleted.


@pytest.mark.parametrize("name", BUILDERS)
def test_a_row_inserted_or_deleted_is_the_only_difference(name: str, tmp_path: Path) -> None:
    build = BUILDERS[name]
    before = read_rows(tmp_path, name, build(ROWS))
    assert [row["listed_number"] for row in before] == [row["report_number"] for row in ROWS]
    (new,) = read_rows(tmp_path, name, build([NEW]))
    for place in range(len(ROWS) + 1):
        inserted = read_rows(tmp_path, name, build([*ROWS[:place], NEW, *ROWS[place:]]))
        assert inserted == [*before[:place], new, *before[place:]]
    for place in range(len(ROWS)):
        deleted = read_rows(tmp_path, name, build([*ROWS[:place], *ROWS[place + 1 :]]))
        assert deleted == [*before[:place], *before[place + 1 :]]
