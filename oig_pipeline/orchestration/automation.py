"""When the pipeline runs, and how often it should.

Belongs here: jobs, the sensor on the raw folder, the schedule and the freshness policy. Does not: what a run does.
"""

from __future__ import annotations

import datetime as dt
import hashlib

import dagster as dg

from oig_pipeline.capture.documents import INDEX
from oig_pipeline.errors import CannotRun
from oig_pipeline.orchestration.resources import Data
from oig_pipeline.release.lock import is_held
from oig_pipeline.run import pipeline

# What every run must publish at the latest: the schedule's day, and time for somebody to look.
FRESHNESS = dg.FreshnessPolicy.time_window(fail_window=dt.timedelta(hours=48), warn_window=dt.timedelta(hours=26))
EVERY_DAY = "0 6 * * *"
LOOKS_EVERY = 30
"""Seconds between two looks at the raw folder."""

BUILD = dg.define_asset_job(
    "build", selection=dg.AssetSelection.all(), description="Judge the captures and publish a release; oig build."
)
CHECK = dg.define_asset_job(
    "check",
    selection=dg.AssetSelection.assets("captures", "sightings", "quarantine", "reports"),
    description="Judge the captures without publishing; oig check.",
)

daily = dg.ScheduleDefinition(
    name="daily", job=BUILD, cron_schedule=EVERY_DAY, description="Build every day at six, new captures or not."
)


@dg.sensor(job=BUILD, minimum_interval_seconds=LOOKS_EVERY)
def new_captures(context: dg.SensorEvaluationContext, data: Data) -> dg.RunRequest | dg.SkipReason:
    """Build when a capture, its metadata, a document or the corrections are new, changed or gone; once a state."""
    try:
        if is_held(data.settings().fetch):
            return dg.SkipReason("a fetch is going on; what it files is built once it has ended")
        state = inventory(data)
    except CannotRun as fault:
        return dg.SkipReason(str(fault))
    if state == context.cursor:
        return dg.SkipReason("no capture has changed since the last build")
    context.update_cursor(state)
    # The key is the state: were the cursor lost, the same state would still launch no second run.
    return dg.RunRequest(run_key=state, run_config=_config(data))


def inventory(data: Data) -> str:
    """Return what the raw folder, the corrections and the documents hold, as one hash of paths, contents and metadata.

    Raises:
        CannotRun: the folder is missing or empty.
    """
    chosen = data.settings()
    told = [
        (c.path, c.sha256, c.url, str(c.retrieved_at), c.agency_from, c.also_at, c.problem)
        for c in pipeline.take_captures(chosen)
    ]
    corrections = chosen.corrections_file
    content = corrections.read_bytes() if corrections.is_file() else b""
    index = chosen.documents / INDEX
    documents = index.read_bytes() if index.is_file() else b""
    return hashlib.sha256(repr(told).encode() + content + documents).hexdigest()


def _config(data: Data) -> dict[str, object]:
    """Return the configuration of a run over the same folders as the sensor looks at."""
    return {"resources": {"data": {"config": data.model_dump()}}}
