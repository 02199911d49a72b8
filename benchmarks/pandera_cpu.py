"""What Pandera's rules take in a build.

    python -m benchmarks.pandera_cpu RAW OUT

Belongs here: the CPU time of this process, all its threads, while any `DataFrameSchema.validate` runs, in a build
within this process, one step after the other: side by side, a call would be charged for what the other step does.
Prints a JSON object.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pandera.polars as pa

import oig_pipeline
from benchmarks import commands
from oig_pipeline import cli
from oig_pipeline.run import executor


def union(spans: list[tuple[float, float]]) -> float:
    """Return the length that spans cover together."""
    covered, end = 0.0, float("-inf")
    for start, stop in sorted(spans):
        covered += max(stop - max(start, end), 0.0)
        end = max(end, stop)
    return covered


def main(raw: Path, out: Path) -> dict[str, Any]:
    """Build, and return what the calls took."""
    spans: list[tuple[float, float]] = []
    validate = pa.DataFrameSchema.validate

    def timed(*arguments: Any, **options: Any) -> Any:
        began = time.process_time()
        try:
            return validate(*arguments, **options)
        finally:
            spans.append((began, time.process_time()))

    pa.DataFrameSchema.validate = timed  # type: ignore[method-assign]
    executor.cores = lambda: 1
    sys.argv = ["oig", *commands.build(raw, out).argv[len(commands.OIG) :]]
    began = time.process_time()
    with redirect_stdout(StringIO()):
        try:
            cli.main()
        except SystemExit as ended:
            if ended.code:
                raise
    cpu_seconds = time.process_time() - began
    if not spans:
        sys.exit("no call was seen: the build validates in other processes")
    with oig_pipeline.connect(out) as connection:
        (sightings,) = connection.sql("SELECT count(*) FROM sightings").fetchall()[0]
    spent = union(spans)
    return {
        "cpu_seconds": cpu_seconds, "pandera_cpu_seconds": spent, "calls": len(spans), "sightings": sightings,
        "per_million": spent / sightings * 1_000_000,
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(main(*map(Path, sys.argv[1:]))))
