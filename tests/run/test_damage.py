"""What was worked out before: taken where it holds, made anew where it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from oig_pipeline.run import pipeline
from oig_pipeline.run.batches import SIGHTINGS_FILE
from oig_pipeline.run.cache import CACHE
from oig_pipeline.run.cache_entries import NOTE
from oig_pipeline.settings import Limits, Settings
from tests.conftest import Captures
from tests.policy import GOOD


def build(raw: Path) -> str:
    made = pipeline.build(Settings(raw=raw, out=raw.parent / "curated", limits=Limits(merged_at_once=0))).release
    assert made is not None
    return made.id


@pytest.mark.parametrize("damage", ["missing", "cut", "no note"])
@pytest.mark.parametrize("kind", ["portions", "years"])
def test_what_is_damaged_is_made_anew(kind: str, damage: str, captures: Captures) -> None:
    raw = captures(GOOD)
    first = build(raw)
    (folder,) = (raw.parent / "curated" / CACHE / kind).iterdir()
    file = folder / (SIGHTINGS_FILE if kind == "portions" else "sightings.parquet")
    if damage == "missing":
        file.unlink()
    elif damage == "cut":
        # A new file in its place: the release may share the old one.
        content = file.read_bytes()
        file.unlink()
        file.write_bytes(content[:-9])
    else:
        (folder / NOTE).write_text("{")
    assert build(raw) == first
    assert file.exists()
