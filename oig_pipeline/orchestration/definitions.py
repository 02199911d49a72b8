"""What Dagster loads.

Belongs here: assets, automation, resources and the executor, put together.
"""

from __future__ import annotations

import dagster as dg

from oig_pipeline.orchestration import asking, automation
from oig_pipeline.orchestration.assets import ASSETS
from oig_pipeline.orchestration.resources import Data


@dg.definitions
def defs() -> dg.Definitions:
    """Return the project's definitions; steps run in one process unless the executor is changed."""
    return dg.Definitions(
        assets=[*asking.ASSETS, *ASSETS],
        jobs=[automation.BUILD, automation.CHECK, *asking.JOBS],
        schedules=[automation.daily, *asking.SCHEDULES],
        sensors=[automation.new_captures],
        resources={"data": Data(), "site": asking.Site()},
        executor=dg.in_process_executor,
    )
