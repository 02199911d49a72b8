"""Values of single fields: amounts, counts, days, answers, links.

Belongs here: what one piece of text states, or the problem that it cannot be read. Does not: which field it belongs to.
Empty pieces and words for "no value" (`N/A`) are None without a problem; nothing is rounded, and nothing guessed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal

from oig_pipeline.domain import dates
from oig_pipeline.sources.oversight_gov.pages import OtherText, PageProblem, ProblemCode
from oig_pipeline.sources.oversight_gov.passages import Passage, absolute_url, is_no_value

_AMOUNT = re.compile(r"\$? ?(\d{1,3}(?:,\d{3})+|\d+)(\.\d{1,2})?", re.ASCII)
_CONTENT = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_COUNT = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,9}", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T.*)?", re.ASCII)
_ANSWERS = {"yes": True, "no": False}
_STATUSES = frozenset(("open", "closed"))
_DASHES = re.compile(r"[\s\-\u2010-\u2015\u2212]+")


class ValueReader:
    """Reads single values of a page, and collects what is wrong with it.

    Attributes:
        problems: what is wrong, in the order in which it was met.
        other: text that belongs to no field.
    """

    def __init__(self, page_url: str | None = None) -> None:
        self._page_url = page_url
        self.problems: list[PageProblem] = []
        self.other: list[OtherText] = []

    def report(
        self, code: ProblemCode, line: int, message: str, value: str | None = None, name: str | None = None
    ) -> None:
        """Add a problem."""
        self.problems.append(PageProblem(code, line, message, value, name))

    def all_problems(self) -> tuple[PageProblem, ...]:
        """Return the problems by line."""
        return tuple(sorted(self.problems, key=lambda problem: problem.line))

    def all_other(self) -> tuple[OtherText, ...]:
        """Return the text that belongs to no field, by line."""
        return tuple(sorted(self.other, key=lambda text: text.line))

    def keep(self, passages: Iterable[Passage], label: str | None = None) -> None:
        """Keep text that belongs to no field."""
        self.other += [OtherText(p.text, p.line, label) for p in passages if p.text]

    def text(self, passage: Passage | None) -> str | None:
        """Return a text, or None where it stands for no value."""
        return None if passage is None or is_no_value(passage.text) else passage.text

    def amount(self, passage: Passage | None, name: str) -> Decimal | None:
        """Return an amount of dollars; that of the markup where it says the same with cents."""
        if passage is None:
            return None
        content = Decimal(passage.content) if passage.content and _CONTENT.fullmatch(passage.content) else None
        if is_no_value(passage.text):
            return content
        if (match := _AMOUNT.fullmatch(passage.text)) is None:
            message = f"{name} is {passage.text!r}, which is no amount in dollars such as $1,284,600.50"
            self.report(ProblemCode.AMOUNT_UNREADABLE, passage.line, message, passage.text, name)
            return None
        amount = Decimal(match[1].replace(",", "") + (match[2] or ""))
        if content is None or content == amount:
            return amount
        if match[2] is None and abs(content - amount) < 1:
            return content
        message = f"{name} shows {passage.text}, but its markup says {passage.content}; the one shown is taken"
        self.report(ProblemCode.VALUES_DIFFER, passage.line, message, passage.content)
        return amount

    def count(self, passage: Passage | None, name: str) -> int | None:
        """Return a whole number."""
        if passage is None or is_no_value(passage.text):
            return None
        if _COUNT.fullmatch(passage.text):
            return int(passage.text.replace(",", ""))
        message = f"{name} is {passage.text!r}, which is no whole number"
        self.report(ProblemCode.COUNT_UNREADABLE, passage.line, message, passage.text, name)
        return None

    def day(self, passage: Passage | None, name: str) -> dt.date | None:
        """Return a day, the month first where it is written in figures; of two, the one shown."""
        if passage is None:
            return None
        content = _iso_day(passage.content)
        if is_no_value(passage.text):
            return content
        reading = dates.read(passage.text)
        if reading.day is None or reading.proves_day_first:
            message = f"{name} is {passage.text!r}, which names no day"
            self.report(ProblemCode.DATE_UNREADABLE, passage.line, message, passage.text, name)
            return None
        if content is not None and content != reading.day:
            message = f"{name} shows {reading.day}, but its markup says {content}; the one shown is taken"
            self.report(ProblemCode.VALUES_DIFFER, passage.line, message, passage.content)
        return reading.day

    def answer(self, passage: Passage | None, name: str) -> bool | None:
        """Return whether a text is Yes; None where it is not No either."""
        if passage is None or is_no_value(passage.text):
            return None
        answer = _ANSWERS.get(passage.text.lower())
        if answer is None:
            message = f"{name} is {passage.text!r}, neither Yes nor No"
            self.report(ProblemCode.ANSWER_UNREADABLE, passage.line, message, passage.text)
        return answer

    def status(self, passage: Passage | None, name: str) -> str | None:
        """Return `open` or `closed`."""
        if passage is None or is_no_value(passage.text):
            return None
        if (status := passage.text.lower()) in _STATUSES:
            return status
        message = f"{name} is {passage.text!r}, neither Open nor Closed"
        self.report(ProblemCode.STATUS_UNREADABLE, passage.line, message, passage.text)
        return None

    def url(self, passage: Passage | None, name: str) -> str | None:
        """Return the address that a piece of text leads to, in full."""
        link = passage and (passage.link or (passage.text if looks_like_url(passage.text) else None))
        if passage is None or not link or link.startswith("#"):
            return None
        url = absolute_url(link, self._page_url)
        if url is None:
            message = f"{name} leads to {link!r}, which is no address of a page"
            self.report(ProblemCode.LINK_UNREADABLE, passage.line, message, link)
        return url


def _iso_day(text: str | None) -> dt.date | None:
    match = _ISO_DAY.fullmatch(text) if text else None
    try:
        return dt.date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def looks_like_url(text: str) -> bool:
    """Return whether a text is an address."""
    return re.fullmatch(r"https?://\S+", text, re.I) is not None


def is_same_number(number: str, other: str) -> bool:
    """Return whether two report numbers are one, but for case, whitespace and how many dashes stand in a row."""
    return _DASHES.sub("-", number).casefold() == _DASHES.sub("-", other).casefold()
