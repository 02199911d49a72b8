"""Listed strings → typed values, row by row.

Belongs here: what a listed value means, by the grammars of `domain`. Does not: whether it is acceptable; that is for
the rules. A value that means nothing becomes null beside the string that said it.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

import polars as pl

from oig_pipeline.contract.error_rules import EDGE_DAYS, LATEST_FISCAL_YEAR
from oig_pipeline.contract.judged_columns import NORMALIZED
from oig_pipeline.contract.names import CORRECTABLE
from oig_pipeline.curate.cell_values import (
    agency_names,
    by_value,
    cell_values,
    corrections_in_words,
    says_something,
    topics,
)
from oig_pipeline.curate.file_names import with_file_numbers
from oig_pipeline.curate.repair import repaired
from oig_pipeline.curate.stated_figures import stated_figures
from oig_pipeline.domain import dates, fiscal_year, known_sources, links, placeholders, report_number, wayback
from oig_pipeline.domain.agencies import AgencyList
from oig_pipeline.domain.office import Office
from oig_pipeline.domain.printed_number import printed_column
from oig_pipeline.domain.report_number import NumberGrammar
from oig_pipeline.domain.titles import TitleMarks

_NO_DAY = "is not a date"
_AMBIGUOUS = "can be read as two days, for another row of the file writes the day before the month"
# A host and something on it: the root of a site, a fragment or a query alone are no document.
_WEB = r"(?i)^https?://[^/?#\\\s\[\]]+/[^?#\\\s][^\\]*$"

c = pl.col


def normalize(sightings: pl.DataFrame, office: Office, codes: pl.Series) -> pl.DataFrame:
    """Return sightings with the columns of `NORMALIZED` added.

    Args:
        sightings: the columns that reading gives; `corrected_<name>` columns, where present, take precedence over
            what is listed.
        office: the office whose reports they show, or what is known of offices that are not known.
        codes: the code of each row's office, or its spelling, or null.
    """
    frame = repaired(sightings.with_columns(*cell_values(sightings)))
    cells = {name: c(f"_said_{name}") for name in (*CORRECTABLE, "topic")}
    ambiguity = c("number_fault")
    if "corrected_report_number" in sightings.columns:
        ambiguity = pl.when(c("corrected_report_number").is_null()).then(ambiguity)
    frame = frame.with_columns(
        pl.when(ambiguity.is_null()).then(placeholders.stated(cells["report_number"])).alias("stated_number"),
        ambiguity.alias("number_ambiguity"),
        *stated_figures(cells),
        placeholders.stated(cells["fiscal_year"]).alias("stated_fiscal_year"),
        placeholders.stated(cells["issue_date"]).alias("stated_issue_date"),
        placeholders.stated(cells["agency"]).alias("stated_agency"),
        wayback.original_column(placeholders.stated(cells["document_url"])).alias("stated_document_url"),
        # Its blanks are folded where it is published: of a thousand copies one.
        pl.when(says_something(cells["summary"])).then(cells["summary"]).alias("stated_summary"),
        by_value(cells["topic"], topics).alias("stated_topic"),
        placeholders.stated(cells["title"]).alias("_title"),
        by_value(cells["agency"], agency_names).alias("_agency"),
        corrections_in_words(sightings).alias("corrected"),
    )
    frame = frame.with_columns(
        codes.alias("office"),
        (codes.is_not_null() & bool(office.code)).set(codes.is_null(), None).alias("office_is_known"),
        pl.lit(office.numbers is None).alias("number_is_printed"),
    )
    frame = _titles(_numbers(_dates(frame), office.numbers), office.titles)
    frame = _agencies(with_file_numbers(_links(frame, office), office.numbers), office.agencies)
    frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias("cover_number"))  # see cover_check.py
    return frame.select(*sightings.columns, *NORMALIZED)


def _numbers(frame: pl.DataFrame, numbers: NumberGrammar | None) -> pl.DataFrame:
    year = c("stated_fiscal_year")
    spelling = printed_column if numbers is None else numbers.canonical_column
    frame = frame.with_columns(
        spelling(c("stated_number")).alias("report_number"),
        pl.when(year.str.contains(r"^(?:19|20)[0-9]{2}$")).then(year).cast(pl.Int32).alias("year"),
        pl.coalesce(fiscal_year.of_date_column(c("retrieved_at")), pl.lit(LATEST_FISCAL_YEAR, pl.Int32)).alias(
            "horizon"
        ),
    ).with_columns((year.is_not_null() & c("year").is_null()).alias("year_broken"))
    if numbers is None:
        return _without_grammar(frame)
    frame = _parsed(frame, numbers)
    known_year = pl.when(c("fiscal_year") <= c("horizon")).then(c("fiscal_year"))
    return frame.with_columns(fiscal_year.days_outside(c("issue_date"), known_year).alias("days_outside"))


def _without_grammar(frame: pl.DataFrame) -> pl.DataFrame:
    """Add what is known where no number is read: the fiscal year of the day of issue, else the one that is listed."""
    nothing = pl.lit(None, dtype=pl.String)
    return frame.with_columns(
        pl.coalesce(fiscal_year.of_date_column(c("issue_date")), "year").alias("fiscal_year"),
        pl.lit(None, dtype=pl.Int32).alias("sequence"),
        pl.lit(None, dtype=pl.Int64).alias("days_outside"),
        *(nothing.alias(name) for name in ("series", "suffix", "years_of_number")),
    )


def _parsed(frame: pl.DataFrame, numbers: NumberGrammar) -> pl.DataFrame:
    frame = frame.with_columns(numbers.parts_column(c("report_number")).alias("_parts"))
    readings = numbers.reading_columns(c("_parts"))
    frame = frame.with_columns(*(r.alias(f"_reading_{n}") for n, r in enumerate(readings)))
    candidates = [c(f"_reading_{n}") for n in range(len(readings))]
    decided = report_number.decided_column(
        candidates, c("year"), [_is_plausible_year(r.struct.field("fiscal_year")) for r in candidates]
    )
    frame = frame.with_columns(pl.when(~c("year_broken")).then(decided).alias("_decided"))
    is_undecided = c("_decided").is_null() & c("report_number").is_not_null()
    # Hardly any row needs these words, which take longer to find than all else about a number; most batches need none.
    years: pl.Expr = pl.lit(None, dtype=pl.String)
    if frame.select(is_undecided.any()).item():
        years = by_value(pl.when(is_undecided).then(c("report_number")), numbers.years_column)
    return frame.with_columns(
        c("_decided").struct.field("fiscal_year").alias("fiscal_year"),
        c("_decided").struct.field("sequence").alias("sequence"),
        c("_parts").struct.field("series").alias("series"),
        c("_parts").struct.field("suffix").alias("suffix"),
        pl.when(is_undecided).then(years).alias("years_of_number"),
    )


def _is_plausible_year(year: pl.Expr) -> pl.Expr:
    """Return whether the day and calendar year of issue allow a fiscal year; null where neither is known."""
    near = fiscal_year.days_outside(c("issue_date"), year) <= EDGE_DAYS
    # A calendar year touches two fiscal years, and none but these from so near.
    return near & (year - c("issue_year").cast(pl.Int32, strict=False)).is_between(0, 1)


def _titles(frame: pl.DataFrame, marks: TitleMarks) -> pl.DataFrame:
    bare = placeholders.without_placeholders(marks.without_artefacts(c("_title")))
    frame = frame.with_columns(bare.alias("_bare"))
    return frame.with_columns(
        placeholders.without_placeholders(marks.without_marks(c("_bare"))).alias("title"),
        (c("_title") != c("_bare")).fill_null(False).alias("title_repaired"),
        marks.has_mark(c("_bare"), "is_redacted").alias("is_redacted"),
        marks.has_mark(c("_bare"), "is_revised").alias("is_revised"),
        marks.classification(c("_bare")).alias("classification"),
        marks.kind(c("_bare"), c("suffix"), c("capture_url")).alias("kind"),
    )


def _dates(frame: pl.DataFrame) -> pl.DataFrame:
    """Read the dates; if one row of a file writes the day first, every ambiguous date of that file is a fault."""
    days = dates.readings(frame["stated_issue_date"]).select("text", c("day").alias("_day"), c("other").alias("_other"))
    frame = frame.join(days, left_on="stated_issue_date", right_on="text", how="left", maintain_order="left")
    is_ambiguous = c("day_first").fill_null(False) & c("_other").is_not_null()
    fault = (
        pl.when(is_ambiguous).then(pl.lit(_AMBIGUOUS))
        .when(c("stated_issue_date").is_not_null() & c("_day").is_null()).then(pl.lit(_NO_DAY))
    )  # fmt: skip
    return frame.with_columns(
        pl.when(~is_ambiguous).then(c("_day")).alias("issue_date"),
        fault.alias("date_fault"),
        c("listed_datetime").alias("markup_date"),
    )


def _links(frame: pl.DataFrame, office: Office) -> pl.DataFrame:
    """Resolve links against the capture's address, or the office's; what is then no web address is not published."""
    stated_url = c("stated_document_url")
    frame = frame.with_columns(links.spelled(stated_url).alias("_link"))
    link = c("_link")
    root = c("capture_url").str.extract(r"^(https?://[^/?#]+)").fill_null(pl.lit(office.site, dtype=pl.String))
    url = (
        pl.when(link.str.contains(_WEB)).then(link)
        .when(link.str.contains(r"^/[^/?#\\][^\\]*$")).then(root + link)
    )  # fmt: skip
    frame = frame.with_columns(url.alias("document_url"))
    rest = frame.filter(link.is_not_null() & c("document_url").is_null()).select("capture_url", "_link").unique()
    if rest.height:
        bases = zip(rest["capture_url"], rest["_link"], strict=True)
        addresses = [_joined(base or office.site or "", path) for base, path in bases]
        targets = pl.Series("_found", addresses, dtype=pl.String)
        joined = rest.with_columns(targets)
        frame = frame.join(
            joined, on=["capture_url", "_link"], how="left",
            nulls_equal=True, maintain_order="left",
        ).with_columns(pl.coalesce("document_url", "_found").alias("document_url"))  # fmt: skip
    onsite = pl.lit(True)
    if office.onsite:
        onsite = c("document_url").str.contains(f"{office.onsite}|{known_sources.ON_MIRROR}").fill_null(False)
    is_page = c("document_url").str.contains(office.pages).fill_null(False) if office.pages else pl.lit(False)
    return frame.with_columns(
        (stated_url.is_not_null() & ~onsite).alias("document_offsite"), is_page.alias("links_page")
    )


def _joined(base: str, link: str) -> str | None:
    try:
        joined = urljoin(base, link)
    except ValueError:
        return None
    # Another page of a listing is no document.
    is_same_page = joined == base or re.match(r"\?(?:[^#]*&)?page=", link)
    return joined if re.match(_WEB, joined) and not is_same_page else None


def _agencies(frame: pl.DataFrame, agencies: AgencyList) -> pl.DataFrame:
    """Take the agencies from the row, else from the page, else from the title; from nothing if none are declared."""
    if not agencies.agencies:
        return frame.with_columns(
            pl.lit([], dtype=pl.List(pl.String)).alias("agencies"),
            pl.lit(None, dtype=pl.String).alias("agency_source"),
            pl.lit(False).alias("agency_broken"),
        )
    stated_codes = agencies.stated_column(c("_agency"))
    urls = frame["capture_url"].drop_nulls().unique().to_list()
    pages = {url: agency.code for url in urls if (agency := agencies.of_url(url))}
    frame = frame.with_columns(
        stated_codes.alias("_named"),
        c("capture_url").replace_strict(pages, default=None, return_dtype=pl.String).alias("_page"),
    )
    frame = frame.with_columns(
        c("_named").list.eval(pl.element().is_null()).list.any().fill_null(False).alias("agency_broken")
    )
    unnamed = c("_named").is_null() & c("_page").is_null()
    # Titles are searched only where nothing stronger names an agency.
    inferred = agencies.inferred_column(pl.when(unnamed).then(c("_title")))
    frame = frame.with_columns(inferred.alias("_inferred"))
    codes = (
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
    return frame.with_columns(codes.alias("agencies"), source.alias("agency_source"))
