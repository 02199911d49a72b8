"""Captures of every kind for tests of runs: few rows, related over files, years and blocks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from oig_pipeline.contract.example_office import Row
from oig_pipeline.contract.schemas import TABLES
from oig_pipeline.release import manifest
from oig_pipeline.run import pipeline
from oig_pipeline.run.outcome import Outcome
from oig_pipeline.settings import Settings
from tests.dhs_examples import row
from tests.rows import SITE

LISTING = f"{SITE}/reports/audits-inspections-and-evaluations"


def ndjson(*rows: Mapping[str, Any]) -> bytes:
    return b"".join(json.dumps(values).encode() + b"\n" for values in rows)


def many(year: int, count: int, **more: str) -> list[Row]:
    """Return reports of a year that break no error rule, their numbers from 1."""
    return [
        row(**{
            "report_number": f"OIG-{year % 100:02d}-{n:02d}",
            "title": f"Audit of Programme {year * n} in Region {n}",
            "fiscal_year": str(year),
            "issue_date": f"{year}-03-01",
            "document_url": f"/{year}-{n}.pdf",
            **more,
        })
        for n in range(1, count + 1)
    ]  # fmt: skip


def meta(month: int, url: str = LISTING) -> bytes:
    return json.dumps({"url": url, "retrieved_at": f"2022-{month:02d}-01T00:00:00"}).encode()


_2019, _2020, _2021 = (many(year, 12) for year in (2019, 2020, 2021))
_SHARED = [
    row(report_number="DA-21-03", title="Audit of Programme 2021 in Region 1", fiscal_year="2021", document_url="/d"),
    row(report_number="OIG-21-700", title="Cargo at Ports", fiscal_year="2021", document_url="/e"),
    row(report_number="DD-21-701", title="Cargo at Ports", fiscal_year="2021", document_url="/f"),
    row(report_number="DA-21-900", title="Cargo at Ports", fiscal_year="2021", document_url="/g"),
]
CONFLICT = row(report_number="OIG-20-05", title="Jails Fail", fiscal_year="2020", issue_date="", document_url="/x.pdf")
BROKEN = [
    row(report_number="OIG-19-31", title="Grants to a County", fiscal_year="20197", issue_date=""),
    row(report_number="W-05-03", title="Wireless Networks", fiscal_year="", issue_date=""),
    row(report_number="", title="Without a Number", fiscal_year="", issue_date=""),
    row(report_number="OIG-19-33", title="Parades", fiscal_year="", agency="Ministry of Works"),
]
FILES: dict[str, bytes] = {
    "large.ndjson": ndjson(*_2021, *_SHARED, *BROKEN[:2], *_2019[:8], CONFLICT, *_2020[6:]),
    # Paths and their texts are not ordered alike: "a/b" before "a.ndjson", and "a.ndjson" before "a/b".
    "a/b.ndjson": ndjson(*_2020[:8], *BROKEN[2:]),
    "a.ndjson": ndjson(*_2019[4:], {**_2021[0], "summary": "We made two recommendations."}, {"title": 3}, CONFLICT),
    "first.ndjson": ndjson(*many(2018, 10)),
    "first.ndjson.meta.json": meta(1),
    "second.ndjson": ndjson(*many(2018, 8), {**many(2018, 9)[8], "title": "Audit of Boats", "agency": "FEMA"}),
    "second.ndjson.meta.json": meta(2),
    "notes.txt": b"to do: save the March listing\n",
    "again/notes.txt": b"to do: save the March listing\n",
    "bad.csv": b"report_number,title\n\xff\n",
    "rest.csv": b"report_number,title,fiscal_year\nOIG-17-01,Audit of Boats,2017\nOIG-17-02,Audit, of Ships,2017\n",
}
CORRECTIONS = """corrections:
  - rule: fiscal_year_malformed
    where: {report_number: OIG-19-31}
    expect: {fiscal_year: "20197"}
    set: {fiscal_year: "2019"}
    why: A digit too many.
  - rule: number_missing
    where: {title: Without a Number}
    expect: {report_number: null}
    acknowledge: true
    why: Such rows have no number.
  - rule: conflict
    where: {title: Jails Fail, capture: large.ndjson}
    expect: {report_number: OIG-20-05}
    set: {report_number: OIG-21-05, fiscal_year: "2021", title: Audit of Programme 10105 in Region 5}
    why: The document bears another number.
  - rule: conflict
    where: {title: Jails Fail, capture: a.ndjson}
    expect: {report_number: OIG-20-05}
    acknowledge: true
    why: Nothing tells which report it is.
  - rule: agency_unknown
    where: {fiscal_year: "2020"}
    expect: {agency: Nobody}
    set: {agency: CBP}
    why: It looks otherwise.
  - rule: number_missing
    where: {title: Nowhere}
    expect: {report_number: null}
    acknowledge: true
    why: There is no such row.
"""


def fill(folder: Path, files: Mapping[str, bytes] = FILES, corrections: str = CORRECTIONS) -> Settings:
    """Write captures and corrections into a folder; return the settings of a run over them."""
    raw = folder / "raw"
    for name, content in files.items():
        (raw / name).parent.mkdir(parents=True, exist_ok=True)
        (raw / name).write_bytes(content)
    (folder / "corrections.yml").write_text(corrections, encoding="utf-8")
    return Settings(raw=raw, out=folder / "curated", max_quarantine=0.5)


def as_dict(outcome: Outcome) -> dict[str, Any]:
    """Return the whole result of a run: tables, statistics, corrections, and the assessment."""
    tables, content = outcome.result.release_tables(), outcome.result.stats.content
    outcomes = outcome.result.correction_outcomes
    return {
        **{name: outcome.result.table(name).rows() for name in TABLES},
        "files": {name: table.rows() for name, table in tables.items() if isinstance(table, pl.DataFrame)},
        "content": content,
        "readings": outcome.result.summaries,
        "applied": [c.line for c in outcomes.applied],
        "unused": [c.line for c in outcomes.unused],
        "stale": [(s.correction.line, s.message) for s in outcomes.stale],
        "acknowledged": {c.line: sorted(ids) for c, ids in outcomes.acknowledged.items()},
        "assessment": outcome.assessment,
    }


def build(settings: Settings) -> Path:
    """Return the release that a build publishes."""
    outcome = pipeline.build(settings)
    assert outcome.release is not None, outcome.assessment.reasons
    return outcome.release.path


def hashes(release: Path) -> dict[str, str]:
    """Return path → SHA-256 of the files of a release."""
    payload = manifest.read(release)
    assert payload is not None
    return {file["path"]: file["sha256"] for file in payload["files"]}
