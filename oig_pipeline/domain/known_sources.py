"""The places that captures come from.

Belongs here: which hosts are whose, which source speaks for one office, and which only repeats what the offices say.
Does not: their layouts (see `sources/`), or the offices (see `offices/`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

OIG_DHS_GOV, OVERSIGHT_GOV, UNITEDSTATES = "oig_dhs_gov", "oversight_gov", "unitedstates"
DEFAULT = OIG_DHS_GOV
"""The source that is fetched where no other is asked for."""
HOSTS: Mapping[str, str] = {"oig.dhs.gov": OIG_DHS_GOV, "oversight.gov": OVERSIGHT_GOV}
"""Host → source; hosts below it are of the same source."""
OFFICE_OF: Mapping[str, str] = {OIG_DHS_GOV: "dhs", UNITEDSTATES: "dhs"}
"""Source → the office all of whose captures it shows; of any other source, each row says whose it is."""
MIRRORS = frozenset((OVERSIGHT_GOV,))
"""The sources that repeat the reports of many offices: what an office says itself counts before them."""
_MIRROR_HOSTS = "|".join(re.escape(host) for host, source in HOSTS.items() if source in MIRRORS)
ON_MIRROR = rf"(?i)^https?://(?:[a-z0-9-]+\.)*(?:{_MIRROR_HOSTS})(?::\d+)?(?:[/?#]|$)"
"""The pattern of addresses on a mirror."""


def hosts_of(source: str) -> tuple[str, ...]:
    """Return the hosts at which a source is asked, the first of which is its own; none where it has no site."""
    return tuple(prefix + host for host, name in HOSTS.items() if name == source for prefix in ("www.", ""))


def source_of_url(url: str | None) -> str | None:
    """Return the source that an address belongs to, None where it is none that is known."""
    try:
        labels = ((url and urlsplit(url).hostname) or "").split(".")
    except ValueError:
        return None
    return next((HOSTS[name] for n in range(len(labels)) if (name := ".".join(labels[n:])) in HOSTS), None)
