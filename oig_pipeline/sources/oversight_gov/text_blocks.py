"""Labeled blocks of a page saved as text or Markdown.

Belongs here: which lines are labels, in all forms seen (a label with its value on the next line, on the same line, or
in the next cell of a Markdown table), and which lines stand under each. Does not: what the values mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from oig_pipeline.sources.oversight_gov.page_labels import DESCRIPTION, DOCUMENT, SEVERAL
from oig_pipeline.sources.oversight_gov.page_values import ValueReader
from oig_pipeline.sources.oversight_gov.passages import (
    LabeledBlock,
    Passage,
    cells_of,
    fold,
    is_ruler,
    is_table_line,
    passage_of,
)

FieldOf = Callable[[str], str | None]
_SITE_NAME = "oversight.gov"
_HEADING = re.compile(r"^#{1,6}\s+")
_BREAK = re.compile(r"<br ?/?>", re.I)
_BOLD_LABEL = re.compile(r"^(?:\*\*|__)([^*_]+?)(?:\*\*|__):?(.*)$")
_FEWEST_INLINE = 3
_NUMBER = re.compile(r"(?=\S*\d)\S{2,40}")
_MULTILINE = frozenset((DESCRIPTION, DOCUMENT, "text", "additional_information", *SEVERAL))
"""Fields whose values may take several lines."""
_BOILERPLATE = frozenset(
    (
        *("skip to main content", "an official website of the united states government", "here's how you know"),
        *(
            "here\u2019s how you know",
            "oversight.gov",
            "home",
            "breadcrumb",
            "federal reports",
            "recommendation details",
        ),
        "council of the inspectors general on integrity and efficiency",
    )
)


@dataclass(frozen=True)
class Token:
    """One label or piece of text.

    Attributes:
        passage: its words and line.
        source: the line as it is, without its end.
        field: the field that it names, where it is a label.
        is_label: whether it is one.
        is_heading: whether it is marked as a heading.
        follows_blank: whether a blank line stands before it.
    """

    passage: Passage
    source: str
    field: str | None = None
    is_label: bool = False
    is_heading: bool = False
    follows_blank: bool = False


def tokens_of(text: str, field_of: FieldOf) -> list[Token]:
    """Return the labels and texts of a page; blank lines and the site's boilerplate left out."""
    tokens: list[Token] = []
    follows_blank = in_description = False
    lines = text.split("\n")
    # A description may say "Components: none" in passing; on a page whose labels all stand so, that is a label.
    is_inline = sum(_inline(line, field_of) is not None for line in lines) >= _FEWEST_INLINE
    for line, source in enumerate(lines, start=1):
        words = _without_site_name(source)
        if not fold(words):
            follows_blank = True
            continue
        if is_ruler(words) or fold(words).lower() in _BOILERPLATE:
            continue
        for label, passage in _parts(words, line, field_of, is_inline=is_inline or not in_description):
            field = field_of(passage.text) if label else None
            if label:
                in_description = field == DESCRIPTION
            tokens.append(Token(passage, source, field, label, _HEADING.match(words) is not None, follows_blank))
            follows_blank = False
    return tokens


def blocks_of(tokens: list[Token], reader: ValueReader) -> tuple[list[Token], tuple[LabeledBlock, ...]]:
    """Return what stands before the first label, and the blocks; text behind the one value of a field is kept aside."""
    first = next((place for place, token in enumerate(tokens) if token.is_label), len(tokens))
    blocks: list[LabeledBlock] = []
    place = first
    while place < len(tokens):
        label = tokens[place]
        values: list[Token] = []
        place += 1
        while place < len(tokens) and not tokens[place].is_label:
            values.append(tokens[place])
            place += 1
        size = _size(label.field, values)
        reader.keep(token.passage for token in values[size:])
        passages = tuple(token.passage for token in values[:size])
        blocks.append(LabeledBlock(label.passage.text, label.passage.line, label.field, passages))
    return tokens[:first], tuple(blocks)


def _size(field: str | None, values: list[Token]) -> int:
    """Return how many lines are values of a field."""
    if field in _MULTILINE and field not in SEVERAL:
        return len(values)
    if field == "report_number":  # two numbers are noticed, other text behind one is none
        return next((n for n, v in enumerate(values) if n and not _NUMBER.fullmatch(v.passage.text)), len(values))
    if field not in SEVERAL:
        return min(1, len(values))
    if values and values[0].follows_blank:
        return len(values)
    return next((n for n, value in enumerate(values) if n and value.follows_blank), len(values))


def _without_site_name(line: str) -> str:
    """Return a line less the site's name behind a bar, as the title of a window has it."""
    words = line.rstrip()
    if not words.lower().endswith(_SITE_NAME):
        return line
    title = words[: -len(_SITE_NAME)].rstrip()
    return title[:-1] if title.endswith("|") else line


def _inline(line: str, field_of: FieldOf) -> tuple[str, str] | None:
    """Return a label and the value behind it on the same line."""
    if ":" not in line:
        return None
    plain = _HEADING.sub("", line.strip())
    bold = _BOLD_LABEL.match(plain)
    name, _, rest = (bold[1].rstrip(":"), ":", bold[2]) if bold else plain.partition(":")
    return (fold(name), rest) if rest.strip() and field_of(fold(name)) else None


def _parts(words: str, line: int, field_of: FieldOf, *, is_inline: bool) -> Iterator[tuple[bool, Passage]]:
    """Yield the labels and texts of one line, with whether each is a label."""
    if is_table_line(words):
        cells = cells_of(words)
        label = passage_of(cells[0], line)
        if len(cells) <= 3 and field_of(label.text):
            yield True, label
            for cell in cells[1:]:
                yield from ((False, p) for piece in _BREAK.split(cell) if (p := passage_of(piece, line)).text or p.link)
            return
        yield False, passage_of(words, line)
        return
    plain = _HEADING.sub("", words.strip())
    passage = passage_of(plain, line)
    if field_of(passage.text):
        yield True, passage
        return
    if is_inline and (parts := _inline(plain, field_of)):
        yield True, Passage(parts[0], line)
        yield False, passage_of(parts[1], line)
        return
    if passage.text or passage.link:
        yield False, passage
