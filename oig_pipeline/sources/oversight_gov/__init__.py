"""oversight.gov, where the federal Offices of Inspector General publish their reports together.

Belongs here: the facts and layouts of that site: `site_facts` has its addresses, `page_kind.detect` recognizes its
pages, `page_reader.read_page` reads one, `page_rows.rows_of` makes it rows of a capture. Does not: fetching, merging,
or what a number or a title means.
"""
