"""Corrections that answer a rule on groups.

Belongs here: judging the fiscal years that they concern, changing the rows that still break the rule, and moving these
rows to their new year and block. Does not: any other correction; those are applied while rows are read.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from oig_pipeline.capture.reader import SCHEMA
from oig_pipeline.contract.rule import Rule
from oig_pipeline.curate.correct import Correction, correct
from oig_pipeline.curate.judge import breaks
from oig_pipeline.curate.outcomes import correction_matches
from oig_pipeline.offices import code_of_name
from oig_pipeline.run.assemble import ReadResult
from oig_pipeline.run.batches import write_batch
from oig_pipeline.run.curate_partition import group_violations, rows_of
from oig_pipeline.run.read_batch import judge_batch
from oig_pipeline.run.store import MemoryStore
from oig_pipeline.settings import Limits


def with_group_corrections(
    read_result: ReadResult,
    corrections: Sequence[Correction],
    documents: pl.DataFrame | None = None,
    block_size: int = Limits.block_size,
) -> ReadResult:
    """Return a read result with the corrections that answer a rule on groups applied.

    Args:
        read_result: the read result; all other corrections are already applied.
        corrections: all corrections in force.
        documents: the table `documents`, if there is one.
        block_size: how many sequence numbers of a fiscal year are merged at a time.

    Raises:
        CannotRun: two corrections set the same value of one row.
    """
    waiting = {match.line for match in read_result.matches if match.state == "waits"}
    ids = sorted({key for match in read_result.matches if match.state == "waits" for key in match.ids})
    if not waiting:
        return read_result
    broken: dict[str, list[str]] = {}
    rows = [pl.DataFrame(schema=SCHEMA)]
    is_candidate = pl.col("sighting_id").is_in(ids)
    for year, blocks in read_result.blocks_by_year.items():
        keys = [(year, block) for block in blocks]
        candidates = [
            rows_of(read_result.batches, [key]).sightings.filter(is_candidate).select(*SCHEMA) for key in keys
        ]
        if any(not frame.is_empty() for frame in candidates):
            rows += candidates
            for rule, sighting_id in group_violations(year, read_result.batches):
                broken.setdefault(rule, []).append(sighting_id)

    def still_breaks(normalized: pl.DataFrame, rule: Rule) -> pl.Series:
        if rule.scope == "group":
            return normalized["sighting_id"].is_in(broken.get(rule.code, []))
        return breaks(normalized, rule)

    corrected = correct(pl.concat(rows), tuple(corrections), still_breaks, code_of_name)
    sightings, violations = judge_batch(corrected.sightings, documents, 0, block_size)
    batch = write_batch((_fingerprint(sightings),), (), (), sightings, violations, MemoryStore())
    matches = [match for match in read_result.matches if match.line not in waiting]
    matches += [match for match in correction_matches(corrected) if match.line in waiting]
    batches = (*(replace(other, moved_ids=tuple(ids)) for other in read_result.batches), batch)
    return ReadResult(read_result.summaries, batches, tuple(matches))


def _fingerprint(sightings: pl.DataFrame) -> str:
    """Return a hash of all rows."""
    content = io.BytesIO()
    sightings.write_ipc(content)
    return hashlib.sha256(content.getvalue()).hexdigest()
