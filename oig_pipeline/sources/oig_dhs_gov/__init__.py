"""oig.dhs.gov, the site of DHS OIG.

Belongs here: the facts and layouts of that site. Does not: fetching, or what a number or a title means.
"""

from __future__ import annotations

from oig_pipeline.capture import html_table
from oig_pipeline.capture.source import Source
from oig_pipeline.sources.oig_dhs_gov import html_cards, listings, text_cards, text_dated, text_runon, text_table

SOURCE = Source(
    "oig_dhs_gov",
    hosts=("oig.dhs.gov",),
    layouts=(
        html_table.LAYOUT,
        html_cards.LAYOUT,
        text_table.LAYOUT,
        text_runon.LAYOUT,
        text_dated.LAYOUT,
        text_cards.LAYOUT,
    ),
    crawl=listings.CRAWL,
)
