"""Rules about texts that came damaged; the row is published with a quality flag.

Belongs here: warning rules on damage. Does not: what damage is (see `domain/damage.py`), or other warnings.
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.contract.example_office import row
from oig_pipeline.contract.rule import Rule

c = pl.col

DAMAGE_RULES = (
    Rule(
        code="text_repaired",
        severity="warning",
        scope="sighting",
        column="listed_title",
        why="A text came damaged, wrongly decoded or with entities or a file's size in it; it was mended for certain.",
        remedy="Nothing needs mending; the listed value keeps what came.",
        message="the {text_repaired} came damaged and was mended",
        holds=c("text_repaired").is_null(),
        passes=(row(title="RBA\u2019s Oversight \u2013 Q&A Caf\u00e9"),),
        fails=(row(title="RBA\u0092s Oversight &amp;amp; Policy"),),
    ),
    Rule(
        code="text_damaged",
        severity="warning",
        scope="sighting",
        column="listed_title",
        why="A text holds characters that no page shows; what stood there is lost, and nothing certain mends it.",
        remedy="Capture the page again, or set the text by a correction.",
        message="the {text_damaged} is damaged",
        holds=c("text_damaged").is_null(),
        passes=(row(title="Who Guards the Border?"),),
        fails=(row(title="RBA\ufffds Oversight of Medical Attention"),),
    ),
)
