"""Reports → a release.

Belongs here: writing Parquet, the release folder and its switch, the DuckDB catalog. Does not: deciding what is
published.
"""
