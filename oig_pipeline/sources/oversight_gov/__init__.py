"""oversight.gov, where the federal Offices of Inspector General publish their reports together.

Belongs here: the facts and layouts of that site: `site_facts` has its addresses, `page_kind.detect` recognizes its
pages, `page_reader.read_page` reads one, `page_rows.rows_of` makes it rows of a capture. Does not: fetching, merging,
or what a number or a title means.
"""

from __future__ import annotations

from oig_pipeline.capture.source import Source
from oig_pipeline.domain.known_sources import HOSTS, OVERSIGHT_GOV
from oig_pipeline.sources.oversight_gov import page_layouts, report_lists

SOURCE = Source(OVERSIGHT_GOV, hosts=tuple(HOSTS), page_layout=page_layouts.layout_of, crawl=report_lists.CRAWL)
