"""Golden captures: each layout of the site, row for row and in order."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pytest

from oig_pipeline.capture import unpack
from oig_pipeline.capture.captures import Capture, take
from oig_pipeline.capture.reader import Reading
from oig_pipeline.run.by_office import normalize_rows as normalize
from oig_pipeline.run.read_capture import read
from tests.capture.test_detect import LAYOUTS
from tests.conftest import DATA, PROJECT, Captures

GOLDEN = PROJECT / "tests" / "golden" / "layouts"
PAGES = sorted(p.name for p in GOLDEN.iterdir() if p.suffix in (".txt", ".html"))


def capture(name: str, folder: Path = GOLDEN) -> Capture:
    (match,) = [c for c in take(folder) if c.path == name]
    return match


def rows(reading: Reading) -> list[dict[str, object]]:
    """Return what a golden file says of each row: links resolved, of a summary only whether there is one."""
    return [
        {
            "report_number": row["listed_number"],
            "title": row["listed_title"],
            "fiscal_year": row["listed_fiscal_year"],
            "issue_date": row["listed_issue_date"],
            "summary": row["listed_summary"] is not None,
            "document_url": row["document_url"],
        }
        for row in normalize(reading.sightings).iter_rows(named=True)
    ]


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    """Return a folder of the golden pages and their metadata alone."""
    for name in PAGES:
        (tmp_path / name).write_bytes((GOLDEN / name).read_bytes())
        (tmp_path / f"{name}.meta.json").write_bytes((GOLDEN / f"{name}.meta.json").read_bytes())
    return tmp_path


@pytest.mark.parametrize("name", PAGES)
def test_a_page_gives_exactly_its_rows(name: str, golden: Path) -> None:
    expected = json.loads((GOLDEN / f"{name}.expected.json").read_text(encoding="utf-8"))
    reading = read(capture(name, golden))
    assert reading.findings == ()
    assert rows(reading) == [{"document_url": None, **row} for row in expected]


def test_the_layouts_of_the_site_each_have_a_page(golden: Path) -> None:
    layouts = {read(capture(name, golden)).layout for name in PAGES}
    other_layouts = {"exchange", "html_cards", "unitedstates"}  # tested with pages of their own
    assert layouts == {layout.name for layout in LAYOUTS} - other_layouts


@pytest.mark.parametrize("name", PAGES)
def test_a_row_stands_on_the_line_that_it_names(name: str, golden: Path) -> None:
    text = (golden / name).read_text(encoding="utf-8").split("\n")
    for row in read(capture(name, golden)).sightings.iter_rows(named=True):
        near = "\n".join(text[row["line"] - 1 : row["line"] + 12])
        assert (row["listed_number"] or row["listed_title"]) in near


def test_pages_and_raw_captures_merge_without_a_false_quarantine(golden: Path, captures: Captures) -> None:
    from oig_pipeline.run import pipeline
    from oig_pipeline.settings import settings

    folders = (golden, DATA / "raw")
    raw = captures({f.name: f.read_bytes() for folder in folders for f in folder.iterdir()})
    options = settings(raw, raw.parent / "out", DATA / "corrections.yml", max_quarantine=0.1)
    outcome = pipeline.check(options)
    assert not outcome.assessment.reasons
    assert outcome.reports.height == 368
    kept_out = outcome.result.violations.filter(severity="error").select("capture_path", "line", "rule").rows()
    expected = ("number_missing", "office_missing", "fiscal_year_mismatch", "capture_cut")
    assert [(r[0], r[2]) for r in kept_out if r[2] not in expected] == [
        ("report-arizona-crf.md", "title_empty"),
        ("report-ice-segregation.md", "title_empty"),
        ("term-compact.txt", "title_empty"),
    ]
    mismatched = outcome.result.sightings.filter(outcome="quarantined", layout="text_table")["listed_number"]
    assert set(mismatched.drop_nulls()) == {"DS-02-06", "W-05-03"}
    (alert,) = outcome.reports.filter(report_number="OIG-15-61").to_dicts()
    assert alert["quality_flags"].count("number_repaired") == 1


@pytest.mark.parametrize("codec", ["gzip", "zstd"])
def test_a_compressed_page_gives_the_same_rows(codec: str, golden: Path) -> None:
    plain = rows(read(capture("page-001.html", golden)))
    content = (golden / "page-001.html").read_bytes()
    packed = gzip.compress(content) if codec == "gzip" else pa.Codec("zstd").compress(content, asbytes=True)
    (golden / "packed.html").write_bytes(packed)
    assert rows(read(capture("packed.html", golden))) == plain


@pytest.mark.parametrize("cut", [5, 40])
def test_an_archive_that_breaks_off_is_a_finding(cut: int, captures: Captures) -> None:
    raw = captures({"a.csv.gz": gzip.compress(b"report_number,title\nOIG-21-01,T\n" * 50)[:cut]})
    reading = read(take(raw)[0])
    assert [finding.rule for finding in reading.findings] == ["capture_cut"]


def test_a_damaged_archive_is_a_finding(captures: Captures) -> None:
    content = bytearray(gzip.compress(b"report_number,title\nOIG-21-01,T\n" * 50))
    content[-6] ^= 1
    (finding,) = read(take(captures({"a.csv.gz": bytes(content)}))[0]).findings
    assert finding.rule == "capture_unreadable"


def test_an_archive_that_unpacks_without_end_is_stopped(captures: Captures) -> None:
    raw = captures({"bomb.txt.gz": gzip.compress(b"\0" * (unpack.LARGEST + 2**20), compresslevel=1)})
    (finding,) = read(take(raw)[0]).findings
    assert "unpacks to more than 256 MiB" in finding.message
