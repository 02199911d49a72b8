"""What was read of documents: the tables made of the files below `data/documents`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oig_pipeline.capture import documents
from oig_pipeline.contract.schemas import POLARS_SCHEMAS, TABLES
from oig_pipeline.offices.dhs.numbers import NUMBERS
from tests.dhs_examples import document


def read_documents(tmp_path: Path, cover: str) -> documents.Documents:
    for name, content in document(cover).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    result = documents.take(tmp_path / "documents", lambda url: NUMBERS)
    TABLES["documents"].validate(result.table, lazy=True)
    TABLES["document_pages"].validate(result.pages, lazy=True)
    return result


def test_without_documents_the_tables_are_empty_and_typed(tmp_path: Path) -> None:
    result = documents.take(tmp_path / "nowhere", lambda url: NUMBERS)
    assert result.table.equals(POLARS_SCHEMAS["documents"].to_frame())
    assert result.pages.equals(POLARS_SCHEMAS["document_pages"].to_frame())


@pytest.mark.parametrize(
    ("cover", "numbers"),
    [
        ("Office of Inspector General\nOIG-21-49\nJuly 2021", ["OIG-21-49"]),
        ("OIG-17-97-D", ["OIG-17-97-D"]),
        ("OIG\u201121\u201149 and OIG-21\u00ad-50", ["OIG-21-49", "OIG-21-50"]),
        ("OIG-21\ufffe49, see OIG 15-61", ["OIG-15-61", "OIG-21-49"]),
        ("OIG-21-\n49", ["OIG-21-49"]),
        ("OIG-21-49 OIG-21-49", ["OIG-21-49"]),
        ("Report No. DA-07-04", ["DA-07-04"]),
        ("no number, 2021-49", []),
        ("OIG-2021-49", []),
        ("\u00a0", []),
    ],
)
def test_the_numbers_on_a_cover_are_canonical(cover: str, numbers: list[str], tmp_path: Path) -> None:
    assert read_documents(tmp_path, cover).table["cover_numbers"].to_list() == [numbers]


def test_a_page_without_text_says_so(tmp_path: Path) -> None:
    read_documents(tmp_path, "OIG-21-49")
    (pages,) = (tmp_path / "documents" / "pages").iterdir()
    pages.write_text(
        "".join(json.dumps({"page": n, "text": t}) + "\n" for n, t in enumerate(("OIG-21-49", " \n", ""), 1))
    )
    table = documents.take(tmp_path / "documents", lambda url: NUMBERS).pages
    assert list(table.select("page", "has_text", "text").iter_rows()) == [
        (1, True, "OIG-21-49"), (2, False, None), (3, False, None),
    ]  # fmt: skip


def test_only_the_first_page_is_the_cover(tmp_path: Path) -> None:
    read_documents(tmp_path, "")
    (pages,) = (tmp_path / "documents" / "pages").iterdir()
    pages.write_text(json.dumps({"page": 1, "text": ""}) + "\n" + json.dumps({"page": 2, "text": "OIG-21-50"}) + "\n")
    assert documents.take(tmp_path / "documents", lambda url: NUMBERS).table["cover_numbers"].to_list() == [[]]
