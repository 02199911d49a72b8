"""The engine knows no office: no word of one stands outside the folders that declare offices and sources."""

from __future__ import annotations

import re

from tests.conftest import PROJECT

PACKAGE = PROJECT / "oig_pipeline"
WORDS = re.compile(r"DHS|CBP|FEMA|oig\.dhs\.gov|oig\\\.dhs\\\.gov|OIG-|Homeland")
DECLARED = ("offices", "sources")


def test_no_file_names_an_office() -> None:
    naming = [
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*")
        if file.is_file()
        and file.suffix in {".py", ".sql", ".html", ".js", ".json", ".svg", ".css", ".yaml"}
        and file.relative_to(PACKAGE).parts[0] not in DECLARED
        and "vendor" not in file.parts
        and WORDS.search(file.read_text(encoding="utf-8"))
    ]
    assert naming == []
