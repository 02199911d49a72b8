"""The columns of the tables about recommendations.

Belongs here: statements, the recommendations that they add up to, and what changed between captures. Does not: columns
of reports and listings (see `columns.py`), or how a statement is read.
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.contract.column import NAMES, TIME, Column
from oig_pipeline.contract.columns import KEY, REPORTS

SAYS = (
    *("made", "open", "all_open", "concurred", "not_concurred", "concurrence", "response", "agreement", "completion"),
    *("addressee", "is_significant", "questioned_costs", "unsupported_costs", "funds_for_better_use", "award", "text"),
    *("note", "other_reports"),
)
"""What statements say. `made`, `open`, `concurred` and `not_concurred` are counts, `all_open` the numbers of all that a
page lists as open; amounts are dollars. `award` is money that is no finding, `note` what a page adds to a
recommendation, and `other_reports` a sentence that speaks of the recommendations of other reports."""
BETWEEN_NUMBERS = "; "
"""What stands between the numbers of `all_open`."""
FROM = ("cell", "prose")
RESPONSES = ("concurred", "partly", "not_concurred")
AGREEMENTS = ("resolved", "unresolved")
COMPLETIONS = ("open", "closed", "not_listed")
FLAGS = {
    "addressee_unknown": "Whom its text asks is none of the agencies of the office.",
    "money_conflict": "Its text names another amount than its cell; the cell's is published.",
    "number_beyond_made": "Its number is higher than the number of recommendations that were made.",
    "number_repeated": "A page lists its number more than once.",
    "response_contradiction": "Pages of one day say that it was concurred with, and that it was not.",
    "status_contradiction": "Pages of one day say that it is open, and that it is closed; open is published.",
}
"""What can be wrong with a recommendation: its flag, and what it means."""

_KEY = {name: REPORTS[name] for name in KEY}
_RECOMMENDATION = Column(pl.String, "Number of the recommendation within its report, as printed, e.g. 3 or 1-1.")

STATEMENTS = {
    **_KEY,
    "recommendation": Column(
        pl.String, "Number of the recommendation, as printed; null where the whole report is meant.", nullable=True
    ),
    "says": Column(pl.String, "What it is about.", among=SAYS),
    "value": Column(
        pl.String, "What it says: a count, dollars, a name or one of a few words; null for none.", nullable=True,
        dictionary=False,
    ),
    "words": Column(pl.String, "The words of the sentence or cell.", nullable=True, dictionary=False),
    "is_of_report": Column(pl.Boolean, "Whether it speaks of this report; false where it quotes others."),
    "read_from": Column(pl.String, "cell for a labeled value or a row of a table, prose for a sentence.", among=FROM),
    "as_of": Column(TIME, "When its page was obtained (UTC), where known.", nullable=True),
    "capture_path": Column(pl.String, "Path of the capture that says it."),
    "line": Column(pl.Int32, "Line of the capture on which the value begins that says it, from 1.", unit="lines"),
    "layout": Column(pl.String, "Layout by which the capture was read."),
    "sighting_id": Column(
        pl.String, "The sighting that says it; null for a page that shows no report of its own.", nullable=True
    ),
}  # fmt: skip

RECOMMENDATIONS = {
    **_KEY,
    "recommendation": _RECOMMENDATION,
    "place": Column(pl.Int32, "Place among the report's recommendations by number, from 1.", unit="recommendations"),
    "text": Column(pl.String, "Text; null where no page shows it.", nullable=True, dictionary=False, search_weight=1.0),
    "addressees": Column(NAMES, "Who was asked to act, in the words of the text.", dictionary=False),
    "agencies": Column(NAMES, "Codes of the agencies that the addressees name, sorted.", form=REPORTS["agencies"].form),
    "response": Column(
        pl.String, "Whether those asked concurred; null where nothing says it.", nullable=True, among=RESPONSES
    ),
    "agreement": Column(
        pl.String, "Whether the office accepts what is planned: resolved or unresolved; null where nothing says it.",
        nullable=True, among=AGREEMENTS,
    ),
    "completion": Column(
        pl.String, "open, closed, or not_listed for one that its page no longer lists as open; null where nothing says "
        "it.", nullable=True, among=COMPLETIONS,
    ),
    "as_of": Column(
        TIME, "When the page that says completion was obtained (UTC); null where that is not known.", nullable=True
    ),
    "is_significant": Column(pl.Boolean, "Whether its office calls it significant.", nullable=True),
    "questioned_costs": Column(pl.Float64, "Questioned costs.", nullable=True, unit="USD"),
    "unsupported_costs": Column(
        pl.Float64, "Unsupported costs, a part of the questioned costs.", nullable=True, unit="USD"
    ),
    "funds_for_better_use": Column(
        pl.Float64, "Funds that could be put to better use.", nullable=True, unit="USD"
    ),
    "first_seen": Column(TIME, "Earliest known time (UTC) at which a page spoke of it.", nullable=True),
    "last_seen": Column(TIME, "Latest known time (UTC) at which a page spoke of it.", nullable=True),
    "last_seen_open": Column(TIME, "Latest known time (UTC) at which a page said that it is open.", nullable=True),
    "completion_path": Column(pl.String, "Path of the capture that says completion; null for none.", nullable=True),
    "completion_line": Column(pl.Int32, "Line of that capture on which it says so.", nullable=True, unit="lines"),
    "quality_flags": Column(NAMES, "What is wrong with it, sorted.", among=tuple(FLAGS)),
}  # fmt: skip

HISTORY_FIELDS = (
    *("completion", "response", "agreement", "is_significant", "questioned_costs", "funds_for_better_use", "text"),
)
"""Fields of a recommendation whose changes are told."""
RECOMMENDATION_HISTORY = {
    **_KEY,
    "recommendation": _RECOMMENDATION,
    "field": Column(pl.String, "What changed.", among=HISTORY_FIELDS),
    "old_value": Column(pl.String, "What was said before.", nullable=True, dictionary=False),
    "new_value": Column(pl.String, "What was said after.", nullable=True, dictionary=False),
    "old_seen": Column(TIME, "When the old state was last seen (UTC)."),
    "new_seen": Column(TIME, "When the new state was first seen (UTC)."),
    "old_path": Column(pl.String, "Path of the capture that shows the old state."),
    "new_path": Column(pl.String, "Path of the capture that shows the new state."),
    "new_line": Column(pl.Int32, "Line of that capture; of one that no longer lists it, of its list.", unit="lines"),
}
