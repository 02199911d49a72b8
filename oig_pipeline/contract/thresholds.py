"""Shares and counts at which several parts agree that something is wrong.

Belongs here: those that a rule and a setting share. It imports nothing, so that settings are there at once.
"""

from __future__ import annotations

MIN_ROWS = 0.8
"""Share of the rows that a page had last time below which what came of it is doubted."""
