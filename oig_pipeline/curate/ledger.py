"""Statements → recommendations, and what became of them.

Belongs here: which of several statements about a recommendation holds, what is wrong with it, what a later page no
longer lists, and what changed between captures. Does not: reading statements, or columns that only summaries fill.

The newest statement holds; of one time a cell before a sentence, then by value, never by order. A recommendation that a
later capture of the same page no longer lists as open is `not_listed`, unless something says that it is closed: pages
list open recommendations only, and a page that breaks off proves nothing by what it lacks.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from oig_pipeline.contract.column import NAMES
from oig_pipeline.contract.columns import KEY
from oig_pipeline.contract.ledger_columns import (
    BETWEEN_NUMBERS,
    FLAGS,
    HISTORY_FIELDS,
    RECOMMENDATION_HISTORY,
    RECOMMENDATIONS,
)
from oig_pipeline.contract.schemas import POLARS_SCHEMAS
from oig_pipeline.curate.statements import PAGE, RETRIEVED, ROW
from oig_pipeline.domain.agencies import AgencyList
from oig_pipeline.domain.statements.numbers import in_order

_ON = [*KEY, "recommendation"]
_BY = [ROW, "recommendation"]
_LATEST = ("response", "agreement", "is_significant", "questioned_costs", "unsupported_costs", "funds_for_better_use")
_MONEY = ("questioned_costs", "unsupported_costs", "funds_for_better_use")
_OF_ALL = {"all": "concurred", "none": "not_concurred"}

c = pl.col


def recommendations_of(
    statements: pl.DataFrame, reports: pl.DataFrame, agencies: Mapping[str, AgencyList]
) -> pl.DataFrame:
    """Return the recommendations (columns of `RECOMMENDATIONS`), by report and number.

    Args:
        statements: the statements about reports, with `RETRIEVED`, `PAGE` and `ROW`.
        reports: the reports, in the order that `ROW` counts.
        agencies: office → its agencies, of the offices that declare them.
    """
    rows = _of_recommendations(statements)
    if rows.is_empty():
        return POLARS_SCHEMAS["recommendations"].to_frame()
    result = rows.group_by(*_BY, *KEY).agg(
        c(RETRIEVED).min().alias("first_seen"),
        c(RETRIEVED).max().alias("last_seen"),
        c(RETRIEVED).filter(_is_open()).max().alias("last_seen_open"),
    )
    for name in _LATEST:
        result = result.join(_latest(rows, name), on=_BY, how="left")
    result = result.join(_texts(rows), on=_BY, how="left").join(_completion(statements), on=_BY, how="left")
    result = result.join(_addressees(rows), on=_BY, how="left").with_columns(c("addressees").fill_null([]))
    result = _with_whole_report(result, reports)
    result = result.with_columns(
        c("is_significant") == "true",
        *(c(name).cast(pl.Float64) for name in _MONEY),
        _agencies(agencies),
        _place(result),
    )
    flags = _flags(result, rows, reports, agencies)
    result = result.with_columns(flags.alias("quality_flags")).sort(ROW, "place")
    return result.select(*RECOMMENDATIONS)


def _of_recommendations(statements: pl.DataFrame) -> pl.DataFrame:
    return statements.filter(c("recommendation").is_not_null() & c("is_of_report"))


def _is_open() -> pl.Expr:
    return (c("says") == "completion") & (c("value") == "open") & (c("read_from") == "cell")


def _ordered(rows: pl.DataFrame, *further: str) -> pl.DataFrame:
    """Return statements with the one that holds first, of each recommendation."""
    keys = ["as_of", "read_from", *further, "value", "capture_path", "line"]
    return rows.sort(keys, descending=[key in ("as_of", *further) for key in keys], nulls_last=True)


def _latest(rows: pl.DataFrame, says: str) -> pl.DataFrame:
    """Return what the newest statement says of each recommendation."""
    ordered = _ordered(rows.filter((c("says") == says) & c("value").is_not_null()))
    return ordered.unique(_BY, keep="first", maintain_order=True).select(*_BY, c("value").alias(says))


def _texts(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the text of each recommendation: of the newest the longest, for pages cut texts short."""
    length = c("value").str.len_chars().alias("_length")
    ordered = _ordered(rows.filter(c("says") == "text").with_columns(length), "_length")
    return ordered.unique(_BY, keep="first", maintain_order=True).select(*_BY, c("value").alias("text"))


def _addressees(rows: pl.DataFrame) -> pl.DataFrame:
    names = rows.filter(c("says") == "addressee").sort("capture_path", "line", "value")
    return names.group_by(_BY, maintain_order=True).agg(
        c("value").unique(maintain_order=True).sort().alias("addressees")
    )


def _completion(statements: pl.DataFrame) -> pl.DataFrame:
    """Return the completion of each recommendation, when its page was obtained, and where it stands."""
    states = completions(statements)
    # Closed and open at one time contradict each other: what may still be to do is not called done.
    keys = ["as_of", "value", "capture_path", "line"]
    newest_first = states.sort(keys, descending=[True, True, False, False], nulls_last=True)
    return newest_first.unique(_BY, keep="first", maintain_order=True).select(
        *_BY,
        c("value").alias("completion"),
        "as_of",
        c("capture_path").alias("completion_path"),
        c("line").alias("completion_line"),
    )


def completions(statements: pl.DataFrame) -> pl.DataFrame:
    """Return the statements of completion, and those that follow from what a page no longer lists as `not_listed`."""
    stated = _of_recommendations(statements).filter(c("says") == "completion")
    gone = _not_listed(statements, stated)
    # What is not dated comes first; what is said of one time, before what follows from a list of that time.
    states = pl.concat([stated, gone]).sort(*_BY, "as_of", c("value") == "not_listed", nulls_last=False)
    before = c("value").replace("not_listed", None).forward_fill().over(_BY)
    return states.filter((c("value") != "not_listed") | (before == "open").fill_null(False))


def _not_listed(statements: pl.DataFrame, stated: pl.DataFrame) -> pl.DataFrame:
    """Return, as statements, the recommendations that a page listed as open and a later capture of it does not."""
    lists = statements.filter((c("says") == "all_open") & c(RETRIEVED).is_not_null())
    of_rows = stated.filter(_is_open() & c("sighting_id").is_not_null() & c(RETRIEVED).is_not_null())
    first = of_rows.group_by(*_BY, PAGE).agg(c(RETRIEVED).min().alias("_first"))
    pairs = lists.drop("recommendation").join(first, on=[ROW, PAGE], how="inner", nulls_equal=True)
    is_listed = c("value").str.split(BETWEEN_NUMBERS).list.contains(c("recommendation"))
    gone = pairs.filter((c(RETRIEVED) > c("_first")) & ~is_listed)
    return gone.with_columns(
        pl.lit("completion").alias("says"), pl.lit("not_listed").alias("value"), c(RETRIEVED).alias("as_of")
    ).select(*statements.columns)


def _with_whole_report(result: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    """Return recommendations with what their report says of all of them, where nothing is said of the one."""
    of_report = reports.with_row_index(ROW).select(
        ROW,
        c("concurrence").replace_strict(_OF_ALL, default=None, return_dtype=pl.String).alias("_response"),
        c("agreement").alias("_agreement"),
    )
    return result.join(of_report, on=ROW, how="left").with_columns(
        pl.coalesce("response", "_response").alias("response"),
        pl.coalesce("agreement", "_agreement").alias("agreement"),
    )


def _agencies(agencies: Mapping[str, AgencyList]) -> pl.Expr:
    """Return the agencies that addressees name, by the list of the office."""
    names = c("addressees").list.join("; ")
    result: pl.Expr = pl.lit([], dtype=NAMES)
    for office, of_office in agencies.items():
        result = pl.when(c("office") == office).then(of_office.inferred_column(names)).otherwise(result)
    return result.alias("agencies")


def _place(result: pl.DataFrame) -> pl.Expr:
    numbers = sorted(result["recommendation"].unique(), key=lambda number: (in_order(number), number))
    rank = c("recommendation").replace_strict({number: n for n, number in enumerate(numbers)}, return_dtype=pl.Int32)
    return rank.rank("dense").over(ROW).cast(pl.Int32).alias("place")


def _flags(
    result: pl.DataFrame, rows: pl.DataFrame, reports: pl.DataFrame, agencies: Mapping[str, AgencyList]
) -> pl.Series:
    """Return what is wrong with each recommendation, as lists of flags."""
    number_made = result.select(ROW).join(
        reports.with_row_index(ROW).select(ROW, "recommendations"), on=ROW, how="left", maintain_order="left"
    )["recommendations"]
    number = result["recommendation"].str.extract(r"^(\d{1,4})$").cast(pl.Int32)
    on_one_day = [*_BY, "_day"]
    dated = rows.with_columns(c("as_of").dt.date().alias("_day"))
    cells = c("read_from") == "cell"
    broken = {
        "number_repeated": rows.filter((c("says") == "completion") & cells)
        .group_by(*_BY, "capture_path").len().filter(c("len") > 1),
        "status_contradiction": dated.filter((c("says") == "completion") & c("_day").is_not_null())
        .group_by(on_one_day).agg(c("value").n_unique()).filter(c("value") > 1),
        "response_contradiction": dated.filter(c("says") == "response")
        .group_by(on_one_day).agg(c("value").n_unique()).filter(c("value") > 1),
        "money_conflict": pl.concat(_money_conflicts(rows, name) for name in _MONEY),
    }  # fmt: skip
    keys = result.select(_BY)
    verdicts = {
        name: keys.join(which.select(_BY).unique().with_columns(pl.lit(True).alias("_is")), on=_BY, how="left",
                        maintain_order="left")["_is"].fill_null(False)
        for name, which in broken.items()
    }  # fmt: skip
    verdicts["number_beyond_made"] = (number > number_made).fill_null(False)
    verdicts["addressee_unknown"] = (
        (result["addressees"].list.len() > 0)
        & (result["agencies"].list.len() == 0)
        & result["office"].is_in(list(agencies))
    )
    flags = [pl.when(verdicts[name]).then(pl.lit(name)) for name in sorted(FLAGS)]
    return pl.select(pl.concat_list(flags).list.drop_nulls()).to_series()


def _money_conflicts(rows: pl.DataFrame, says: str) -> pl.DataFrame:
    """Return the recommendations whose text names another amount than their cell: both of one capture."""
    amounts = rows.filter(c("says") == says).select(*_BY, "capture_path", "read_from", c("value").cast(pl.Float64))
    both = [*_BY, "capture_path"]
    cells, words = (amounts.filter(read_from=form) for form in ("cell", "prose"))
    sums = words.group_by(both).agg(c("value").unique())
    return cells.join(sums, on=both, how="inner", suffix="_said").filter(~c("value_said").list.contains(c("value")))


def with_open_counts(merged: pl.DataFrame, statements: pl.DataFrame) -> pl.DataFrame:
    """Return reports with how many recommendations are open, as the newest page says that counts them."""
    # A page without a list says no count, and the numbers of its list are none.
    numbers = pl.when(c("value") == "").then(0).otherwise(c("value").str.split(BETWEEN_NUMBERS).list.len())
    count = pl.when(c("says") == "open").then(c("value").cast(pl.Int32, strict=False)).otherwise(numbers).cast(pl.Int32)
    counts = _ordered(statements.filter(c("says").is_in(["open", "all_open"])))
    counts = counts.unique(ROW, keep="first", maintain_order=True).select(
        ROW, count.alias("recommendations_open"), c("as_of").alias("recommendations_as_of")
    )
    return merged.with_row_index(ROW).join(counts, on=ROW, how="left", maintain_order="left")


def history_of(statements: pl.DataFrame) -> pl.DataFrame:
    """Return the changes (columns of `RECOMMENDATION_HISTORY`) between captures, by report, number and time."""
    rows = _of_recommendations(statements)
    if rows.is_empty():
        return POLARS_SCHEMAS["recommendation_history"].to_frame()
    stated = rows.filter(c("says").is_in(HISTORY_FIELDS) & (c("says") != "completion"))
    states = pl.concat([stated, completions(statements)]).filter(
        c(RETRIEVED).is_not_null() & (c("read_from") == "cell")
    )
    by = [ROW, *_ON, "says"]
    at_one_time = states.sort("value", "capture_path", "line", descending=[True, False, False]).unique(
        [*by, RETRIEVED], keep="first", maintain_order=True
    )
    ordered = at_one_time.sort(*by, RETRIEVED)
    before = {
        "value": "old_value", RETRIEVED: "old_seen", "capture_path": "old_path",
    }  # fmt: skip
    changes = ordered.with_columns(c(name).shift().over(by).alias(old) for name, old in before.items()).filter(
        c("old_seen").is_not_null() & c("value").ne_missing(c("old_value"))
    )
    return (
        changes.sort(ROW, "recommendation", RETRIEVED, "says")
        .select(
            *_ON,
            c("says").alias("field"),
            "old_value",
            c("value").alias("new_value"),
            "old_seen",
            c(RETRIEVED).alias("new_seen"),
            "old_path",
            c("capture_path").alias("new_path"),
            c("line").alias("new_line"),
        )
        .select(*RECOMMENDATION_HISTORY)
    )
