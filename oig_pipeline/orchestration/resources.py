"""Settings of a run, as Dagster configures them.

Belongs here: what the launchpad can change. Does not: its own defaults; an empty value means the pipeline's default.
"""

from __future__ import annotations

from dataclasses import replace

import dagster as dg
from pydantic import Field

from oig_pipeline.errors import CannotRun
from oig_pipeline.settings import EXECUTORS, MAX_QUARANTINE, Limits, Settings, settings, work_from_environment


class Data(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Where captures lie, where releases go, and how much may be quarantined."""

    raw: str = Field(default="", description="Folder of captures; empty for data/raw.")
    out: str = Field(default="", description="Curated folder; empty for data/curated.")
    corrections: str = Field(default="", description="Corrections file; empty for corrections.yml beside the folder.")
    work: str = Field(
        default="",
        description="Where batches and years lie, a folder or an address that all workers reach; "
        "empty for $OIG_WORK, else .cache in the curated folder.",
    )
    max_quarantine: float = Field(
        default=MAX_QUARANTINE, description="Largest share of sightings that may be quarantined, unacknowledged."
    )
    base_url: str = Field(default="", description="Address under which the site will be found; empty for none.")
    merged_at_once: int = Field(
        default=Limits().merged_at_once,
        description="Most sightings that are merged at once; of more, each fiscal year is merged by itself.",
    )
    executor: str = Field(
        default="",
        description=f"Who reads and merges: {', '.join(EXECUTORS)}; empty for $OIG_EXECUTOR, else threads.",
    )
    dask_address: str = Field(
        default="", description="Scheduler of the Dask cluster; empty for $OIG_DASK_ADDRESS, else one of this machine."
    )

    def settings(self) -> Settings:
        """Return the settings of a run.

        Raises:
            CannotRun: a value is out of range, a named file does not exist, or the folder is in an object store.
        """
        base = settings(
            self.raw or None,
            self.out or None,
            self.corrections or None,
            self.max_quarantine,
            base_url=self.base_url or None,
        )
        if base.remote is not None:
            raise CannotRun(f"{base.remote}: a run in Dagster writes to a folder; publish with oig build --out")
        return replace(
            base,
            work=self.work_folder,
            limits=Limits(self.merged_at_once),
            executor=self.executor or base.executor,
            dask_address=self.dask_address or base.dask_address,
        )

    @property
    def work_folder(self) -> str | None:
        """The folder or address of batches and years; None for the curated folder's cache.

        It validates nothing: the I/O manager asks for it before any step can report an invalid setting.
        """
        return self.work or work_from_environment()
