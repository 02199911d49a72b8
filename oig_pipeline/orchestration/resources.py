"""Settings of a run, as Dagster configures them.

Belongs here: what the launchpad can change. Does not: defaults of its own; empty means the pipeline's.
"""

from __future__ import annotations

import os
from dataclasses import replace

import dagster as dg
from pydantic import Field

from oig_pipeline.errors import CannotRun
from oig_pipeline.settings import MAX_QUARANTINE, Limits, Settings, settings

WORK = "OIG_WORK"
"""The environment variable that names where steps leave what others need, for runs that do not name it."""


class Data(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Where captures lie, where releases go, and how much may be quarantined."""

    raw: str = Field(default="", description="Folder of captures; empty for data/raw.")
    out: str = Field(default="", description="Curated folder; empty for data/curated.")
    corrections: str = Field(default="", description="Corrections file; empty for corrections.yml beside the folder.")
    work: str = Field(
        default="",
        description="Where steps leave rows for one another, a folder or an address that all who run steps reach; "
        f"empty for ${WORK}, else .cache in the curated folder.",
    )
    max_quarantine: float = Field(
        default=MAX_QUARANTINE, description="Largest share of sightings that may be quarantined, unacknowledged."
    )
    base_url: str = Field(default="", description="Address under which the site will be found; empty for none.")
    merged_at_once: int = Field(
        default=Limits().merged_at_once,
        description="Most sightings that are merged in one step; of more, each fiscal year is a step of its own.",
    )

    def settings(self) -> Settings:
        """Return the settings of a run.

        Raises:
            CannotRun: a value is out of range, a named file does not exist, or the folder is in an object store.
        """
        found = settings(
            self.raw or None,
            self.out or None,
            self.corrections or None,
            self.max_quarantine,
            base_url=self.base_url or None,
        )
        if found.remote is not None:
            raise CannotRun(f"{found.remote}: a run in Dagster writes to a folder; publish with oig build --out")
        return replace(found, work=self.place_of_work, limits=Limits(self.merged_at_once))

    @property
    def place_of_work(self) -> str | None:
        """Where steps leave what others need: a folder or an address, None for the curated folder's cache."""
        return self.work or os.environ.get(WORK) or None
