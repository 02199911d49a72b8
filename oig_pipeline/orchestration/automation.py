"""When the pipeline runs, and how often it should.

Belongs here: jobs, the sensor on the raw folder, the schedule and the freshness policy. Does not: what a run does.
"""

from __future__ import annotations

import datetime as dt
import hashlib

import dagster as dg

from oig_pipeline.capture.documents import INDEX
from oig_pipeline.errors import CannotRun
from oig_pipeline.orchestration import checks
from oig_pipeline.orchestration.resources import Data
from oig_pipeline.release.lock import is_held
from oig_pipeline.run import pipeline

# A release is due once a day, by the schedule; the rest of the window is time to react.
FRESHNESS = dg.FreshnessPolicy.time_window(fail_window=dt.timedelta(hours=48), warn_window=dt.timedelta(hours=26))
EVERY_DAY = "0 6 * * *"
LOOKS_EVERY = 30
"""Seconds between two evaluations of the sensor."""

BUILD = dg.define_asset_job(
    "build", selection=dg.AssetSelection.all(), description="Judge the captures and publish a release; oig build."
)
CHECK = dg.define_asset_job(
    "check",
    selection=dg.AssetSelection.assets("captures", "sightings", *checks.ASSETS),
    description="Judge the captures without publishing; oig check.",
)

daily = dg.ScheduleDefinition(
    name="daily", job=BUILD, cron_schedule=EVERY_DAY, description="Build every day at six, new captures or not."
)


@dg.sensor(job=BUILD, minimum_interval_seconds=LOOKS_EVERY)
def new_captures(context: dg.SensorEvaluationContext, data: Data) -> dg.RunRequest | dg.SkipReason:
    """Request a build when captures, their metadata, documents or corrections have changed; one per state."""
    try:
        if is_held(data.settings().fetch):
            return dg.SkipReason("a fetch is going on; what it files is built once it has ended")
        state = inventory(data)
    except CannotRun as error:
        return dg.SkipReason(str(error))
    if state == context.cursor:
        return dg.SkipReason("no capture has changed since the last build")
    context.update_cursor(state)
    # The run key is the state, so that the same state launches no second run even if the cursor is lost.
    return dg.RunRequest(run_key=state, run_config=_config(data))


def inventory(data: Data) -> str:
    """Return one hash of the captures (paths, contents, metadata), the corrections and the documents.

    Raises:
        CannotRun: the folder is missing or empty.
    """
    settings = data.settings()
    captures = [
        (c.path, c.sha256, c.url, str(c.retrieved_at), c.agency_from, c.also_at, c.problem)
        for c in pipeline.take_captures(settings)
    ]
    corrections = settings.corrections_file
    content = corrections.read_bytes() if corrections.is_file() else b""
    index = settings.documents / INDEX
    documents = index.read_bytes() if index.is_file() else b""
    return hashlib.sha256(repr(captures).encode() + content + documents).hexdigest()


def _config(data: Data) -> dict[str, object]:
    """Return the run configuration with the sensor's own settings."""
    return {"resources": {"data": {"config": data.model_dump()}}}
