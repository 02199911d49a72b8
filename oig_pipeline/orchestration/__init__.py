"""The pipeline as Dagster assets and checks.

Belongs here: everything that imports dagster; nothing else does. Does not: any work on data; each asset calls one
stage of `pipeline`.
"""
