"""Pages of oversight.gov in every layout, built from values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

FIELDS = {
    "Date Issued": ("Friday, September 16, 2022",),
    "Submitting OIG": ("Department of Homeland Security OIG",),
    "Agencies Reviewed/Investigated": ("Department of Homeland Security",),
    "Components": ("Federal Emergency Management Agency (FEMA)",),
    "Report Number": ("OIG-22-69",),
    "Report Description": ("The agency did not implement controls.",),
    "Report Type": ("Audit",),
    "Special Projects": ("Pandemic",),
    "Agency Wide": ("Yes",),
    "Number of Recommendations": ("7",),
    "Questioned Costs": ("$1,284,600.50",),
    "Funds for Better Use": ("$0",),
}
CLASSES = {
    "Date Issued": "field-report-date-issued",
    "Submitting OIG": "field-report-submitting-oig",
    "Agencies Reviewed/Investigated": "field-report-agency-reviewed",
    "Components": "field-report-components",
    "Report Number": "field-report-number",
    "Report Description": "body",
    "Report Type": "field-report-type",
    "Agency Wide": "field-report-agency-wide",
    "Number of Recommendations": "field-report-number-of-recs",
    "Questioned Costs": "field-net-questioned-costs",
    "Funds for Better Use": "field-net-funds-for-better-use",
    "External Link": "field-report-link",
    "Location": "field-report-location",
    "Title Full": "field-title-full",
}
OLD_LABELS = {
    "Agencies Reviewed/Investigated": "Agency Reviewed / Investigated",
    "Report Number": "Submitting OIG-Specific Report Number",
    "Components": "Component, if applicable",
    "Location": "Location(s)",
    "Report Type": "Type of Report",
}
OPEN_HEADS = (
    *("Recommendation Number", "Significant Recommendation", "Recommended Questioned Costs"),
    *("Recommended Funds for Better Use", "Additional Details"),
)
LIST_HEADS = ("Report Date", "Agency Reviewed / Investigated", "Report Title", "Type", "Location", "")
LIST_CLASSES = {
    "Report Date": "views-field views-field-field-report-date-issued",
    "Agency Reviewed / Investigated": "views-field views-field-field-report-agency-reviewed",
    "Report Title": "views-field views-field-title",
    "Type": "views-field views-field-field-report-type",
    "Location": "views-field views-field-field-report-location",
    "": "action-cell",
}
OpenCells = tuple[str, str, str, str, str]
OPEN_ROWS: tuple[OpenCells, ...] = (
    ("3", "No", "$0", "$0", "We recommend the Administrator update the template."),
    ("1-1", "Yes", "$1,284,600.50", "$14,204", "We recommend the Administrator recover the costs."),
    ("Finding 2, Rec. 3", "No", "$0", "N/A", "We recommend the Administrator conduct a study."),
)


def count_sentence(number: int | str) -> str:
    return f"This report has {number} open recommendation{'' if number == 1 else 's'}."


def fields(changes: Mapping[str, Sequence[str] | None]) -> dict[str, Sequence[str]]:
    """Return the usual fields with some changed, added or (None) left out."""
    return {label: values for label, values in {**FIELDS, **changes}.items() if values is not None}


def document(main: str, title: str = "A Report | Oversight.gov") -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head><title>{title}</title></head>\n<body>\n<main id="main-content">\n'
        f"{main}\n</main>\n<footer><p>Council</p></footer>\n</body>\n</html>\n"
    )


def open_table_html(rows: Iterable[OpenCells], stated: int | str | None, heads: Sequence[str] = OPEN_HEADS) -> str:
    sentence = "" if stated is None else f'<div class="view-header">{count_sentence(stated)}</div>'
    head = "".join(f"<th>{name}</th>" for name in (*heads, ""))
    lines = [
        '<div id="block"><h2>Open Recommendations</h2><div class="view view-report-recommendations">',
        f'{sentence}<table class="listing-table"><thead><tr>{head}</tr></thead>',
        "<tbody>",
    ]
    for number, significant, questioned, better_use, text in rows:
        lines += [
            '<tr class="listing-table__row table-row">',
            f'<td class="views-field views-field-field-rec-number">{number} </td>',
            f'<td class="views-field views-field-field-rec-significant">{significant} </td>',
            f'<td class="views-field views-field-field-net-questioned-costs">{questioned} </td>',
            f'<td class="views-field views-field-field-net-funds-for-better-use">{better_use} </td>',
            '<td class="views-field"></td><td></td>',
            f'</tr>\n<tr class="listing-table__row">\n<td colspan="6"><p>{text}</p></td>\n</tr>',
        ]
    return "\n".join([*lines, "</tbody></table></div></div>"])


def block_html(label: str, values: Sequence[str], *, with_label: bool = True, class_name: str | None = None) -> str:
    name = class_name or CLASSES.get(label, "field-" + label.lower().replace(" ", "-"))
    items = "".join(f'\n<div class="field__item">{escape(value)}</div>' for value in values)
    heading = f'<div class="title">{label}</div>' if with_label else ""
    return f'<div class="field field--name-{name} field--label-above">\n{heading}{items}\n</div>'


def new_report(
    values: Mapping[str, Sequence[str]] = FIELDS,
    rows: Iterable[OpenCells] = (),
    stated: int | str | None = None,
    title: str = "FEMA Did Not Implement Controls",
) -> str:
    blocks = "\n".join(block_html(label, texts) for label, texts in values.items())
    table = open_table_html(rows, stated) if rows or stated is not None else ""
    article = (
        f'<article class="node node--type-report">\n<h1 class="page-title">{title}</h1>\n{blocks}\n{table}\n</article>'
    )
    return document(article)


def old_report(values: Mapping[str, Sequence[str]], markup: str) -> str:
    """Return a page of the older site, whose classes are not known, in some markup."""
    pieces = []
    for name, texts in values.items():
        label = OLD_LABELS.get(name, name)
        pieces.append(markup.format(label=label, value="".join(f"<div>{escape(t)}</div>" for t in texts) or ""))
    body = "\n".join(pieces)
    if markup.startswith("<dt"):
        body = f"<dl>{body}</dl>"
    if markup.startswith("<tr"):
        body = f"<table>{body}</table>"
    return document(f"<div><h1>FEMA Did Not Implement Controls</h1>\n{body}\n</div>")


OLD_MARKUPS = {
    "fields": (
        '<div class="field field-label-above"><div class="field-label">{label}:&nbsp;</div>'
        '<div class="field-items"><div class="field-item even">{value}</div></div></div>'
    ),
    "list": "<dt>{label}:</dt><dd>{value}</dd>",
    "table": "<tr><th>{label}:</th><td>{value}</td></tr>",
    "siblings": "<h3>{label}:</h3>\n<div>{value}</div>",
    "holders": "<div><div><b>{label}:</b></div><div>{value}</div></div>",
    "inline": "<div><strong>{label}:</strong> {value}</div>",
}


def text_report(values: Mapping[str, Sequence[str]] = FIELDS, tail: str = "", colon: str = "") -> str:
    lines = ["Skip to main content"]
    for label, texts in values.items():
        lines += [f"{OLD_LABELS.get(label, label) if colon else label}{colon}", *texts]
    return "\n".join([*lines, tail])


def open_table_plain(rows: Iterable[OpenCells], stated: int | str | None) -> str:
    lines = ["Open Recommendations", "", *([] if stated is None else [count_sentence(stated)]), " ".join(OPEN_HEADS)]
    for *cells, text in rows:
        lines += [" ".join(cells), "", text, ""]
    return "\n".join(lines)


def open_table_markdown(rows: Iterable[OpenCells], stated: int | str | None, heads: Sequence[str] = OPEN_HEADS) -> str:
    lines = ["Open Recommendations", *([] if stated is None else [count_sentence(stated)])]
    lines += [" | ".join(heads) + " | |", "---|" * len(heads)]
    for *cells, text in rows:
        lines += [" | ".join(cells) + " | ||", f"{text} | |||||"]
    return "\n".join(lines)


def open_table_cells(rows: Iterable[OpenCells], stated: int | str | None) -> str:
    lines = ["Open Recommendations", *([] if stated is None else [count_sentence(stated)]), *OPEN_HEADS]
    for cells in rows:
        lines += cells
    return "\n".join(lines)


def list_row_html(cells: Mapping[str, str], highlights: Mapping[str, str]) -> str:
    lines = ['<tr class="listing-table__row table-row">']
    for head, value in cells.items():
        lines.append(f'<td class="{LIST_CLASSES.get(head, "views-field-x")}" data-label="{escape(head)}">{value} </td>')
    blocks = "".join(block_html(label, [value]) for label, value in highlights.items())
    toggle = (
        '<tr class="listing-table__accordion-toggle"><td colspan="5"><button>View Report Highlights</button></td></tr>'
    )
    return "\n".join(
        [*lines, f"</tr>\n{toggle}", f'<tr class="listing-table__container"><td colspan="6">{blocks}</td></tr>']
    )


def list_cells(title: str = "A Title &amp; More") -> dict[str, str]:
    return {
        "Report Date": '<time datetime="2026-01-16T12:00:00Z">01/16/2026</time>',
        "Agency Reviewed / Investigated": "Department of Health &amp; Human&nbsp;Services",
        "Report Title": title,
        "Type": "Audit",
        "Location": '<span class="administrative-area">UT</span>, <span class="country">United States</span>',
        "": '<a href="/reports/audit/a-title">View Report<span></span></a>',
    }


def list_page(rows: Sequence[str], footer: str | None = None, heads: Sequence[str] = LIST_HEADS) -> str:
    footer = f" Displaying 1 - {len(rows)} of 38,183 " if footer is None else footer
    head = "".join(f"<th>{name}</th>" for name in heads)
    body = "\n".join(rows)
    return document(
        f"<h1>Federal Reports</h1>\n<form><label>Submitting OIG</label><select><option>All</option></select></form>\n"
        f'<table class="listing-table">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n'
        f'<div class="view-footer">{footer}</div>'
    )


RECOMMENDATION = {
    "Text of Recommendation": "We recommend that FEMA strengthen its practices.",
    "Recommendation Number": "4",
    "Recommendation Status": "Closed",
    "Significant Recommendation": "No",
    "Recommendation Questioned Costs": "$1,284,600.50",
    "Recommendation Funds for Better Use": "$0",
    "Additional Details Link": "",
    "Additional Information": "Management concurred with this recommendation.",
    "Submitting OIG": "Department of Homeland Security OIG",
    "Linked Report": "Ineffective Controls",
}


def recommendation_html(values: Mapping[str, str]) -> str:
    link = '<a href="/reports/audit/ineffective-controls">{}</a>'
    blocks = [
        f'<div class="field field--label-above">\n<div class="title">{label}</div>\n'
        f'<div class="field__item">{link.format(value) if label == "Linked Report" else value}</div>\n</div>'
        for label, value in values.items()
    ]
    return document(
        f'<article class="node"><h1 class="page-title">Recommendation Details</h1>\n{"".join(blocks)}</article>'
    )


def recommendation_text(values: Mapping[str, str]) -> str:
    return "\n".join(["Recommendation Details", *(line for pair in values.items() for line in pair if line)])


def recommendation_markdown(values: Mapping[str, str]) -> str:
    rows = [f"| {label} | {value} |" for label, value in values.items()]
    return "\n".join([rows[0], "|---|---|", *rows[1:]])
