"""The sites that repeat the reports of many offices: what an office says itself counts before them.

Belongs here: which they are, and which addresses are theirs. Does not: what else is known of a source (see `sources/`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

OVERSIGHT_GOV = "oversight_gov"
HOSTS: Mapping[str, str] = {"oversight.gov": OVERSIGHT_GOV}
"""Host → source; hosts below it are of the same source."""
MIRRORS = frozenset(HOSTS.values())
ON_MIRROR = rf"(?i)^https?://(?:[a-z0-9-]+\.)*(?:{'|'.join(map(re.escape, HOSTS))})(?::\d+)?(?:[/?#]|$)"
"""The pattern of addresses on a mirror."""
