"""The @unitedstates inspectors-general archive.

Belongs here: the form of its records. Does not: what a value means.
"""

from __future__ import annotations

from oig_pipeline.capture.source import Source
from oig_pipeline.sources.unitedstates import archive_record

SOURCE = Source("unitedstates", layouts=(archive_record.LAYOUT,), is_companion=archive_record.is_companion)
