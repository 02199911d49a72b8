"""How the replica's pages look: the site's listing table, its empty view, its documents."""

from __future__ import annotations

import datetime as dt
import html

from tests.replica.facts import HEADINGS, Report

PAGE_ROWS = 50
_COLUMNS = (
    ("field-report-number", "Report Number"),
    ("title", "Title"),
    ("field-issue-date", "Issue Date"),
    ("field-fy", "Fiscal Year"),
)


def listing(path: str, reports: list[Report], page: int, key: str = "0") -> str:
    """Return a page of a list; past its end the view stands there without a table.

    Args:
        path: the list's path.
        reports: all reports of the list, in order.
        page: which page, from 0.
        key: what the site changes in every answer.
    """
    rows = reports[page * PAGE_ROWS : (page + 1) * PAGE_ROWS]
    table = f"{_head()}<tbody>\n{''.join(map(_row, rows))}</tbody></table>" if rows else ""
    content = f'<div class="view-content">\n<table class="table views-table views-view-table cols-4">{table}\n</div>'
    goes_on = len(reports) > (page + 1) * PAGE_ROWS
    following = f'<li><a href="?page={page + 1}" rel="next">Next</a></li>' if goes_on else ""
    pager = f'<nav class="pager-nav"><ul><li><span>{page + 1}</span></li>{following}</ul></nav>'
    view = f'<div class="views-element-container"><div class="view view-reports" data-key="{key}">'
    return document(HEADINGS[path], f"{view}\n{content if rows else ''}\n{pager}\n</div></div>")


def document(heading: str, content: str) -> str:
    """Return a whole page of the site."""
    return (
        f'<!DOCTYPE html>\n<html lang="en" dir="ltr">\n<head><meta charset="utf-8" />'
        f"<title>{html.escape(heading)} | Office of Inspector General</title></head>\n<body>\n"
        f'<main role="main"><h1 class="page-title">{html.escape(heading)}</h1>\n{content}\n</main>\n'
        "<footer><p>DHS Office of Inspector General</p></footer>\n</body>\n</html>\n"
    )


def _head() -> str:
    cells = "".join(f'<th class="views-field views-field-{name}" scope="col">{label}</th>' for name, label in _COLUMNS)
    return f"<thead><tr>{cells}</tr></thead>\n"


def _row(report: Report) -> str:
    title = html.escape(report.title)
    link = f'<a href="{report.link}" title=" View the {title} PDF">{title}</a>' if report.document else title
    hidden = f'<span class="hidden">{html.escape(report.summary)}</span>'
    values = (f"{report.number}          ", link + hidden, _day(report.date), f"{report.fiscal_year}          ")
    cells = "".join(
        f'<td class="views-field views-field-{name}">{value}</td>\n'
        for (name, _), value in zip(_COLUMNS, values, strict=True)
    )
    return f"<tr>\n{cells}</tr>\n"


def _day(date: dt.date | None) -> str:
    if date is None:
        return ""
    return f'<time datetime="{date:%Y-%m-%d}T12:00:00Z" class="datetime">{date:%m/%d/%Y}</time>'
