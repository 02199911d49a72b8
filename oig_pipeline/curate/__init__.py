"""Sightings → reports.

Belongs here: normalizing, correcting, judging, merging, and accounting for every row. Does not: reading captures or
writing files.
"""
