"""What part of a build is spent in Pandera.

    python -m benchmarks.share RAW OUT

Belongs here: timing the calls of `DataFrameSchema.validate` in a build within this process, one step after the other:
side by side, a call would be charged for waiting for what the other step does. Prints a JSON object.
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
        began = time.perf_counter()
        try:
            return validate(*arguments, **options)
        finally:
            spans.append((began, time.perf_counter()))

    pa.DataFrameSchema.validate = timed  # type: ignore[method-assign]
    executor.cores = lambda: 1
    sys.argv = ["oig", *commands.build(raw, out).argv[len(commands.OIG) :]]
    began = time.perf_counter()
    with redirect_stdout(StringIO()):
        try:
            cli.main()
        except SystemExit as ended:
            if ended.code:
                raise
    seconds = time.perf_counter() - began
    if not spans:
        sys.exit("no call was seen: the build validates in other processes")
    spent = union(spans)
    return {"seconds": seconds, "pandera_seconds": spent, "calls": len(spans), "share": spent / seconds}


if __name__ == "__main__":
    print(json.dumps(main(*map(Path, sys.argv[1:]))))
