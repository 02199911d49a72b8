"""What can go wrong while asking.

Belongs here: the exceptions that pass between the modules of fetching, each with a reason for people. Does not: what
makes a run impossible from the start (`CannotRun`).
"""

from __future__ import annotations


class Stopped(Exception):
    """The fetch as a whole ends here: the site cannot be reached, or a bound is reached. The next one goes on."""


class Refused(Exception):
    """One address may not be asked: it is not on the allow-list, or robots.txt forbids it."""


class FetchError(Exception):
    """An answer is not what was asked for. `ends_all` is whether it says so of the whole site, not of one page."""

    def __init__(self, why: str, *, ends_all: bool = False) -> None:
        super().__init__(why)
        self.ends_all = ends_all


class TooLarge(FetchError):
    """A body is larger than it may be."""
