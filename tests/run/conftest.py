"""Limits of a run, as tests set them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from oig_pipeline.capture import chunks
from oig_pipeline.run import cache, executor, pipeline, read_batch
from oig_pipeline.run.capture_chunks import batch_chunks
from oig_pipeline.run.pipeline import partition_years
from oig_pipeline.settings import Limits
from tests.run.listings import Small

Sized = Callable[[Small], AbstractContextManager[None]]


@contextmanager
def sized(small: Small) -> Iterator[None]:
    """Run the block with these limits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "BYTES", small.chunk_size)
        patch.setattr(read_batch, "BLOCK_SIZE", small.block)
        patch.setattr(executor, "cores", lambda: small.cores)
        patch.setattr(
            pipeline, "partition_years", lambda result, _: partition_years(result, Limits(small.merged_at_once))
        )
        for module in (pipeline, cache):
            patch.setattr(module, "batch_chunks", lambda group: batch_chunks(group, small.batch_size))
        yield
