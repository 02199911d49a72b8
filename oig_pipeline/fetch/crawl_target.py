"""What a fetch is asked to bring: a source, and the office whose reports are fetched from it.

Belongs here: finding both by their names. Does not: which listings a source has for an office (see `sources/`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from oig_pipeline.capture.listed_page import SourceListing
from oig_pipeline.capture.source import Crawl
from oig_pipeline.domain.office import Office
from oig_pipeline.errors import CannotRun
from oig_pipeline.fetch.crawl_policy import DEFAULT_SOURCE, DELAY, CrawlPolicy
from oig_pipeline.offices import OFFICES
from oig_pipeline.sources import SOURCES


@dataclass(frozen=True)
class CrawlTarget:
    """What of a source is fetched for an office."""

    source: str
    hosts: tuple[str, ...]
    crawl: Crawl
    office: Office

    @property
    def lookup(self) -> str | None:
        """The path of the page that tells the listings; None where they are known."""
        return self.crawl.lookup(self.office)

    def policy(self, *, base_url: str | None = None, delay: float | None = None, **options: Any) -> CrawlPolicy:
        """Return how the source is asked: its site, unless another is given, with its delay, unless one is given.

        Raises:
            CannotRun: an option is out of range.
        """
        wait = next((seconds for seconds in (delay, self.crawl.delay) if seconds is not None), DELAY)
        return CrawlPolicy(wait, base=(base_url or f"https://{self.hosts[0]}").rstrip("/"), hosts=self.hosts, **options)

    def listings(self, text: str | None = None) -> tuple[SourceListing, ...]:
        """Return the listings, given the text of the page that tells them.

        Raises:
            CannotRun: the source has none for the office.
            Unreadable: the text is not that page.
        """
        return self.crawl.listings(self.office, text)


def target_of(source: str = DEFAULT_SOURCE, office: str | None = None) -> CrawlTarget:
    """Return what is to be fetched.

    Args:
        source: the name of a source.
        office: a code or name of an office; the default office if None.

    Raises:
        CannotRun: the source cannot be fetched, no office is called so, or the source does not show its reports.
    """
    declared = next((place for place in SOURCES if place.name == source and place.crawl is not None), None)
    if declared is None or declared.crawl is None:
        fetched = ", ".join(place.name for place in SOURCES if place.crawl is not None)
        raise CannotRun(f"--source: '{source}' cannot be fetched; these can: {fetched}")
    known_office = OFFICES.of_name(office or OFFICES.default)
    if known_office is None:
        raise CannotRun(f"--office: no office is called '{office}'; known are: {', '.join(sorted(OFFICES.by_code))}")
    owner = next((office for office in OFFICES.by_code.values() if source in office.sources), known_office)
    if owner != known_office:
        raise CannotRun(f"--office: {source} shows the reports of {owner.code} alone, not of {known_office.code}")
    return CrawlTarget(source, declared.asked_hosts, declared.crawl, known_office)
