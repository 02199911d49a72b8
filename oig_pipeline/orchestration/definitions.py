"""What Dagster loads.

Belongs here: assets, automation and resources, put together.
"""

from __future__ import annotations

import dagster as dg

from oig_pipeline.orchestration import automation, fetch_assets, io_manager
from oig_pipeline.orchestration.assets import ASSETS
from oig_pipeline.orchestration.resources import Data


@dg.definitions
def defs() -> dg.Definitions:
    """Return the project's definitions."""
    return dg.Definitions(
        assets=[*fetch_assets.ASSETS, *ASSETS],
        jobs=[automation.BUILD, automation.CHECK, *fetch_assets.JOBS],
        schedules=[automation.daily, *fetch_assets.SCHEDULES],
        sensors=[automation.new_captures],
        resources={"data": Data(), "site": fetch_assets.ListingSite(), "io_manager": io_manager.by_run},
        # One step at a time; `Data.executor` decides how the work within a step is spread.
        executor=dg.in_process_executor,
    )
