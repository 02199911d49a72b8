"""The engine knows no office: no word of one stands outside the folders that declare offices and sources."""

from __future__ import annotations

import re

import pytest

from oig_pipeline.offices import AGENCIES, OFFICES
from tests.conftest import PROJECT

PACKAGE = PROJECT / "oig_pipeline"
DECLARED = ("offices", "sources")
WITH_GRAMMAR = [office for office in OFFICES.by_code.values() if office.numbers]
NAMES = {
    *(cue for agency in AGENCIES.values() for cue in agency.cues),
    *(name for office in WITH_GRAMMAR for name in (office.code, office.name, *office.hosts)),
}
WORDS = {
    "of DHS OIG": r"DHS|CBP|FEMA|oig\.dhs\.gov|oig\\\.dhs\\\.gov|OIG-|Homeland",
    "that an office declares": rf"\b(?:{'|'.join(map(re.escape, sorted(NAMES)))})\b",
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_no_file_names_an_office(words: str) -> None:
    naming = [
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*")
        if file.is_file()
        and file.suffix in {".py", ".sql", ".html", ".js", ".json", ".svg", ".css", ".yaml"}
        and file.relative_to(PACKAGE).parts[0] not in DECLARED
        and "vendor" not in file.parts
        and re.search(words, file.read_text(encoding="utf-8"))
    ]
    assert naming == []
