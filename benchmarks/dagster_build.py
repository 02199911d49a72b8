"""A build through Dagster in one process, and the least that Dagster takes for a graph of that size.

    python -m benchmarks.dagster_build RAW OUT
    python -m benchmarks.dagster_build --bare STEPS CHECKS

Belongs here: both; the build says how many steps and checks it took. Does not: measuring them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any


def build(raw: str, out: str) -> dict[str, int]:
    """Materialise all assets of the project; return how many steps and checks that were."""
    import dagster as dg

    from oig_pipeline.orchestration.assets import ASSETS
    from oig_pipeline.orchestration.resources import Data

    run = dg.materialize(ASSETS, resources={"data": Data(raw=raw, out=out)})
    if not run.success:
        sys.exit("the run is red")
    steps = [event for event in run.all_events if event.is_step_success]
    return {"steps": len(steps), "checks": len(run.get_asset_check_evaluations())}


def bare(steps: int, checks: int) -> None:
    """Materialise as many assets that do nothing, one after the other, the last with as many checks."""
    import dagster as dg

    assets = []
    for number in range(steps):
        is_last = number == steps - 1
        assets.append(_step(f"step_{number}", [f"step_{number - 1}"] if number else [], checks if is_last else 0))
    if not dg.materialize(assets).success:
        sys.exit("the run is red")


def _step(name: str, before: list[str], checks: int) -> Any:
    import dagster as dg

    names = [f"check_{number}" for number in range(checks)]

    @dg.asset(name=name, deps=before, check_specs=[dg.AssetCheckSpec(check, asset=name) for check in names])
    def step() -> Iterator[Any]:
        yield dg.Output(None)
        for check in names:
            yield dg.AssetCheckResult(check_name=check, passed=True)

    return step


if __name__ == "__main__":
    if sys.argv[1] == "--bare":
        bare(*map(int, sys.argv[2:]))
    else:
        print(json.dumps(build(*sys.argv[1:])))
