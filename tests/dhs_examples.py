"""The examples of rules, and rows like theirs, in the words of DHS OIG, which declares its numbers and agencies."""

from __future__ import annotations

import re

from oig_pipeline.contract import example_office
from oig_pipeline.contract.example_office import Example, Row

WORDS = {
    "Department of Examples": "Department of Homeland Security",
    "oig.example.gov": "oig.dhs.gov",
    "examples": "dhs",
    "EX-": "OIG-",
    "EX_": "OIG_",
    "ex 21_49": "oig 21_49",
    "ER-": "DA-",
    "RBA": "CBP",
    "PHA": "FEMA",
}
"""Words of the Example office → those of DHS OIG."""
_WORD = re.compile(rf"(?<![A-Z])(?:{'|'.join(map(re.escape, WORDS))})".encode())


def _translated(content: bytes) -> bytes:
    return _WORD.sub(lambda match: WORDS[match[0].decode()].encode(), content)


def _text(text: str) -> str:
    return _translated(text.encode()).decode()


ROW: Row = {name: _text(value) for name, value in example_office.ROW.items()}
"""A row that breaks no rule."""
MISTYPED = _text(example_office.MISTYPED)
CORRECTION = _text(example_office.CORRECTION)


def row(**changes: str) -> Row:
    """Return `ROW` with `changes`."""
    return {**ROW, **changes}


def document(cover: str) -> dict[str, str]:
    """Return the files of a fetched document that `ROW` links, with one page of the text `cover`."""
    return {name: _text(content) for name, content in example_office.document(cover).items()}


def files(example: Example) -> dict[str, bytes]:
    """Return rows as one NDJSON listing, and named files as they are."""
    return {name: _translated(content) for name, content in example_office.files(example).items()}
