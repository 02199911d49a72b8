"""How long a fetch may take.

Belongs here: what is left of `--max-minutes`, and that nothing is waited for which the fetch would not see. Does not:
waiting, or the deadline of a single answer (see `transport.py`).
"""

from __future__ import annotations

from oig_pipeline.fetch import clock
from oig_pipeline.fetch.failures import Stopped


class TimeLimit:
    """The time of one fetch, which begins now."""

    def __init__(self, minutes: float) -> None:
        self._minutes = minutes
        self._end = clock.monotonic() + minutes * 60

    @property
    def remaining(self) -> float:
        """The seconds that remain for the fetch."""
        return self._end - clock.monotonic()

    def check(self) -> None:
        """Go on, if there is time.

        Raises:
            Stopped: there is none.
        """
        if self.remaining < 0:
            raise Stopped(reached(self._bound))

    def allow(self, seconds: float, who: str) -> None:
        """Let somebody wait, if there is time for it.

        Args:
            seconds: how long.
            who: who asks to wait, as the beginning of a sentence.

        Raises:
            Stopped: the fetch would have ended by then.
        """
        if seconds > self.remaining:
            raise Stopped(f"{who} asks to wait {seconds:g} seconds; until then {reached(self._bound)}")

    @property
    def _bound(self) -> str:
        return f"{self._minutes:g} minutes (--max-minutes)"


def reached(bound: str) -> str:
    """Return that a bound is reached, and what comes of it."""
    return f"the bound of {bound} is reached; the next fetch goes on from here"
