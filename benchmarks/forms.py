"""The forms in which a corpus is written.

Belongs here: rows → the bytes of captures, as the site, or a person who saves its pages, would give them. Does not:
what the rows say.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Row = dict[str, str]
ROWS_ON_A_PAGE = 50
CARDS_ON_A_PAGE = 2_000
TABLE = "views-field views-field-field"


@dataclass(frozen=True)
class Form:
    """One form: how its n-th file is called, and how rows become files."""

    name: Callable[[int], str]
    files: Callable[[list[Row]], Iterator[bytes]]


def ndjson(rows: list[Row]) -> Iterator[bytes]:
    """Yield one part of the one file."""
    yield "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def html_pages(rows: list[Row]) -> Iterator[bytes]:
    """Yield the site's pages."""
    for start in range(0, len(rows), ROWS_ON_A_PAGE):
        yield html_page(rows[start : start + ROWS_ON_A_PAGE])


def html_page(rows: list[Row]) -> bytes:
    """Return a page of the site's table."""
    head = "".join(f"<th>{name}</th>" for name in ("Report Number", "Title", "Issue Date", "Fiscal Year"))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8" /><title>Audits, Inspections, and Evaluations'
        " | Office of Inspector General</title></head>\n<body>\n<main><h1>Audits, Inspections, and Evaluations</h1>\n"
        f'<table class="table views-table">\n<thead><tr>{head}</tr></thead>\n<tbody>\n'
        f"{''.join(map(_table_row, rows))}</tbody></table>\n</main>\n</body></html>\n"
    ).encode()


def _table_row(row: Row) -> str:
    cells = {name: html.escape(value) for name, value in row.items()}
    title, day = cells["title"], cells["issue_date"]
    if cells["document_url"]:
        title = f'<a href="{cells["document_url"]}">{title}</a>'
    if cells["summary"]:
        title += f'<span class="hidden">{cells["summary"]}</span>'
    month_first = day.count("/") == 2
    stamp = f"{day[6:]}-{day[:2]}-{day[3:5]}T12:00:00Z" if month_first else day
    time = f'<time datetime="{stamp}" class="datetime">{day}</time>' if day else ""
    return (
        f'<tr>\n  <td class="{TABLE}-report-number">{cells["report_number"]}          </td>\n'
        f'  <td class="views-field views-field-title">{title}</td>\n'
        f'  <td class="{TABLE}-issue-date is-active">{time}</td>\n'
        f'  <td class="{TABLE}-fy">{cells["fiscal_year"]}          </td>\n</tr>\n'
    )


def card_pages(rows: list[Row]) -> Iterator[bytes]:
    """Yield topic pages as text."""
    for start in range(0, len(rows), CARDS_ON_A_PAGE):
        cards = map(_card, rows[start : start + CARDS_ON_A_PAGE])
        yield ("Border Security\n" + "".join(cards)).encode()


def _card(row: Row) -> str:
    labels = {
        "Report Number": "report_number", "Issue Date": "issue_date", "Document File": "document_url",
        "DHS Agency": "agency", "Fiscal Year": "fiscal_year",
    }  # fmt: skip
    lines = [f"    {label}\n" + (f"    {row[name]}\n" if row[name] else "") for label, name in labels.items()]
    return f"\n  \u2022 {row['title']}\n\n    Executive Summary\n\n    {row['summary']}\n\n{''.join(lines)}"


def report_pages(rows: list[Row]) -> Iterator[bytes]:
    """Yield the pages of a site that repeats what offices publish: each shows one report."""
    for row in rows:
        fields = {
            "date-issued": ("Date Issued", row["issue_date"]),
            "submitting-oig": ("Submitting OIG", "Department of Homeland Security OIG"),
            "agency-reviewed": ("Agencies Reviewed/Investigated", "Department of Homeland Security"),
            "number": ("Report Number", row["report_number"]),
            "body": ("Report Description", row["summary"]),
            "type": ("Report Type", "Audit"),
        }
        blocks = "\n".join(_field(name, *field) for name, field in fields.items() if field[1])
        yield (
            '<!DOCTYPE html>\n<html lang="en"><head><title>A Report | Oversight.gov</title></head>\n<body>\n'
            '<main id="main-content">\n<article class="node node--type-report">\n'
            f'<h1 class="page-title">{html.escape(row["title"])}</h1>\n{blocks}\n</article>\n</main>\n</body></html>\n'
        ).encode()


def _field(name: str, label: str, value: str) -> str:
    return (
        f'<div class="field field--name-{name if name == "body" else f"field-report-{name}"}">\n'
        f'<div class="title">{label}</div>\n<div class="field__item">{html.escape(value)}</div>\n</div>'
    )


FORMS = {
    "ndjson": Form(lambda _: "reports.ndjson", ndjson),
    "html": Form("page-{:06d}.html".format, html_pages),
    "cards": Form("cards-{:05d}.txt".format, card_pages),
    "report": Form("report-{:06d}.html".format, report_pages),
}
