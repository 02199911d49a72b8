"""Text cards: topic pages saved as text, one bulleted card per report.

Belongs here: this layout only. Does not: what the values mean.

A card is `  • TITLE`, `    Executive Summary`, the summary, then label lines indented by four, each followed by its
value where the page kept one. Issue date, document, agency and oversight area mostly lost theirs; a label may be
missing. Press releases are bullets of the same list without these labels. The heading of the page is its topic.
"""

from __future__ import annotations

import re

from oig_pipeline.capture.furniture import BANNER, is_furniture
from oig_pipeline.capture.rows import SUSPECT, Finding, Layout, Rows, frame
from oig_pipeline.contract.names import BETWEEN_TOPICS
from oig_pipeline.domain.report_number import MENTION

NAME = "text_cards"
BULLET = r"\n[ \t\u00a0]*\u2022[ \t\u00a0]+"
SUMMARY = "Executive Summary"
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
_PLAIN = {"Report Number": re.compile(MENTION, re.I), "Fiscal Year": re.compile(r"\d{4,5}$")}
_SUMMARY_LINE = re.compile(rf"\n[ \t]*{SUMMARY}:?[ \t]*(?=\n|$)")


def matches(text: str) -> bool:
    """Return whether a text is a page of cards: labels on lines of their own, or bullets with a summary."""
    return bool(_LABEL_LINE.search(text)) or bool(re.search(BULLET, "\n" + text) and _SUMMARY_LINE.search(text))


def read(text: str) -> Rows:
    """Return the rows of a page of cards; stray text above, within and between cards as findings."""
    head, cards = _cards("\n" + text)
    topic, findings = _heading(head)
    names = ("listed_title", "listed_summary", "topic", *filter(None, LABELS.values()))
    columns: dict[str, list[str | None]] = {name: [] for name in names}
    lines = []
    for line, card, whole in cards:
        labels, summary = _LABEL_LINE.search(card), _SUMMARY_LINE.search(card)
        if not labels and not summary:  # a press release
            if re.search(SUSPECT, card):
                findings.append(
                    Finding("text_unread", "the bullet mentions a report, but has no label of one", line, card)
                )
            continue
        values, stray = _values(card, labels.start() if labels else len(card))
        above = card[: summary.start() if summary else labels.start() if labels else 0]
        body = card[summary.end() : labels.start() if labels else len(card)] if summary else ""
        columns["listed_title"].append(_text(above) if whole else None)
        columns["listed_summary"].append(_text(body))
        for label, column in LABELS.items():
            if column is not None:
                columns[column].append(values.get(label) or (topic if column == "topic" else None))
        lines.append(line)
        findings += [_unread(line + offset, words) for offset, words in stray]
    return Rows(frame(columns, lines), tuple(findings))


def _cards(text: str) -> tuple[str, list[tuple[int, str, bool]]]:
    """Return what stands above the first bullet, and the cards: line, text, and whether its bullet is its title.

    A bullet without a summary of its own, below a summary whose labels have not come yet, is part of that summary.
    If labels follow it, nothing tells whose they are: they stay with it, but its words are not taken for a title.
    """
    # Cards begin where the first one does; a bullet indented otherwise is part of a text.
    first = re.search(r"\n[ \t\u00a0]*\u2022", text)
    head, *chunks = re.split(rf"({first[0]}[ \t\u00a0]+)", text) if first else [text]
    line = head.count("\n") + 1
    cards: list[tuple[int, list[str], bool]] = []
    is_open = False  # the last card has a summary, but no labels yet
    for bullet, chunk in zip(chunks[::2], chunks[1::2], strict=True):
        has_summary, has_labels = bool(_SUMMARY_LINE.search(chunk)), bool(_LABEL_LINE.search(chunk))
        if is_open and not has_summary and not has_labels:
            cards[-1][1].extend((bullet, chunk))
        else:
            cards.append((line, [chunk], not is_open or has_summary))
            is_open = has_summary and not has_labels
        line += chunk.count("\n") + 1
    return head, [(begins, "".join(parts), whole) for begins, parts, whole in cards]


def _heading(head: str) -> tuple[str | None, list[Finding]]:
    """Return the heading, the first line above the cards that is no furniture, and the others as findings."""
    # The split put one line break in front of the text, so that positions here are line numbers.
    known = [(n, s.strip()) for n, s in enumerate(head.split("\n")) if s.strip()]
    unknown = [(n, s) for n, s in known if not BANNER.match(s)]
    if not unknown:
        return None, []
    return unknown[0][1], [_unread(n, s) for n, s in unknown[1:]]


def _values(card: str, start: int) -> tuple[dict[str, str], list[tuple[int, str]]]:
    """Return label → value from `start` of a card on, and the lines that are neither, by offset in the card."""
    values: dict[str, str] = {}
    stray = []
    label = last = None
    first = card[:start].count("\n")
    for offset, raw in enumerate(card[start:].split("\n")[1:], start=first + 1):
        words = raw.strip()
        if labelled := _LABEL.fullmatch(words):
            label = last = labelled[1]
            if labelled[2]:
                values[label] = labelled[2]
        elif not words:
            label = None  # a value stands directly below its label
        elif label is not None and label not in values:
            values[label] = words
        elif label in SEVERAL:
            values[label] += SEVERAL[label] + words
        elif last in _PLAIN and last not in values and _PLAIN[last].match(words):
            values[last] = words
        elif not is_furniture(words):
            stray.append((offset, words))
    return values, stray


def _text(lines: str) -> str | None:
    """Return the text of indented lines, paragraphs kept; None where there is none."""
    text = "\n".join(line.strip() for line in lines.split("\n")).strip("\n\u00a0 ")
    return re.sub(r"\n{3,}", "\n\n", text) or None


def _unread(line: int, words: str) -> Finding:
    return Finding("text_unread", "the line is neither part of a card nor known furniture", line, words)


LAYOUT = Layout(NAME, matches, read)
