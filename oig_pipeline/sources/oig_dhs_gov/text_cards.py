"""Text cards: topic pages saved as text, one bulleted card per report.

Belongs here: this layout only. Does not: what the values mean.

A card is `  • TITLE`, `    Executive Summary`, the summary, then label lines indented by four, each followed by its
value where the page kept one. Issue date, document, agency and oversight area mostly lost theirs; a label may be
missing. Press releases are bullets of the same list without these labels. The heading of the page is its topic.
"""

from __future__ import annotations

import re

from oig_pipeline.capture.boilerplate import BANNER, is_boilerplate, row_is_open
from oig_pipeline.capture.cut import cut_at
from oig_pipeline.capture.rows import BULLET, NO_CELL, SUSPECT, Cell, Finding, Layout, Rows, frame_of
from oig_pipeline.contract.names import BETWEEN_TOPICS
from oig_pipeline.offices.dhs.numbers import NUMBERS

NAME = "text_cards"
SUMMARY = "Executive Summary"
LAST = "Fiscal Year"
LABELS = {
    "Report Number": "listed_number",
    "Issue Date": "listed_issue_date",
    "Document File": "listed_document_url",
    "DHS Agency": "listed_agency",
    "Oversight Area": "topic",
    "Keywords": None,
    "Fiscal Year": "listed_fiscal_year",
}
# Labels under which several lines may stand, and what joins them.
SEVERAL = {"DHS Agency": ", ", "Oversight Area": BETWEEN_TOPICS, "Keywords": BETWEEN_TOPICS}
# A value stands below its label, or behind it and a colon.
_LABEL = re.compile(rf"({'|'.join(LABELS)})(?::?|:[ \t]+(\S.*))")
_LABEL_LINE = re.compile(rf"\n[ \t]*(?:{'|'.join(LABELS)})(?::?|:[ \t]+\S[^\n]*)[ \t]*(?=\n|$)")
# A value that is told from a stray line, though a blank one stands above it.
_PLAIN = {"Report Number": re.compile(NUMBERS.mention, re.I), "Fiscal Year": re.compile(r"\d{4,5}$")}
_GAP = re.compile(r"\n{3,}")
_SUMMARY_LINE = re.compile(rf"\n[ \t]*{SUMMARY}:?[ \t]*(?=\n|$)")


_Card = tuple[int, list[str], bool, re.Match[str] | None, re.Match[str] | None]
"""Line, parts of its text, whether its bullet is its title, and where in the first part summary and labels begin."""


def matches(text: str) -> bool:
    """Return whether a text is a page of cards: labels on lines of their own, or bullets with a summary."""
    return bool(_LABEL_LINE.search(text)) or bool(re.search(BULLET, "\n" + text) and _SUMMARY_LINE.search(text))


def read(text: str) -> Rows:
    """Return the rows of a page of cards; stray text above, within and between cards as findings."""
    head, cards = _cards("\n" + text)
    topic, findings = _heading(head)
    rows: list[tuple[int, dict[str, Cell]]] = []
    for line, parts, has_title, summary, labels in cards:
        card = "".join(parts)
        if not labels and not summary:  # a press release
            if re.search(SUSPECT, card):
                message = "the bullet mentions a report, but has no label of one"
                findings.append(Finding("text_unread", message, line, card))
            continue
        start = labels.start() if labels else len(card)
        row, stray = _values(card[start:], line + card.count("\n", 0, start))
        above = summary.start() if summary else start if labels else 0
        row["listed_title"] = _text(card, 0, above, line) if has_title else NO_CELL
        row["listed_summary"] = _text(card, summary.end(), start, line) if summary else NO_CELL
        row.setdefault("topic", topic)
        rows.append((line, row))
        findings += [_unread(number, words) for number, words in stray]
    last_is_row = bool(rows) and rows[-1][0] == cards[-1][0]
    last_value, _ = rows[-1][1].get("listed_fiscal_year", NO_CELL) if last_is_row else NO_CELL
    is_closed = bool(_PLAIN[LAST].fullmatch(last_value or ""))
    is_cut = bool(rows) and row_is_open(text, is_closed=is_closed or not (last_is_row or _is_stump(cards[-1])))
    # Where every other card has labels, one that ends in its summary is incomplete.
    labelled = [bool(labels) for *_, summary, labels in cards if summary or labels]
    is_cut |= len(labelled) > 1 and last_is_row and all(labelled[:-1]) and not labelled[-1]
    if is_cut:
        findings = [*(f for f in findings if (f.line or 0) < cards[-1][0]), cut_at(text)]
    return Rows(frame_of(rows), tuple(findings), _page_columns(text), last_is_cut=is_cut and last_is_row)


def _cards(text: str) -> tuple[str, list[_Card]]:
    """Return what stands above the first bullet, and the cards.

    A bullet without a summary of its own, below a summary whose labels have not come yet, is part of that summary.
    If labels follow it, nothing tells whose they are: they stay with it, but its words are not taken for a title.
    """
    # Cards begin where the first one does; a bullet indented otherwise is part of a text.
    first = re.search(r"\n[ \t\u00a0]*\u2022", text)
    head, *chunks = re.split(rf"({first[0]}[ \t\u00a0]+)", text) if first else [text]
    line = head.count("\n") + 1
    cards: list[_Card] = []
    is_open = False  # the last card has a summary, but no labels yet
    for bullet, chunk in zip(chunks[::2], chunks[1::2], strict=True):
        summary, labels = _SUMMARY_LINE.search(chunk), _LABEL_LINE.search(chunk)
        if is_open and not summary and not labels:
            cards[-1][1].extend((bullet, chunk))
        else:
            cards.append((line, [chunk], not is_open or bool(summary), summary, labels))
            is_open = bool(summary) and not labels
        line += chunk.count("\n") + 1
    return head, cards


def _page_columns(text: str) -> tuple[str, ...]:
    """Return the columns whose labels stand on a page."""
    return tuple(
        column
        for label, column in LABELS.items()
        if column and re.search(rf"\n[ \t]*{label}(?::?|:[ \t]+\S[^\n]*)[ \t]*(?=\n|$)", text)
    )


def _is_stump(card: _Card) -> bool:
    """Return whether a bullet is a title alone, or one below which a label begins: press releases are not."""
    _, *below = [line.strip() for line in "".join(card[1]).split("\n") if line.strip()] or [""]
    return not below or (len(below) == 1 and any(label.startswith(below[0]) for label in (SUMMARY, *LABELS)))


def _heading(head: str) -> tuple[Cell, list[Finding]]:
    """Return the heading, the first line above the cards that is no banner, and the others as findings."""
    # The split put one line break in front of the text, so that positions here are line numbers.
    lines = [(n, s.strip()) for n, s in enumerate(head.split("\n")) if s.strip()]
    unknown = [(n, s) for n, s in lines if not BANNER.match(s)]
    if not unknown:
        return NO_CELL, []
    (number, heading), *rest = unknown
    return (heading, number), [_unread(n, s) for n, s in rest]


def _values(below: str, first: int) -> tuple[dict[str, Cell], list[tuple[int, str]]]:
    """Return column → value of a card from its first label on, and the lines that are neither.

    Args:
        below: the card from its first label on.
        first: the line on which that begins.
    """
    values: dict[str, tuple[str, int]] = {}
    stray = []
    label = last = None
    for number, raw in enumerate(below.split("\n"), start=first):
        words = raw.strip()
        if not words:
            label = None  # a value stands directly below its label
        elif words in LABELS:
            label = last = words
        elif ":" in words and (labelled := _LABEL.fullmatch(words)):
            label = last = labelled[1]
            if labelled[2]:
                values[label] = labelled[2], number
        elif label is not None and label not in values:
            values[label] = words, number
        elif label in SEVERAL:
            above, begins = values[label]
            values[label] = above + SEVERAL[label] + words, begins
        elif last in _PLAIN and last not in values and _PLAIN[last].match(words):
            values[last] = words, number
        elif not is_boilerplate(words):
            stray.append((number, words))
    return {column: values[label] for label, column in LABELS.items() if column and label in values}, stray


def _text(card: str, start: int, end: int, first: int) -> Cell:
    """Return the text of indented lines of a card that begins on a line, paragraphs kept; None where there is none."""
    lines = card[start:end]
    text = lines.strip()
    if "\n" in text:
        text = _GAP.sub("\n\n", "\n".join(map(str.strip, text.split("\n"))))
    return text or None, first + card.count("\n", 0, end - len(lines.lstrip()))


def _unread(line: int, words: str) -> Finding:
    return Finding("text_unread", "the line is neither part of a card nor known furniture", line, words)


LAYOUT = Layout(NAME, matches, read)
