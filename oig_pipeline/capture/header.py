"""What the headings of a table mean, and which line of a text is its header.

Belongs here: the names that the columns of the exchange format go by, and finding the header of a CSV: below a heading
row, in other separators than commas. Does not: reading rows. A header is recognized by columns that it names, never
guessed from what stands below it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from oig_pipeline.capture.rows import Finding, Unreadable
from oig_pipeline.contract.names import LISTED_COLUMNS
from oig_pipeline.domain.report_number import LEADING
from oig_pipeline.domain.whitespace import WHITESPACE

REQUIRED = ("report_number", "title")
SITE_LABELS = {"Executive Summary": "summary", "Document File": "document_url"}
"""Labels that the site gives to columns; its others are the names of the columns in other letters."""
SEPARATORS = (",", ";", "\t", "|")
_SEPARATOR_NAMES = {"\t": "tabs", "\x1f": "a control character"}
_LONGEST = 100
_DEEPEST = 20  # records above and at the header
_HEAD = 2**18
_DECLARED = re.compile(r'^"?sep=(.)"?[,;\t|]*$', re.I | re.M)
_LEADING = re.compile(LEADING, re.I)


@dataclass(frozen=True)
class Header:
    """The header of a CSV: its line, the line after it, its columns ('' for one without a name), what separates them.

    `above` are the records above it, each with its line.
    """

    line: int
    below: int
    names: tuple[str, ...]
    separator: str
    above: tuple[tuple[int, list[str]], ...] = ()


# What the site's headings of columns say beside their names.
_SORT = re.compile(r"\s+sort (?:a|de)scending\s*$", re.I)
_RULE = re.compile(r":?-{2,}:?")


# Sites put the name of the department in front of the word.
_OF_DEPARTMENT = re.compile(r"^[A-Z]{2,6}\s+(?=Agency$)", re.I)


def _folded(heading: str) -> str:
    bare = _OF_DEPARTMENT.sub("", _SORT.sub("", heading).strip())
    return "".join(filter(str.isalnum, bare)).lower()


def is_rule(record: Sequence[str]) -> bool:
    """Return whether a record is the line of dashes that tables saved as text have below their header."""
    cells = [cell for field in record if (cell := field.strip(WHITESPACE))]
    return bool(cells) and all(map(_RULE.fullmatch, cells))


def looks_like_a_table(text: str) -> str | None:
    """Return what a text is whose lines are parted by one separator, but name no columns at its top; else None.

    Args:
        text: a text without a known layout.
    """
    lines = [line for line in text[:_HEAD].split("\n") if line.strip()][:_DEEPEST]
    if len(lines) < 2 or lines[0].lstrip()[:1] in ("<", "{", "["):
        return None
    for separator in (*SEPARATORS, "^", "~", "\x1f", ":"):
        widths = [len(next(csv.reader([line], delimiter=separator), [])) for line in lines]
        if min(widths) > 1 and len(set(widths)) <= 2:
            name = _SEPARATOR_NAMES.get(separator, f"'{separator}'")
            first = ", ".join(field.strip() for field in next(csv.reader([lines[0]], delimiter=separator)))
            separators = ", ".join("a tab" if s == "\t" else f"'{s}'" for s in SEPARATORS)
            rename = f"name the columns {' and '.join(REQUIRED)} in its header, which says '{first[:_LONGEST]}'"
            return (
                f"the file looks like a table separated by {name}: {rename}; separators that are read are {separators}"
            )
    return None


_MEANINGS = {_folded(name): name for name in LISTED_COLUMNS} | {
    _folded(label): name for label, name in SITE_LABELS.items()
}


def column_names(headings: Iterable[str]) -> list[str]:
    """Return the column names that headings mean, in any case and punctuation; unknown ones as they are, stripped.

    Where a column stands under its very name, another heading that means it too is an unknown one.
    """
    bare = [heading.strip(WHITESPACE) for heading in headings]
    exact = set(bare) & set(LISTED_COLUMNS)
    meant = (_MEANINGS.get(_folded(heading), heading) for heading in bare)
    return [heading if name in exact else name for heading, name in zip(bare, meant, strict=True)]


def header(text: str) -> Header | None:
    """Return the header of a CSV, None where no record at the top of a text names its columns.

    That is the first record that names all required columns, else the one that names most: two, or on the first line
    one by its very name.
    """
    if text.lstrip().startswith(("<", "{", "[")):
        return None
    head = text[:_HEAD]
    declared = _DECLARED.match(head.lstrip("\n"))
    best: tuple[tuple[bool, int], Header] | None = None
    for separator in dict.fromkeys([*([declared[1]] if declared else []), *SEPARATORS]):
        above: list[tuple[int, list[str]]] = []
        for line, below, record in islice(_records(head, separator), _DEEPEST):
            names = column_names(record)
            columns = set(names) & set(LISTED_COLUMNS)
            is_first = not above and separator == "," and bool({r.strip() for r in record} & set(LISTED_COLUMNS))
            rank = (columns >= set(REQUIRED), len(columns))
            if (rank[1] > 1 or is_first) and (best is None or rank > best[0]) and _goes_on(head, below, separator):
                best = rank, Header(line, below, tuple(names), separator, tuple(above))
            above.append((line, record))
    return best[1] if best else None


def _records(text: str, separator: str) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the line of each record that is not blank, the line after it, and its fields."""
    reader = csv.reader((line + "\n" for line in text.split("\n")), delimiter=separator)
    line = 1
    try:
        for record in reader:
            if any(field.strip() for field in record):
                yield line, reader.line_num + 1, record
            line = reader.line_num + 1
    except csv.Error:
        return


def _goes_on(text: str, below: int, separator: str) -> bool:
    """Return whether the next line is separated too, where one may come by a tab without being a table."""
    if separator not in "\t|":
        return True
    lines = text.split("\n")[below - 1 :]
    return separator in next((line for line in lines if line.strip()), separator)


def rows_above(head: Header) -> Iterator[Finding]:
    """Yield the findings of records above a header that begin with a report's number, as a heading row does not."""
    for line, record in head.above:
        words = next(filter(None, (field.strip(WHITESPACE) for field in record)), "")
        if _LEADING.match(words):
            message = "the line stands above the header and was not read"
            yield Finding("text_unread", message, line, head.separator.join(record))


def checked(names: Sequence[str], line: int) -> Sequence[str]:
    """Return the names of a header, if the required ones are among them and none stands twice.

    Raises:
        Unreadable: otherwise.
    """
    missing = [n for n in REQUIRED if n not in names]
    twice = sorted({n for n in names if n and names.count(n) > 1})
    if missing:
        message = f"the column {' and '.join(missing)} is missing; there are {', '.join(filter(None, names))}"
        raise Unreadable(Finding("capture_unreadable", message, line))
    if twice:
        raise Unreadable(Finding("capture_unreadable", f"the column {', '.join(twice)} stands twice", line))
    return names


def unknown(names: Iterable[str], line: int = 1) -> Iterator[Finding]:
    """Yield the findings of columns that are not read."""
    for name in names:
        if name and name not in LISTED_COLUMNS:
            yield Finding("column_unknown", f"the column '{name}' is not known and was not read", line, name)
