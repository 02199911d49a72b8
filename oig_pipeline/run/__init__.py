"""A run: read captures in batches, then merge one fiscal year at a time.

Belongs here: units of work that fit in memory and run in parallel, and the data they exchange. Does not: the work on a
row (`capture/`, `curate/`).
"""
