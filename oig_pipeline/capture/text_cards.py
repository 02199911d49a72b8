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
from oig_pipeline.capture.rows import SUSPECT, Finding, Layout, Rows, frame
from oig_pipeline.contract.names import BETWEEN_TOPICS
from oig_pipeline.domain.report_number import MENTION

NAME = "text_cards"
BULLET = r"\n[ \t\u00a0]*\u2022[ \t\u00a0]+"
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
_PLAIN = {"Report Number": re.compile(MENTION, re.I), "Fiscal Year": re.compile(r"\d{4,5}$")}
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
    lines: list[int] = []
    titles: list[str | None] = []
    summaries: list[str | None] = []
    card_values: list[dict[str, str]] = []
    for line, parts, has_title, summary, labels in cards:
        card = "".join(parts)
        if not labels and not summary:  # a press release
            if re.search(SUSPECT, card):
                message = "the bullet mentions a report, but has no label of one"
                findings.append(Finding("text_unread", message, line, card))
            continue
        start = labels.start() if labels else len(card)
        values, stray = _values(card[start:])
        above = card[: summary.start() if summary else start if labels else 0]
        lines.append(line)
        titles.append(_text(above) if has_title else None)
        summaries.append(_text(card[summary.end() : start]) if summary else None)
        card_values.append(values)
        if stray:
            below = line + card.count("\n", 0, start)
            findings += [_unread(below + offset, words) for offset, words in stray]
    columns = {column: [values.get(label) for values in card_values] for label, column in LABELS.items() if column}
    columns["topic"] = [value or topic for value in columns["topic"]]
    last_is_row = bool(lines) and lines[-1] == cards[-1][0]
    is_closed = last_is_row and bool(_PLAIN[LAST].fullmatch(card_values[-1].get(LAST, "")))
    is_cut = bool(lines) and row_is_open(text, is_closed=is_closed or not (last_is_row or _is_stump(cards[-1])))
    # Where every other card has labels, one that ends in its summary is incomplete.
    labelled = [bool(labels) for *_, summary, labels in cards if summary or labels]
    is_cut |= len(labelled) > 1 and last_is_row and all(labelled[:-1]) and not labelled[-1]
    if is_cut:
        findings = [*(f for f in findings if (f.line or 0) < cards[-1][0]), cut_at(text)]
    rows = frame({"listed_title": titles, "listed_summary": summaries, **columns}, lines)
    return Rows(rows, tuple(findings), _page_columns(text), last_is_cut=is_cut and last_is_row)


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


def _heading(head: str) -> tuple[str | None, list[Finding]]:
    """Return the heading, the first line above the cards that is no banner, and the others as findings."""
    # The split put one line break in front of the text, so that positions here are line numbers.
    lines = [(n, s.strip()) for n, s in enumerate(head.split("\n")) if s.strip()]
    unknown = [(n, s) for n, s in lines if not BANNER.match(s)]
    if not unknown:
        return None, []
    return unknown[0][1], [_unread(n, s) for n, s in unknown[1:]]


def _values(below: str) -> tuple[dict[str, str], list[tuple[int, str]]]:
    """Return label → value of a card from its first label on, and the lines that are neither, by their offset."""
    values: dict[str, str] = {}
    stray = []
    label = last = None
    for offset, raw in enumerate(below.split("\n")):
        words = raw.strip()
        if not words:
            label = None  # a value stands directly below its label
        elif words in LABELS:
            label = last = words
        elif ":" in words and (labelled := _LABEL.fullmatch(words)):
            label = last = labelled[1]
            if labelled[2]:
                values[label] = labelled[2]
        elif label is not None and label not in values:
            values[label] = words
        elif label in SEVERAL:
            values[label] += SEVERAL[label] + words
        elif last in _PLAIN and last not in values and _PLAIN[last].match(words):
            values[last] = words
        elif not is_boilerplate(words):
            stray.append((offset, words))
    return values, stray


def _text(lines: str) -> str | None:
    """Return the text of indented lines, paragraphs kept; None where there is none."""
    text = lines.strip()
    if "\n" in text:
        text = _GAP.sub("\n\n", "\n".join(map(str.strip, text.split("\n"))))
    return text or None


def _unread(line: int, words: str) -> Finding:
    return Finding("text_unread", "the line is neither part of a card nor known furniture", line, words)


LAYOUT = Layout(NAME, matches, read)
