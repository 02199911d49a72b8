"""How much is read and merged at a time, as tests want it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from oig_pipeline.capture import chunks
from oig_pipeline.run import cache, executor, pipeline, read_batch
from oig_pipeline.run.capture_chunks import together
from oig_pipeline.run.pipeline import years_of
from oig_pipeline.settings import Limits
from tests.run.listings import Small

Sized = Callable[[Small], AbstractContextManager[None]]


@contextmanager
def sized(small: Small) -> Iterator[None]:
    """Let so much be read and merged at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "BYTES", small.stretch)
        patch.setattr(read_batch, "BLOCK", small.block)
        patch.setattr(executor, "cores", lambda: small.cores)
        patch.setattr(pipeline, "years_of", lambda found, _: years_of(found, Limits(small.largest_whole)))
        for module in (pipeline, cache):
            patch.setattr(module, "together", lambda sources: together(sources, small.together))
        yield
