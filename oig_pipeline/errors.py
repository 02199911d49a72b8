"""The two ways in which this software stops.

Belongs here: exceptions that reach a user as one line. Does not: violations, which are rows, not exceptions.
"""

from __future__ import annotations


class CannotRun(Exception):
    """The inputs do not allow a run at all: exit status 2. The message says where, what is wrong and what to do."""


class SchemaViolated(Exception):
    """A table does not have the shape its schema promises: a fault of this software, never of the data."""
