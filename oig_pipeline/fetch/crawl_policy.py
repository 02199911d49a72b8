"""How the site is asked.

Belongs here: which hosts, how often, how long and how much, with the defaults, and as whom. Does not: asking.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from oig_pipeline.errors import CannotRun
from oig_pipeline.fetch.failures import Refused
from oig_pipeline.offices import OFFICES

DEFAULT_SOURCE = OFFICES.first.sources[0]
"""The source that is fetched where no other is asked for."""
SITE = OFFICES.first.site or ""
HOSTS = tuple(prefix + host for host in OFFICES.first.hosts for prefix in ("www.", ""))
AGENT = "oig-pipeline"
DELAY = 2.0
MAX_PAGES = 1_000
MAX_MEGABYTES = 500
MAX_MINUTES = 60.0
ATTEMPTS = 5
BACKOFF = 2.0
TIMEOUT = 30.0
PATIENCE = 120.0


@dataclass(frozen=True)
class CrawlPolicy:
    """How the site is asked.

    Attributes:
        delay: seconds between the end of one answer and the next request; robots.txt may ask for more.
        contact: how the site's people reach whoever runs this; sent with every request.
        max_pages: most requests of one fetch.
        max_megabytes: most that may be received in one fetch.
        max_minutes: longest that a fetch may take.
        attempts: how often one page is asked for before the fetch ends.
        backoff: seconds before the second attempt; they double with each.
        timeout: seconds without a byte after which an attempt has failed.
        patience: seconds that one answer may take in all.
        base: the site to ask; where it is not on one of the hosts, as in tests, it is the only one allowed.
        hosts: the hosts of the source, all of which may be asked.
    """

    delay: float = DELAY
    contact: str | None = None
    max_pages: int = MAX_PAGES
    max_megabytes: float = MAX_MEGABYTES
    max_minutes: float = MAX_MINUTES
    attempts: int = ATTEMPTS
    backoff: float = BACKOFF
    timeout: float = TIMEOUT
    patience: float = PATIENCE
    base: str = SITE
    hosts: tuple[str, ...] = HOSTS

    def __post_init__(self) -> None:
        for name in ("delay", "backoff"):
            if not 0 <= getattr(self, name) < 3_600:
                raise CannotRun(f"--{name}: seconds from 0 to an hour, not {getattr(self, name)}")
        for name in ("max_pages", "max_megabytes", "max_minutes", "attempts", "timeout", "patience"):
            if not getattr(self, name) > 0:
                raise CannotRun(f"--{name.replace('_', '-')}: must be more than 0")
        if self.contact is not None and not re.fullmatch(r"[ -~]+", self.contact):
            raise CannotRun("--contact: an address or a name in plain letters, since it is sent in a header")
        if not re.fullmatch(r"https?://[^/?#\s@]+", self.base):
            raise CannotRun(f"--base-url: http(s)://host or http(s)://host:port, not '{self.base}'")

    @property
    def host(self) -> str:
        """The host that is asked."""
        return urlsplit(self.base).hostname or ""

    def agent(self, version: str) -> str:
        """Return the User-Agent header: the program, its version and the contact."""
        contact = "" if self.contact is None else f"; contact: {self.contact}"
        return f"{AGENT}/{version} (collects the public report listings of Offices of Inspector General{contact})"

    def admit(self, url: str) -> None:
        """Let an address pass that may be asked.

        Raises:
            Refused: it is not https on a host of the allow-list.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise Refused(f"{url}: is no web address") from None
        if self.base not in {f"https://{host}" for host in self.hosts}:
            if f"{parts.scheme}://{parts.netloc}" != self.base:
                raise Refused(f"{url}: leads away from {self.base}, the only place that --base-url allows")
        elif parts.hostname not in self.hosts or parts.username or port not in (None, 443):
            raise Refused(f"{url}: leads away from the site; only {' and '.join(self.hosts)} are asked")
        elif parts.scheme != "https":
            raise Refused(f"{url}: is not https, so nobody vouches for what it says")
