"""The work in steps that fit in memory and can be done side by side: portions of captures, then fiscal years.

Belongs here: what is read, judged and merged at a time, and what passes between such steps. Does not: what is done to a
row (`capture/`, `curate/`), or who runs the steps where (`run/pipeline.py`, `orchestration/`).
"""
