"""How the dataset and a report are cited: the same in every notation, and harmless in each."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

import oig_pipeline
from oig_pipeline.release.metadata import about, citation
from tests.conftest import PROJECT

ROW: dict[str, Any] = {
    "office": "dhs", "report_number": "OIG-21-49", "fiscal_year": 2021, "title": "Audit of 100% of {Ports} & _Piers_",
    "issue_date": dt.date(2021, 7, 20),
}  # fmt: skip
DAY = dt.date(2024, 2, 1)
WORDS = about.OF_DEFAULT_OFFICE


def test_a_report_is_cited_with_what_is_known_of_it() -> None:
    item = citation.of_report(ROW, "https://example.org/a.pdf", "https://example.net/")
    assert item["issued"] == {"date-parts": [[2021, 7, 20]]}
    assert item["URL"] == "https://example.org/a.pdf"
    text = citation.bibtex(item)
    assert text.startswith("@techreport{dhs-OIG-21-49-2021,\n")
    assert r"title = {{Audit of 100\% of \{Ports\} \& \_Piers\_}}," in text
    assert "year = {2021}," in text
    assert "month = jul," in text
    assert json.loads(citation.csl_json(item)) == [item]


def test_what_is_not_known_is_left_out() -> None:
    item = citation.of_report({**ROW, "issue_date": None, "fiscal_year": None}, None, None)
    assert not {"issued", "URL"} & set(item)
    assert item["note"] == "Fiscal year unknown"
    assert not re.search(r"\b(?:year|month|url) = ", citation.bibtex(item))


def test_the_dataset_is_cited_with_its_version_and_release() -> None:
    item = citation.of_dataset(WORDS, "0123456789abcdef", "1.2.0", DAY, "https://example.org/")
    assert citation.in_words(item).startswith("oig_pipeline (2024). Reports of the ")
    for text in (
        citation.in_words(item),
        citation.bibtex(item),
        citation.csl_json(item),
        citation.cff(item, WORDS, "0123"),
    ):
        assert "1.2.0" in text
        assert "https://example.org/" in text
    cff = yaml.safe_load(citation.cff(item, WORDS, "0123456789abcdef"))
    assert cff["cff-version"] == "1.2.0"
    assert cff["date-released"] == "2024-02-01"
    assert cff["identifiers"][0]["value"] == "0123456789abcdef"
    assert "version" not in yaml.safe_load(citation.cff(citation.of_dataset(WORDS, "0", None, None, None), WORDS, "0"))


@given(st.text(), st.text())
def test_no_title_and_no_address_leaves_its_field(title: str, address: str) -> None:
    text = citation.bibtex(citation.of_report({**ROW, "title": title}, f"https://example.org/{address}", None))
    depth = 0
    for character in re.sub(r"\\textbackslash\{\}|\\text\w+\{\}|\\[{}]", "", text):
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    assert len(re.findall(r"^  \w+ = ", text, re.M)) == 8


def test_the_citation_of_the_software_is_that_of_the_package() -> None:
    cff = yaml.safe_load((PROJECT / "CITATION.cff").read_text(encoding="utf-8"))
    package = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert cff["title"] == package["name"].replace("-", "_")
    assert cff["license"] == package["license"]
    assert cff["version"] == oig_pipeline.__version__
