"""Where a run reads and writes.

Belongs here: the settings of a run and their defaults. Does not: options of the command line, or Dagster's.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from oig_pipeline.errors import CannotRun

MAX_QUARANTINE = 0.05
MIN_ROWS = 0.8
"""Share of the rows that a page had last time below which what came of it is doubted."""
SEARCH_LIMIT = 20
MAX_EXPORTED = 100_000
EXECUTORS = ("in_process", "multiprocess", "dask")
"""Threads, and processes where there is much to read; processes; workers of a Dask cluster."""
CORRECTIONS = "corrections.yml"
DOCUMENTS = "documents"
FETCH = "fetch"


def project_data() -> Path:
    """Return the data folder: `data` here; where there is none, that of the checkout from which this package runs.

    An installed package runs from no checkout, and nobody looks for data beside it.
    """
    here, checkout = Path("data"), Path(__file__).resolve().parent.parent
    return here if here.is_dir() or not (checkout / "pyproject.toml").is_file() else checkout / "data"


def _exports_from_environment() -> bool | None:
    """Return whether `OIG_EXPORTS` asks for exports (`1`) or against them (`0`), None where it says neither."""
    value = os.environ.get("OIG_EXPORTS", "")
    if value not in ("", "0", "1"):
        raise CannotRun(f"OIG_EXPORTS is 1 (write CSV, NDJSON and SQLite) or 0 (do not), not {value!r}")
    return value == "1" if value else None


def work_from_environment() -> str | None:
    """Return the folder or address that `OIG_WORK` names for batches and years."""
    return os.environ.get("OIG_WORK") or None


@dataclass(frozen=True)
class Limits:
    """How much a run does at a time; the release is the same whatever they are.

    Attributes:
        chunk_bytes: about how large a chunk of a large NDJSON capture is.
        batch_bytes: about how many bytes of small captures are read in one batch.
        batch_captures: the most captures of a batch.
        scan_bytes: the bytes of a batch that returns no rows: so few that all cores finish at about the same time.
        block_size: how many sequence numbers of one fiscal year are merged at a time: far more than any year has had.
        merged_at_once: the most sightings that are merged at once: of more, each fiscal year is merged by itself, its
            rows in files.
        memory_bytes: up to so many bytes of captures, a check writes no temporary files.
        process_bytes: from so many bytes, reading takes longer than starting a process.
        small_batch_rows: the rows below which a cached batch counts as small.
        small_batches: how many small batches the cache may have beyond those that their chunks need; if it has more,
            their chunks are read again, together.
        workers: how many threads or processes work at a time; None for as many as there are cores.
        capture_page_bytes: about how many bytes of a capture one page of the site shows.
        capture_bytes: the largest capture whose text the site shows; a larger one is only a download there.
    """

    chunk_bytes: int = 48 * 2**20
    batch_bytes: int = 48 * 2**20
    batch_captures: int = 1_000
    scan_bytes: int = 12 * 2**20
    block_size: int = 32_768
    merged_at_once: int = 100_000
    memory_bytes: int = 64 * 2**20
    process_bytes: int = 8 * 2**20
    small_batch_rows: int = 20_000
    small_batches: int = 24
    workers: int | None = None
    capture_page_bytes: int = 64 * 2**10
    capture_bytes: int = 4 * 2**20


@dataclass(frozen=True)
class Settings:
    """Where a run reads and writes.

    `corrections` is, unless named, the file in the parent of the raw folder; `remote` is the address in an object store
    to which a release goes instead of `out`; `wait` is whether to wait while another process writes there; `work` is
    where steps leave rows for one another, instead of the cache in `out`; `exports` is whether a release has CSV,
    NDJSON and SQLite beside it (None: up to `MAX_EXPORTED` reports; by default `OIG_EXPORTS` decides); `site` is
    whether a build makes the release's site too, and `base_url` the address under which that will be found; `limits`
    is how much is done at a time; `executor` is who reads and merges, one of `EXECUTORS` (by default `OIG_EXECUTOR`),
    and `dask_address` the scheduler of the Dask cluster (`OIG_DASK_ADDRESS`; without one, a cluster of this machine).
    """

    raw: Path = field(default_factory=lambda: project_data() / "raw")
    out: Path = field(default_factory=lambda: project_data() / "curated")
    corrections: Path | None = None
    max_quarantine: float = MAX_QUARANTINE
    remote: str | None = None
    wait: bool = True
    work: str | None = field(default_factory=work_from_environment)
    exports: bool | None = field(default_factory=_exports_from_environment)
    site: bool = False
    base_url: str | None = None
    limits: Limits = Limits()
    executor: str = field(default_factory=lambda: os.environ.get("OIG_EXECUTOR") or "in_process")
    dask_address: str | None = field(default_factory=lambda: os.environ.get("OIG_DASK_ADDRESS") or None)

    def __post_init__(self) -> None:
        if self.executor not in EXECUTORS:
            raise CannotRun(f"OIG_EXECUTOR={self.executor}: the executors are {', '.join(EXECUTORS)}")
        if not 0 <= self.max_quarantine <= 1:
            raise CannotRun(f"--max-quarantine is a share between 0 and 1, not {self.max_quarantine}")
        if self.corrections is not None and not self.corrections.is_file():
            raise CannotRun(f"{self.corrections}: there is no such corrections file")

    @property
    def _data(self) -> Path:
        """The folder in which the raw folder lies; of a link, that to which it leads, and of one to itself its own."""
        return Path(os.path.realpath(self.raw)).parent

    @property
    def documents(self) -> Path:
        """The folder of the documents behind the reports' links, beside the raw folder, whether or not it exists."""
        return self._data / DOCUMENTS

    @property
    def fetch(self) -> Path:
        """The folder of what fetching remembers, beside the raw folder, whether or not it exists."""
        return self._data / FETCH

    @property
    def corrections_file(self) -> Path:
        """The corrections file, whether or not it exists."""
        return self.corrections or self._data / CORRECTIONS


def settings(
    raw: Path | str | None = None,
    out: Path | str | None = None,
    corrections: Path | str | None = None,
    max_quarantine: float = MAX_QUARANTINE,
    wait: bool = True,
    *,
    exports: bool | None = None,
    site: bool = False,
    base_url: str | None = None,
) -> Settings:
    """Return settings in which what is None keeps its default; `out` may be the address of an object store."""
    remote = str(out) if "://" in str(out) else None
    options = {"raw": raw, "out": None if remote else out, "corrections": corrections}
    paths: dict[str, Any] = {name: Path(value) for name, value in options.items() if value is not None}
    how: dict[str, Any] = {"wait": wait, "site": site, "base_url": base_url}
    if exports is not None:
        how["exports"] = exports
    return Settings(**paths, max_quarantine=max_quarantine, remote=remote, **how)
