"""What can be trusted, and how far: captures, rules, what was kept out, corrections in force.

Belongs here: the quality pages. Does not: a rule's words or remedy (the contract), or counting (views).
"""

from __future__ import annotations

from oig_pipeline.contract.rules import BY_CODE, RULES
from oig_pipeline.site import urls
from oig_pipeline.site.release_data import ReleaseData, Row
from oig_pipeline.site.render import Site
from oig_pipeline.site.write import SiteWriter

FOLDER = "quality"
PAGE_SIZE = 100
"""Rows of a table on one page."""
MAX_EXAMPLES = 50
"""Violations that a rule's page names, of which there may be as many as rows."""

_QUARANTINE = "FROM quarantine"
_ACCOUNTING = """
SELECT
    count(*) AS captures,
    coalesce(sum(sightings), 0)::BIGINT AS sightings,
    coalesce(sum(published), 0)::BIGINT AS published,
    coalesce(sum(quarantined), 0)::BIGINT AS quarantined,
    count(*) FILTER (sightings <> published + quarantined) AS unaccounted
FROM captures
"""
_EXAMPLES = """
SELECT v.capture_path, v.line, v.value, v.message, v.acknowledged, s.office, s.report_number, s.fiscal_year, s.outcome
FROM violations AS v
LEFT JOIN sightings AS s USING (sighting_id)
WHERE v.rule = $1
ORDER BY v.capture_path, v.line, v.message
LIMIT $2
"""


def write(source: ReleaseData, site: Site, writer: SiteWriter) -> None:
    """Write the overview, the tables of captures and of quarantined rows, and a page for each rule."""
    broken = {row["rule"]: row for row in source.ask("FROM data_quality").dicts()}
    captures = source.captures
    quarantined = source.ask(_QUARANTINE).dicts()
    writer.page(
        f"{FOLDER}/index.html",
        site.render(
            "quality.html",
            f"{FOLDER}/index.html",
            source=source,
            accounting=accounting(source),
            captures=captures[:PAGE_SIZE],
            capture_count=len(captures),
            quarantined=quarantined[:PAGE_SIZE],
            quarantined_count=len(quarantined),
            broken=broken,
            all_rules=RULES,
        ),
    )
    _write_table("captures", captures, site, writer)
    _write_table("quarantine", quarantined, site, writer)
    for rule in RULES:
        path = f"{FOLDER}/rules/{rule.code}/index.html"
        writer.page(path, _rule_page(rule.code, broken.get(rule.code), source, site, path))


def accounting(source: ReleaseData) -> Row:
    """Return how many captures and rows there are, and what became of them."""
    (row,) = source.ask(_ACCOUNTING).dicts()
    return row


def _write_table(name: str, rows: list[Row], site: Site, writer: SiteWriter) -> None:
    pages = [rows[n : n + PAGE_SIZE] for n in range(0, len(rows), PAGE_SIZE)] or [[]]
    for number, page_rows in enumerate(pages, start=1):
        path = urls.page(f"{FOLDER}/{name}", number)
        content = {"rows": page_rows, "total": len(rows), "number": number, "pages": len(pages)}
        writer.page(path, site.render(f"{name}.html", path, **content))


def _rule_page(code: str, broken: Row | None, source: ReleaseData, site: Site, path: str) -> str:
    rows = source.ask(_EXAMPLES, code, MAX_EXAMPLES).dicts() if broken else []
    examples = [{**row, "place": urls.of_report(row) if row["outcome"] == "published" else None} for row in rows]
    by_capture = source.ask("FROM data_quality_by_capture WHERE rule = $1", code).dicts()[:MAX_EXAMPLES]
    return site.render("rule.html", path, rule=BY_CODE[code], broken=broken, examples=examples, by_capture=by_capture)
