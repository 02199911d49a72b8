"""docs/queries.md: a question for every table and view, and the answer that it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from oig_pipeline.cli import console
from oig_pipeline.query import service
from oig_pipeline.release.catalog import descriptions
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from oig_pipeline.site.query_page import examples
from tests.conftest import DATA, PROJECT

TEXT = (PROJECT / "docs" / "queries.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", TEXT, re.M | re.S))


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("curated")
    pipeline.build(settings(DATA / "raw", folder))
    return folder


def test_there_is_a_question_for_every_table_and_view() -> None:
    assert list(SECTIONS) == list(descriptions())


def test_the_query_page_of_the_site_asks_the_same_questions() -> None:
    assert list(examples()) == list(SECTIONS)
    for name, (question, sql) in examples().items():
        assert question in " ".join(SECTIONS[name].split())
        assert f"```sql\n{sql}\n```" in SECTIONS[name]


@pytest.mark.parametrize("name", SECTIONS)
def test_an_answer_is_what_the_page_shows(
    name: str, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (sql,), (expected,) = (
        re.findall(rf"^```{kind}\n(.*?)^```$", SECTIONS[name], re.M | re.S) for kind in ("sql", "text")
    )
    assert descriptions()[name] in SECTIONS[name]
    assert re.search(rf"\b{name}\b", sql)
    monkeypatch.setenv("COLUMNS", "100")
    console.print_rows(*service.query(sql, out))
    assert re.sub(r" +$", "", capsys.readouterr().out, flags=re.M) == expected
