"""Pages of oversight.gov about the recommendations of one report, as they may have been captured at several times."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

NUMBER, TITLE = "OIG-22-69", "FEMA Did Not Implement Controls to Prevent Improper Payments"
SITE = "https://www.oversight.gov"
REPORT = f"{SITE}/reports/audit/fema-did-not-implement-controls"
OFFICE = "Department of Homeland Security OIG"
TEXT = "We recommend the FEMA Administrator develop control {number}."

_REPORT = """<!DOCTYPE html>
<html><head><title>{title} | Oversight.gov</title></head><body>
<article class="node node--type-report">
<h1 class="page-title">{title}</h1>
{fields}
{listing}
</article>
</body></html>
"""
_RECOMMENDATION = """<!DOCTYPE html>
<html><head><title>Recommendation Details | Oversight.gov</title></head><body>
<article class="node">
<h1 class="page-title">Recommendation Details</h1>
{fields}
</article>
</body></html>
"""
_FIELD = """<div class="field field--name-{name} field--label-above">
<div class="title">{label}</div>
<div class="field__item">{value}</div>
</div>"""
_LISTING = """<div class="view view-report-recommendations">
<h2>Open Recommendations</h2>
<div class="view-header">This report has {count} open recommendations.</div>
<table class="listing-table"><thead><tr><th>Recommendation Number</th><th>Significant Recommendation</th>
<th>Recommended Questioned Costs</th><th>Recommended Funds for Better Use</th><th>Additional Details</th></tr></thead>
<tbody>
{rows}
</tbody></table>
</div>"""
_ROW = """<tr class="listing-table__row">
<td class="views-field views-field-field-rec-number">{number}</td>
<td class="views-field views-field-field-rec-significant">No</td>
<td class="views-field views-field-field-net-questioned-costs">{questioned}</td>
<td class="views-field views-field-field-net-funds-for-better-use">$0</td>
<td class="views-field"></td>
</tr>
<tr class="listing-table__row"><td colspan="5"><p>{text}</p></td></tr>"""


def report_page(
    open_numbers: Sequence[str],
    count: int | None = None,
    texts: Mapping[str, str] | None = None,
    questioned: Mapping[str, str] | None = None,
    summary: str = "We made seven recommendations. FEMA concurred with all seven recommendations.",
    number_made: int = 7,
) -> str:
    """Return the page of the report.

    Args:
        open_numbers: the recommendations that it lists as open; without any it has no list, as on the site.
        count: how many it says are open; None for as many as it lists.
        texts: their texts, where they are not like all others.
        questioned: their questioned costs, where these are not $0.
        summary: its description.
        number_made: how many recommendations were made, by its label.
    """
    rows = [
        _ROW.format(
            number=number,
            text=(texts or {}).get(number, TEXT.format(number=number)),
            questioned=(questioned or {}).get(number, "$0"),
        )
        for number in open_numbers
    ]
    fields = {
        "report-date-issued": ("Date Issued", "Friday, September 16, 2022"),
        "report-submitting-oig": ("Submitting OIG", OFFICE),
        "report-components": ("Components", "Federal Emergency Management Agency (FEMA)"),
        "report-number": ("Report Number", NUMBER),
        "body": ("Report Description", f"<p>{summary}</p>"),
        "report-number-of-recs": ("Number of Recommendations", str(number_made)),
    }
    listing = _LISTING.format(count=len(rows) if count is None else count, rows="\n".join(rows)) if rows else ""
    return _REPORT.format(title=TITLE, fields=_fields(fields), listing=listing)


def recommendation_page(number: str, status: str, link: str = REPORT, title: str = TITLE, note: str = "") -> str:
    """Return the page of one recommendation."""
    fields = {
        "text": ("Text of Recommendation", TEXT.format(number=number)),
        "number": ("Recommendation Number", number),
        "status": ("Recommendation Status", status),
        "note": ("Additional Information", note),
        "oig": ("Submitting OIG", OFFICE),
        "report": ("Linked Report", f'<a href="{link}">{title}</a>'),
    }
    return _RECOMMENDATION.format(fields=_fields(fields))


def _fields(fields: Mapping[str, tuple[str, str]]) -> str:
    return "\n".join(
        _FIELD.format(name=f"field-{name}", label=label, value=value) for name, (label, value) in fields.items()
    )


def save(raw: Path, name: str, page: str, month: int | None, url: str = REPORT) -> None:
    """Save a page as a capture of a month of 2024; None for a time that is not known."""
    raw.mkdir(exist_ok=True)
    (raw / name).write_text(page, encoding="utf-8")
    meta = {"url": url, **({"retrieved_at": f"2024-{month:02d}-01T00:00:00Z"} if month else {})}
    (raw / f"{name}.meta.json").write_text(json.dumps(meta), encoding="utf-8")


def save_story(raw: Path) -> None:
    """Save captures in which recommendation 3 is open, no longer listed, closed, and open again.

    A page that breaks off stands between; it lists recommendation 3 alone.
    """
    cut = report_page(["3", "4", "5"])
    pages = {
        1: report_page(["3", "4", "5"]),
        2: cut[: cut.index('<td class="views-field views-field-field-rec-number">4')],
        3: report_page(["4", "5"]),
        6: report_page(["3", "5"]),
        8: report_page([]),
    }
    for month, page in pages.items():
        save(raw, f"report-{month}.html", page, month)
    save(raw, "three-4.html", recommendation_page("3", "Closed"), 4, f"{SITE}/node/3")
    save(raw, "five-7.html", recommendation_page("5", "Closed", link="/node/1"), 7, f"{SITE}/node/5")
