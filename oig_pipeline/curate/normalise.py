"""Listed strings → typed values, row by row.

Belongs here: what a listed value means, by the grammars of `domain`. Does not: whether it is acceptable; that is for
the rules. A value that means nothing becomes null beside the string that said it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urljoin

import polars as pl

from oig_pipeline.contract.columns import NORMALISED
from oig_pipeline.contract.error_rules import LATEST_FISCAL_YEAR
from oig_pipeline.contract.names import BETWEEN_TOPICS, CORRECTABLE
from oig_pipeline.curate.repair import repaired
from oig_pipeline.domain import agencies, dates, fiscal_year, links, placeholders, report_number, titles
from oig_pipeline.domain.blanks import BLANKS, folded_blanks

SITE = "https://www.oig.dhs.gov"
_NO_DAY = "is not a date"
_AMBIGUOUS = "can be read as two days, for another row of the file writes the day before the month"
# A host and something on it: the root of a site, a fragment or a query alone are no document.
_WEB = r"(?i)^https?://[^/?#\\\s\[\]]+/[^?#\\\s][^\\]*$"
_LONGEST_PLACEHOLDER = 100  # bytes, blanks around it included
_ONSITE = r"(?i)^https?://(?:[a-z0-9-]+\.)*oig\.dhs\.gov(?::\d+)?(?:[/?#]|$)"

c = pl.col


def normalise(sightings: pl.DataFrame) -> pl.DataFrame:
    """Return sightings with the columns of `NORMALISED` added.

    Args:
        sightings: the columns that reading gives; `corrected_<name>` columns, where present, take precedence over
            what is listed.
    """
    frame = repaired(sightings.with_columns(*_said(sightings)))
    said = {name: c(f"_said_{name}") for name in (*CORRECTABLE, "topic")}
    frame = frame.with_columns(
        placeholders.stated(said["report_number"]).alias("stated_number"),
        placeholders.stated(said["fiscal_year"]).alias("stated_fiscal_year"),
        placeholders.stated(said["issue_date"]).alias("stated_issue_date"),
        placeholders.stated(said["agency"]).alias("stated_agency"),
        placeholders.stated(said["document_url"]).alias("stated_document_url"),
        # Its blanks are folded where it is published: of a thousand copies one.
        pl.when(_says_something(said["summary"])).then(said["summary"]).alias("stated_summary"),
        _by_value(said["topic"], _topics).alias("stated_topic"),
        placeholders.stated(said["title"]).alias("_title"),
        _by_value(said["agency"], _agency).alias("_agency"),
        _corrected(sightings).alias("corrected"),
    )
    frame = _agencies(_links(_dates(_titles(_numbers(frame)))))
    frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias("cover_number"))  # see covers.py
    return frame.select(*sightings.columns, *NORMALISED)


def _said(frame: pl.DataFrame) -> list[pl.Expr]:
    """Return what rows say under each name, as `_said_<name>`: corrected values first, formulas resolved."""
    columns = {name: _cell(frame, name) for name in CORRECTABLE}
    columns["topic"] = c("topic")
    return [
        placeholders.without_formula(cell, is_link=name == "document_url").alias(f"_said_{name}")
        for name, cell in columns.items()
    ]


def _cell(frame: pl.DataFrame, name: str) -> pl.Expr:
    correction = f"corrected_{name}"
    listed = c(CORRECTABLE[name])
    return pl.coalesce(c(correction), listed) if correction in frame.columns else listed


def _says_something(prose: pl.Expr) -> pl.Expr:
    """Return whether a text of any length is a value: neither blank nor a placeholder."""
    short = pl.when(prose.str.len_bytes() <= _LONGEST_PLACEHOLDER).then(prose)
    return prose.str.contains(rf"[^{BLANKS}]") & ~placeholders.is_placeholder(folded_blanks(short))


def _by_value(text: pl.Expr, change: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Return texts changed, each value once: of these there are few."""

    def changed(texts: pl.Series) -> pl.Series:
        known = texts.unique().to_frame("text").with_columns(change(c("text")).alias("changed"))
        rows = texts.to_frame("text").join(known, on="text", how="left", nulls_equal=True, maintain_order="left")
        return rows["changed"]

    return text.map_batches(changed, return_dtype=pl.String)


def _agency(cell: pl.Expr) -> pl.Expr:
    """Return the agencies that a cell names, less placeholders among them."""
    names = placeholders.stated(cell.str.replace_all(r"\s*[,;|\n]\s*", ";")).str.split(";")
    return names.list.eval(placeholders.stated(pl.element()).drop_nulls()).list.join("; ")


def _topics(topic: pl.Expr) -> pl.Expr:
    """Return topics with `BETWEEN_TOPICS` between them; a cell of several lines holds several."""
    parts = topic.str.replace_all("\n", BETWEEN_TOPICS, literal=True).str.split(BETWEEN_TOPICS)
    known = parts.list.eval(placeholders.stated(pl.element()).drop_nulls())
    return pl.when(known.list.len() > 0).then(known.list.join(BETWEEN_TOPICS))


def _corrected(frame: pl.DataFrame) -> pl.Expr:
    """Return what corrections changed, in words; null for the rows that none touched."""
    changes = [
        pl.format("{} {} → {}", pl.lit(name), listed, c(f"corrected_{name}"))
        for name in CORRECTABLE
        if f"corrected_{name}" in frame.columns
        for listed in [c(CORRECTABLE[name]).fill_null("(none)")]
    ]
    if not changes:
        return pl.lit(None, dtype=pl.String)
    said = pl.concat_str(changes, separator="; ", ignore_nulls=True)
    return pl.when(said.str.len_bytes() > 0).then(said)


def _numbers(frame: pl.DataFrame) -> pl.DataFrame:
    year = c("stated_fiscal_year")
    frame = frame.with_columns(
        report_number.canonical_column(c("stated_number")).alias("report_number"),
        pl.when(year.str.contains(r"^(?:19|20)[0-9]{2}$")).then(year).cast(pl.Int32).alias("year"),
        pl.coalesce(fiscal_year.of_date_column(c("retrieved_at")), pl.lit(LATEST_FISCAL_YEAR, pl.Int32)).alias(
            "horizon"
        ),
    ).with_columns(
        report_number.parts_column(c("report_number")).alias("_parts"),
        (year.is_not_null() & c("year").is_null()).alias("year_broken"),
    )
    readings = report_number.reading_columns(c("_parts"))
    frame = frame.with_columns(*(r.alias(f"_reading_{n}") for n, r in enumerate(readings)))
    decided = report_number.decided_column([c(f"_reading_{n}") for n in range(len(readings))], c("year"))
    return frame.with_columns(pl.when(~c("year_broken")).then(decided).alias("_decided")).with_columns(
        c("_decided").struct.field("fiscal_year").alias("fiscal_year"),
        c("_decided").struct.field("sequence").alias("sequence"),
        c("_parts").struct.field("series").alias("series"),
        c("_parts").struct.field("suffix").alias("suffix"),
    )


def _titles(frame: pl.DataFrame) -> pl.DataFrame:
    bare = placeholders.without_placeholders(titles.without_artefacts(c("_title")))
    frame = frame.with_columns(bare.alias("_bare"))
    return frame.with_columns(
        placeholders.without_placeholders(titles.without_marks(c("_bare"))).alias("title"),
        (c("_title") != c("_bare")).fill_null(False).alias("title_repaired"),
        titles.has_mark(c("_bare"), "is_redacted").alias("is_redacted"),
        titles.has_mark(c("_bare"), "is_revised").alias("is_revised"),
        titles.classification(c("_bare")).alias("classification"),
        titles.kind(c("_bare"), c("suffix"), c("capture_url")).alias("kind"),
    )


def _dates(frame: pl.DataFrame) -> pl.DataFrame:
    """Read the days; a file that once writes the day first makes each of its days that could be read so a fault."""
    known = dates.readings(frame["stated_issue_date"]).select(
        "text", c("day").alias("_day"), c("other").alias("_other")
    )
    frame = frame.join(known, left_on="stated_issue_date", right_on="text", how="left", maintain_order="left")
    is_ambiguous = c("day_first").fill_null(False) & c("_other").is_not_null()
    fault = (
        pl.when(is_ambiguous).then(pl.lit(_AMBIGUOUS))
        .when(c("stated_issue_date").is_not_null() & c("_day").is_null()).then(pl.lit(_NO_DAY))
    )  # fmt: skip
    frame = frame.with_columns(
        pl.when(~is_ambiguous).then(c("_day")).alias("issue_date"),
        fault.alias("date_fault"),
        c("listed_datetime").alias("markup_date"),
    )
    known_year = pl.when(c("fiscal_year") <= c("horizon")).then(c("fiscal_year"))
    return frame.with_columns(fiscal_year.days_outside(c("issue_date"), known_year).alias("days_outside"))


def _links(frame: pl.DataFrame) -> pl.DataFrame:
    """Resolve links against the capture's address; what is no web address then is not published."""
    listed = c("stated_document_url")
    frame = frame.with_columns(links.spelled(listed).alias("_link"))
    link = c("_link")
    root = c("capture_url").str.extract(r"^(https?://[^/?#]+)").fill_null(SITE)
    whole = (
        pl.when(link.str.contains(_WEB)).then(link)
        .when(link.str.contains(r"^/[^/?#\\][^\\]*$")).then(root + link)
    )  # fmt: skip
    frame = frame.with_columns(whole.alias("document_url"))
    rest = frame.filter(link.is_not_null() & c("document_url").is_null()).select("capture_url", "_link").unique()
    if rest.height:
        bases = zip(rest["capture_url"], rest["_link"], strict=True)
        found = pl.Series("_found", [_joined(base or SITE, path) for base, path in bases], dtype=pl.String)
        joined = rest.with_columns(found)
        frame = frame.join(
            joined, on=["capture_url", "_link"], how="left",
            nulls_equal=True, maintain_order="left",
        ).with_columns(pl.coalesce("document_url", "_found").alias("document_url"))  # fmt: skip
    offsite = listed.is_not_null() & ~c("document_url").str.contains(_ONSITE).fill_null(False)
    return frame.with_columns(offsite.alias("document_offsite"))


def _joined(base: str, link: str) -> str | None:
    try:
        joined = urljoin(base, link)
    except ValueError:
        return None
    # Another page of a listing is no document.
    is_same_page = joined == base or re.match(r"\?(?:[^#]*&)?page=", link)
    return joined if re.match(_WEB, joined) and not is_same_page else None


def _agencies(frame: pl.DataFrame) -> pl.DataFrame:
    """Take the agencies from the row, else from the page, else from the title."""
    named = agencies.stated_column(c("_agency"))
    urls = frame["capture_url"].drop_nulls().unique().to_list()
    pages = {url: agency.code for url in urls if (agency := agencies.of_url(url))}
    frame = frame.with_columns(
        named.alias("_named"),
        c("capture_url").replace_strict(pages, default=None, return_dtype=pl.String).alias("_page"),
    )
    frame = frame.with_columns(
        c("_named").list.eval(pl.element().is_null()).list.any().fill_null(False).alias("agency_broken")
    )
    unnamed = c("_named").is_null() & c("_page").is_null()
    # Titles are searched only where nothing stronger names an agency.
    inferred = agencies.inferred_column(pl.when(unnamed).then(c("_title")))
    frame = frame.with_columns(inferred.alias("_inferred"))
    found = (
        pl.when(c("agency_broken")).then(pl.lit([], dtype=pl.List(pl.String)))
        .when(c("_named").is_not_null()).then(c("_named").list.unique().list.sort())
        .when(c("_page").is_not_null()).then(pl.concat_list("_page"))
        .otherwise(c("_inferred"))
    )  # fmt: skip
    source = (
        pl.when(c("agency_broken")).then(None)
        .when(c("_named").is_not_null()).then(c("agency_from"))
        .when(c("_page").is_not_null()).then(pl.lit("listing"))
        .when(c("_inferred").list.len() > 0).then(pl.lit("inferred"))
    )  # fmt: skip
    return frame.with_columns(found.alias("agencies"), source.alias("agency_source"))


def years_of_number(number: pl.Expr) -> pl.Expr:
    """Return the fiscal years that a number can mean, in words."""
    readings = report_number.reading_columns(report_number.parts_column(number))
    years = [r.struct.field("fiscal_year").cast(pl.String) for r in readings]
    known = pl.concat_list(years).list.drop_nulls()
    return pl.when(known.list.len() > 0).then(known.list.join(" or ")).otherwise(pl.lit("no year"))
