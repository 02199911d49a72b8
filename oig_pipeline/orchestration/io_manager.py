"""The I/O manager: what the steps of a run return, kept by run.

Belongs here: where results are stored, so that every process of a run finds them and no other run's. Does not: rows of
sightings, which the steps store themselves, in the same work folder.
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import dagster as dg

from oig_pipeline.storage import open_work_folder

if TYPE_CHECKING:
    from upath import UPath

IO_FOLDER = "handed-on"


class ByRun(dg.UPathIOManager):
    """Stores what the steps of a run return in a folder of that run.

    Dagster's default stores one file per asset, which concurrent runs would overwrite.
    """

    def dump_to_path(self, context: dg.OutputContext, obj: Any, path: UPath) -> None:
        """Pickle what a step returned."""
        with path.open("wb") as file:
            pickle.dump(obj, file, pickle.HIGHEST_PROTOCOL)

    def load_from_path(self, context: dg.InputContext, path: UPath) -> Any:
        """Unpickle what a step returned."""
        with path.open("rb") as file:
            return pickle.load(file)

    def get_asset_relative_path(self, context: dg.InputContext | dg.OutputContext) -> UPath:
        """Return the path of an asset: in the folder of this run, else of the last run that materialized it."""
        from upath import UPath

        return UPath(_run_of(context), *context.asset_key.path)


def _run_of(context: dg.InputContext | dg.OutputContext) -> str:
    upstream = context.upstream_output if isinstance(context, dg.InputContext) else context
    instance = context.step_context.instance
    # If the asset is not a step of this run, Dagster's upstream output names a run that does not exist.
    if upstream is not None and instance.has_run(upstream.run_id):
        return upstream.run_id
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
    """Return the I/O manager, which stores in the work folder if there is one."""
    from upath import UPath

    assert context.instance is not None
    folder = context.resources.data.work_folder
    return ByRun(UPath(open_work_folder(folder)) / IO_FOLDER if folder else UPath(context.instance.storage_directory()))
