"""What Dagster loads.

Belongs here: assets, automation, resources and the executor, put together.
"""

from __future__ import annotations

import dagster as dg

from oig_pipeline.orchestration import asking, automation, executors, passing
from oig_pipeline.orchestration.assets import ASSETS
from oig_pipeline.orchestration.resources import Data


@dg.definitions
def defs() -> dg.Definitions:
    """Return the project's definitions; steps run where the environment says, else in one process."""
    return dg.Definitions(
        assets=[*asking.ASSETS, *ASSETS],
        jobs=[automation.BUILD, automation.CHECK, *asking.JOBS],
        schedules=[automation.daily, *asking.SCHEDULES],
        sensors=[automation.new_captures],
        resources={"data": Data(), "site": asking.Site(), "io_manager": passing.by_run},
        executor=executors.chosen(),
    )
