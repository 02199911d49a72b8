"""Captures → sightings.

Belongs here: finding raw files, telling layouts apart, reading rows as the page says them. Does not: what the values
mean, or whether they are right.
"""
