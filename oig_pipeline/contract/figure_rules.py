"""Rules that compare the figures of a page with the words of its summary.

Belongs here: warnings where a labeled count or amount is not what the summary beside it says. Does not: figures that
cannot be read (see `warning_rules.py`), or recommendations (see `ledger_columns.py`).

The labeled value is published, as a cell is less often misread than a sentence. Sentences round amounts.
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.contract.example_office import listing, row
from oig_pipeline.contract.rule import Rule

ROUNDING = 0.01
"""The share of an amount by which a sentence may round it."""

c = pl.col


def _page(description: str, label: str, value: str) -> dict[str, str]:
    """Return the page of a report with a description and one labeled figure."""
    lines = (
        *("Title Full", "RBA Needs to Strengthen Its Oversight of Medical Attention", "Report Number", "EX-21-49"),
        *("Report Description", description, "Submitting OIG", "Department of Examples OIG", "Components", "RBA"),
        *("Date Issued", "07/20/2021", label, value),
    )
    return {**listing(row(summary="")), "page.txt": "\n".join(lines) + "\n"}


def _amount_rule(code: str, name: str, words: str) -> Rule:
    """Return the rule of an amount that the page states in a cell and in its summary."""
    cell, summary = c(name), c(f"summary_{name}")
    difference = (cell - summary).abs()
    return Rule(
        code=code,
        severity="warning",
        scope="group",
        column=f"listed_{name}",
        why="The page states one amount in a cell and another in its summary; the cell is published.",
        remedy="Compare with the document, and correct the figure if the cell is wrong.",
        message=f"the cell states {{{name}}} dollars of {words}, the summary {{summary_{name}}}",
        holds=cell.is_null() | summary.is_null() | (difference <= ROUNDING * pl.max_horizontal(cell, summary)),
        passes=_page(f"We identified $1.3 million of {words}.", words.title(), "$1,298,804"),
        fails=_page(f"We identified $1.3 million of {words}.", words.title(), "$0"),
    )


FIGURE_RULES: tuple[Rule, ...] = (
    Rule(
        code="count_conflict",
        severity="warning",
        scope="group",
        column="listed_recommendations",
        why="The page states one count of recommendations in a cell and another in its summary; the cell is published.",
        remedy="Compare with the document, and correct the figure if the cell is wrong.",
        message="the cell states {recommendations} recommendations, the summary {summary_recommendations}",
        holds=c("recommendations").is_null()
        | c("summary_recommendations").is_null()
        | (c("recommendations") == c("summary_recommendations")),
        passes=_page("We made four recommendations.", "Number of Recommendations", "4"),
        fails=_page("We made four recommendations.", "Number of Recommendations", "19"),
    ),
    _amount_rule("money_conflict", "questioned_costs", "questioned costs"),
    _amount_rule("better_use_conflict", "funds_for_better_use", "funds for better use"),
)
