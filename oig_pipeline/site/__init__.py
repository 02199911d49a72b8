"""A release as a static site that people browse.

Belongs here: pages, charts, feeds, the search index and the query page, made of a release and written where they
changed. Does not: a rule, a column or a view of its own; their words come from the contract and `release/`.
"""
