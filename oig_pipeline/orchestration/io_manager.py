"""What steps hand to one another.

Belongs here: where it lies, so that every process that works on a run finds it and no other run's. Does not: rows of
many sightings, which the steps themselves leave in the same place (see `run/places.py`).
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import dagster as dg

from oig_pipeline.run.places import place

if TYPE_CHECKING:
    from upath import UPath

HANDED_ON = "handed-on"


class ByRun(dg.UPathIOManager):
    """Keeps what the steps of a run return in a folder of that run.

    Dagster's own keeps one file an asset, which two runs at a time would take from one another.
    """

    def dump_to_path(self, context: dg.OutputContext, obj: Any, path: UPath) -> None:
        """Write what a step returned."""
        with path.open("wb") as file:
            pickle.dump(obj, file, pickle.HIGHEST_PROTOCOL)

    def load_from_path(self, context: dg.InputContext, path: UPath) -> Any:
        """Return what a step returned."""
        with path.open("rb") as file:
            return pickle.load(file)

    def get_asset_relative_path(self, context: dg.InputContext | dg.OutputContext) -> UPath:
        """Return where an asset lies: with the run that made it, else with the last one that did."""
        from upath import UPath

        return UPath(_run_of(context), *context.asset_key.path)


def _run_of(context: dg.InputContext | dg.OutputContext) -> str:
    made = context.upstream_output if isinstance(context, dg.InputContext) else context
    instance = context.step_context.instance
    # Where the asset is not among the steps of a run, Dagster gives the context of an output of a run that never was.
    if made is not None and instance.has_run(made.run_id):
        return made.run_id
    event = instance.get_latest_materialization_event(context.asset_key)
    if event is None:
        name = context.asset_key.to_user_string()
        raise dg.Failure(f"{name} was never materialised: materialise it first", allow_retries=False)
    return event.run_id


@dg.io_manager(
    required_resource_keys={"data"},
    description="Results of steps, by run: where steps leave rows for one another, else in Dagster's storage.",
)
def by_run(context: dg.InitResourceContext) -> ByRun:
    """Return what keeps the results of steps."""
    from upath import UPath

    assert context.instance is not None
    named = context.resources.data.settings().work
    return ByRun(place(named) / HANDED_ON if named else UPath(context.instance.storage_directory()))
