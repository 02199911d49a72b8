"""Comparisons with other ways of doing the same, side by side; `make bench` runs them.

Belongs here: corpora, contenders, and what measures whole processes. Does not: anything that the package needs.
"""
