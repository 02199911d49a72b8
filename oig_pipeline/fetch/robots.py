"""What robots.txt allows.

Belongs here: its rules, as the answer to a request for it gives them. Does not: asking for it.
"""

from __future__ import annotations

from protego import Protego

from oig_pipeline.fetch.crawl_policy import AGENT
from oig_pipeline.fetch.failures import Refused, Stopped

PATH = "/robots.txt"


class Robots:
    """The rules of one site for this program."""

    def __init__(self, status: int, text: str) -> None:
        """Read the answer to a request for robots.txt.

        Args:
            status: its status; without such a file (4xx) everything is allowed, and where the server cannot say,
                nothing is (RFC 9309).
            text: its body.

        Raises:
            Stopped: the server cannot say.
        """
        if 400 <= status < 500:
            text = ""
        elif status != 200:
            raise Stopped(f"{PATH} cannot be had (status {status}), so nothing may be asked; try again later")
        self._rules = Protego.parse(text)

    def admit(self, url: str) -> None:
        """Let an address pass that the site lets be asked.

        Raises:
            Refused: robots.txt forbids it.
        """
        if not self._rules.can_fetch(url, AGENT):
            raise Refused(f"{url}: {PATH} forbids it")

    @property
    def delay(self) -> float:
        """The seconds between two requests that the site asks for; 0 where it does not say."""
        return float(self._rules.crawl_delay(AGENT) or 0)
