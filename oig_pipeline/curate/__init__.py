"""Sightings → reports.

Belongs here: normalising, correcting, judging, merging, and accounting for every row. Does not: reading captures or
writing files.
"""
