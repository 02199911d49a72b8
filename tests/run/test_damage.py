"""Cache entries are used if valid, and written again if damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from oig_pipeline.run import pipeline
from oig_pipeline.run.cache import BATCHES, CACHE, NOTE, PARTITIONS
from oig_pipeline.settings import Limits, Settings
from tests.conftest import Captures
from tests.policy import GOOD


def build(raw: Path) -> str:
    release = pipeline.build(Settings(raw=raw, out=raw.parent / "curated", limits=Limits(merged_at_once=0))).release
    assert release is not None
    return release.id


@pytest.mark.parametrize("damage", ["missing", "cut", "no note"])
@pytest.mark.parametrize("kind", [BATCHES, PARTITIONS])
def test_a_damaged_entry_is_written_again(kind: str, damage: str, captures: Captures) -> None:
    raw = captures(GOOD)
    first = build(raw)
    (folder,) = (raw.parent / "curated" / CACHE / kind).iterdir()
    file = folder / ("sightings.arrow" if kind == BATCHES else "sightings.parquet")
    if damage == "missing":
        file.unlink()
    elif damage == "cut":
        # A new file: the release may share the inode of the old one.
        content = file.read_bytes()
        file.unlink()
        file.write_bytes(content[:-9])
    else:
        (folder / NOTE).write_text("{")
    assert build(raw) == first
    assert file.exists()
