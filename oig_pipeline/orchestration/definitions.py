"""What Dagster loads.

Belongs here: assets, automation, resources and the executor, put together.
"""

from __future__ import annotations

import dagster as dg

from oig_pipeline.orchestration import automation, site
from oig_pipeline.orchestration.assets import ASSETS
from oig_pipeline.orchestration.resources import Data


@dg.definitions
def defs() -> dg.Definitions:
    """Return the project's definitions; steps run in one process unless the executor is changed."""
    return dg.Definitions(
        assets=[*site.ASSETS, *ASSETS],
        jobs=[automation.BUILD, automation.CHECK, *site.JOBS],
        schedules=[automation.daily, *site.SCHEDULES],
        sensors=[automation.new_captures],
        resources={"data": Data(), "site": site.Site()},
        executor=dg.in_process_executor,
    )
