"""New captures, fetched politely.

Belongs here: asking the OIG's site (and archives of it) and filing what comes as captures and documents. Does not:
reading rows for the dataset; fetching only looks at pages to know whether they are what was asked for.
"""
