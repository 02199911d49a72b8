"""What oversight.gov's pages of a report and of a recommendation say in labels and rows.

Belongs here: labels with their values, in the forms that a page has as text: on the next line, in the same, in a table;
and the rows of open recommendations. Does not: prose (see `statement_reader`), or files. A label without a value has
none: the next label is not its value.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from oig_pipeline.domain.statements.amounts import amount, dollars

# In lower case: a page may spell them in any.
_LABELS = (
    *("skip to main content", "report file", "date issued", "submitting oig", "other participating oigs", "components"),
    *("agencies reviewed/investigated", "agency reviewed / investigated", "component, if applicable", "location(s)"),
    *("submitting oig-specific report number", "report number", "oig report number", "report description"),
    *("report type", "type of report", "type of report (audit, inspection / evaluation, review, etc.)", "agency wide"),
    *("special projects", "sarc start date", "sarc end date", "view report", "view document", "external link"),
    *("number of recommendations", "questioned costs", "funds for better use", "open recommendations", "title full"),
    *("recommendation details", "text of recommendation", "recommendation number", "recommendation status"),
    *("significant recommendation", "recommendation questioned costs", "recommendation funds for better use"),
    *("additional details link", "additional details", "additional information", "linked report"),
)
_BY_LENGTH = "|".join(re.escape(label) for label in sorted(_LABELS, key=len, reverse=True))
_LABEL = re.compile(rf"^[|>*\s]*(?P<label>{_BY_LENGTH})[*\s]*(?:[:|][*\s]*|$)(?P<value>.*?)[|\s]*$", re.I)
# A label and its number in a line with others.
_IN_LINE = re.compile(
    r"(?<!Recommended )(?<!Recommendation )\b(Number of Recommendations|Questioned Costs|Funds for Better Use):?[ |]+"
    r"(\$[\d,.]+|\d{1,3}(?=\s|$))",
    re.I,
)
_RULE = re.compile(r"^[\s|:-]*$")
_HEADER = re.compile(r"^[\s|]*Recommendation Number[\s|]+Significant Recommendation\b", re.I)
_OPEN_COUNT = re.compile(r"\bThis report has (\d+) open recommendations?\b", re.I)
_ROW = re.compile(
    r"^[\s|]*(?P<number>[A-Za-z]*\s?\d[\w.,\s-]{0,30}?)\s*\|?\s+(?:Yes|No)\b\s*\|?\s*\$[\d,.]+\s*\|?\s*\$[\d,.]+[\s|]*$",
    re.I,
)
_CLOSED_NOTE = re.compile(r"\*\*(Open|Closed)\*\*\s+recommendation\b", re.I)
_TEXT_HEADING = re.compile(r"^#+\s*Text\s*$", re.I)


class Row(NamedTuple):
    """One row of the open recommendations: its number and its text."""

    number: str
    text: str


class Page(NamedTuple):
    """The labels of a page with their values, its rows, and its lines of prose."""

    labels: dict[str, str]
    rows: list[Row]
    prose: str
    open_count: int | None


def read_page(text: str) -> Page:
    """Return what a clean text of a page says in labels and rows, and the prose that is left."""
    labels: dict[str, str] = {}
    rows: list[Row] = []
    prose: list[str] = []
    label: str | None = None
    is_in_row = False
    for line in _IN_LINE.sub(r"\n\1\n\2\n", text).split("\n"):
        if _HEADER.match(line) or _RULE.match(line):
            prose.append("")
        elif row := _ROW.match(line):
            rows.append(Row(" ".join(row["number"].split()), ""))
            is_in_row, label = True, None
        elif _TEXT_HEADING.match(line):
            label = "text of recommendation"
        elif match := _LABEL.match(line):
            label, is_in_row = match["label"].lower(), False
            if match["value"]:
                labels.setdefault(label, match["value"])
                label = None if label != "text of recommendation" else label
            prose += ["", match["value"] if match["label"].lower() == "report description" else ""]
        elif is_in_row:
            rows[-1] = rows[-1]._replace(text=f"{rows[-1].text} {line.strip(' |')}".strip())
            if line.rstrip().endswith("|") or re.search(r"[.!?]\s*$", line):
                is_in_row = False
        elif label and label not in ("report description", "open recommendations", "skip to main content"):
            labels.setdefault(label, line.strip(" |*"))
            label = None
        else:
            prose.append(line)
    count = _OPEN_COUNT.search(text)
    return Page(labels, rows, _OPEN_COUNT.sub("", "\n".join(prose)), int(count[1]) if count else None)


def count_of(page: Page) -> int | None:
    """Return the number of recommendations that a page is labeled with."""
    value = page.labels.get("number of recommendations", "")
    return int(value) if re.fullmatch(r"\d{1,3}", value) else None


def money_of(page: Page, label: str) -> int | float | None:
    """Return the dollars that a page is labeled with."""
    value = page.labels.get(label, "").removeprefix("$").strip()
    printed = amount(f"${value}") if re.fullmatch(r"[\d,]+(?:\.\d+)?", value) else None
    return dollars(printed.value) if printed else None


def completion_of(page: Page, text: str) -> str | None:
    """Return whether the page of a recommendation shows it as open or closed."""
    status = page.labels.get("recommendation status", "").lower()
    note = _CLOSED_NOTE.search(text)
    return status if status in ("open", "closed") else note[1].lower() if note else None
