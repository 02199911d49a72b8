"""Each report's own page, its JSON, and how lists show it.

Belongs here: the content of a report's page. Does not: which lists there are (see `lists.py`), or the words of rules.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any

from markupsafe import Markup, escape

from oig_pipeline.contract.columns import REPORTS
from oig_pipeline.contract.names import LINE_COLUMNS
from oig_pipeline.offices import OFFICES
from oig_pipeline.release.files import year_name
from oig_pipeline.release.metadata import about
from oig_pipeline.release.metadata import citation as references
from oig_pipeline.site import jsonld, urls
from oig_pipeline.site.release_data import Key, ReleaseData, Row
from oig_pipeline.site.render import Site, cell, day, fragment, lead, weblink
from oig_pipeline.site.urls import INDEX, Places
from oig_pipeline.site.write import SiteWriter
from oig_pipeline.sources.oversight_gov import site_facts

LONGEST_WORD = 100
"""Characters below which a text counts as a value that other reports have too."""
_NEIGHBOURS = ("newer", "older")
_ROOT = "../../../"
"""Leads from the folder of a report to that of the site."""
_CAPTURE_COLUMNS = {
    "sightings": "capture_path",
    "violations": "capture_path",
    "recommendations": "completion_path",
    "recommendation_history": "new_path",
}
"""Table → the column of captures to which a report's page leads."""

Links = list[tuple[str, str]]
"""Names of lists, each with its folder."""


@dataclass(frozen=True)
class ReportPage:
    """One report: its values, and a hash of everything that the site shows of it."""

    row: Row
    digest: str

    @property
    def key(self) -> Key:
        """Office, number and fiscal year."""
        return key_of(self.row)


def key_of(row: Row) -> Key:
    """Return the key of a report."""
    return row["office"], row["report_number"], row["fiscal_year"]


OnProgress = Callable[[int, int], None]
"""Is given the number of reports that are done, and of all."""


def silent(done: int, total: int) -> None:
    """Report no progress."""


def write(
    source: ReleaseData, lists: Places, site: Site, writer: SiteWriter, on_progress: OnProgress = silent
) -> list[ReportPage]:
    """Write the page and the JSON of every report; return them, newest first."""
    pages = []
    years = source.reports.partition_by("fiscal_year", maintain_order=True)
    for reports, (_, details) in zip(years, source.details(), strict=True):
        rows = reports.to_dicts()
        neighbours = _neighbours(rows)
        writer.plan(f"{urls.of_report(row)}/{name}" for row in rows for name in ("report.json", INDEX))
        for row in rows:
            key = key_of(row)
            pages.append(_write_one(row, details[key], neighbours[key], lists, site, writer))
        on_progress(len(pages), source.reports.height)
    return pages


def _write_one(row: Row, details: Row, neighbours: Row, lists: Places, site: Site, writer: SiteWriter) -> ReportPage:
    text = as_json({"report": row, **_public(details)})
    near = [neighbour and neighbour["report_number"] for neighbour in neighbours.values()]
    path = urls.of_report(row)
    topics = [(topic, lists["topics"][topic]) for topic in urls.names("topics", row)]
    writer.page(f"{path}/report.json", text + "\n", text)
    agencies = [(code, lists["agencies"][code]) for code in row["agencies"]]
    office = lists.get("offices", {}).get(row["office"])
    page = partial(_page, row, details, neighbours, topics, agencies, office, site)
    capture_marks = site.captures.marks(_capture_paths(details))
    writer.page(
        f"{path}/{INDEX}",
        page,
        text,
        repr((near, topics, agencies, office)),
        capture_marks,
        site.base_url,
        site.wording.name,
    )
    return ReportPage(row, writer.digest(text, site.base_url))


def _capture_paths(details: Row) -> Iterator[str]:
    """Yield the captures to which a report's page leads."""
    for table, column in _CAPTURE_COLUMNS.items():
        yield from filter(None, (row[column] for row in details[table]))


def _public(details: Row) -> Row:
    """Return the details of a report for its JSON, with the origin of each value by column name."""
    (provenance,) = details["read_from"]
    return {**details, "read_from": {name: origin for name, origin in provenance.items() if origin}}


def _neighbours(rows: list[Row]) -> dict[Key, dict[str, Row | None]]:
    """Return each report's neighbours in its series and year, by sequence."""
    neighbours: dict[Key, dict[str, Row | None]] = {}
    series: dict[tuple[str, str | None], list[Row]] = {}
    for row in sorted(rows, key=lambda r: (r["sequence"] or 0, r["report_number"])):
        series.setdefault((row["office"], row["series"]), []).append(row)
    for members in series.values():
        for place, row in enumerate(members):
            newer = members[place + 1] if place + 1 < len(members) else None
            older = members[place - 1] if place else None
            neighbours[key_of(row)] = {"newer": newer, "older": older}
    return neighbours


def _page(
    row: Row, details: Row, neighbours: Row, topics: Links, agencies: Links, office: str | None, site: Site
) -> str:
    path = f"{urls.of_report(row)}/{INDEX}"
    sightings: dict[str | None, Row] = {s["sighting_id"]: s for s in details["sightings"]}
    (provenance,) = details["read_from"]
    broken: dict[str, list[Row]] = {}
    for violation in details["violations"]:
        broken.setdefault(violation["rule"], []).append(violation)
    item = references.of_report(row, weblink(row["document_url"]), site.canonical(path))
    return site.render(
        "report.html",
        path,
        report=row,
        marks=list(marks(row)),
        agencies=agencies,
        topics=topics,
        sightings=details["sightings"],
        flags=[(code, broken.get(code, [])) for code in row["quality_flags"]],
        history=details["history"],
        recommendations=details["recommendations"],
        recommendation_history=details["recommendation_history"],
        fields=_fields(row, sightings, provenance, site),
        citation=citation(row, site.canonical(path)),
        bibtex=references.bibtex(item),
        csl_json=references.csl_json(item),
        described=lead(row["summary"]) or f"{row['report_number']}, fiscal year {year_name(row['fiscal_year'])}.",
        jsonld=jsonld.report(row, site.canonical(path)),
        neighbours={
            name: near and {**near, "place": urls.of_report(near)}
            for name in _NEIGHBOURS
            for near in [neighbours[name]]
        },
        office=office,
        elsewhere=elsewhere(row),
    )


def _fields(row: Row, sightings: dict[str | None, Row], provenance: Row, site: Site) -> Markup:
    """Return the rows of the table of all fields, which is the same on every page but for few words."""
    lines = []
    link = cache(site.captures.linker(_ROOT))  # most values of a report were read from few lines
    for name, head in _heads():
        place = _place(name, sightings.get(provenance.get(name)))
        read_from = link(*place) if place else ""
        lines.append(f'<tr>{head}<td>{_escaped(cell(row[name]))}</td><td class="path">{read_from}</td></tr>')
    return Markup("\n".join(lines))


def _escaped(text: str) -> str:
    return _escaped_word(text) if len(text) < LONGEST_WORD else str(escape(text))


@lru_cache(maxsize=10_000)  # most fields hold one of few short values
def _escaped_word(text: str) -> str:
    return str(escape(text))


@cache
def _heads() -> list[tuple[str, str]]:
    """Return the fields of a report, each with the head of its row: the same on every page."""
    return [(name, fragment("field.html", _ROOT, name=name)) for name in REPORTS]


def _place(field: str, sighting: Row | None) -> tuple[str, int] | None:
    if sighting is None:
        return None
    # A kind is read from the title, the number or the listing.
    traced_to = REPORTS[field].traced_to
    line = None if traced_to is None or field == "kind" else sighting.get(LINE_COLUMNS[traced_to])
    return sighting["capture_path"], line or sighting["line"]


def marks(row: Row) -> Iterator[str]:
    """Yield what the marks of a report's title say, as words."""
    yield from ["Redacted"] * row["is_redacted"]
    yield from ["Revised"] * row["is_revised"]
    yield from _CLASSIFIED.get(row["classification"], ())


_CLASSIFIED = {
    "U": ("Unclassified",),
    "SSI": ("Sensitive security information",),
    "LES": ("Law enforcement sensitive",),
}


def elsewhere(row: Row) -> Links:
    """Return where to look for a report whose document is not known: its office's listings, and the site of all."""
    office = OFFICES.declared(row["office"])
    listings = weblink(office.about.listings or office.site)
    search = site_facts.list_page_url(
        site_facts.LISTINGS["federal"], parameters={site_facts.SEARCH_PARAMETER: row["report_number"]}
    )
    return [*([("the office's listings", listings)] if listings else []), ("oversight.gov", search)]


def citation(row: Row, address: str | None) -> str:
    """Return how to cite a report, in one line."""
    parts = [
        about.publisher_of(row["office"]),
        row["title"],
        f"{row['report_number']}, fiscal year {year_name(row['fiscal_year'])}",
        day(row["issue_date"]),
        weblink(row["document_url"]) or "",
    ]
    line = ". ".join(text.rstrip(".") for text in parts if text) + "."
    return f"{line} Catalogued at {address}" if address else line


def as_json(content: Any) -> str:
    """Return content as JSON whose bytes depend on nothing else."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, default=_iso)


def _iso(value: Any) -> str:
    return str(value.isoformat())
