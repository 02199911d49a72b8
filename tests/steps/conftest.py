"""How much is read and merged at a time, as tests want it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from oig_pipeline import pipeline
from oig_pipeline.capture import stretches
from oig_pipeline.pipeline import years_of
from oig_pipeline.settings import Limits
from oig_pipeline.steps import keep, locally, reading
from oig_pipeline.steps.source import together
from tests.steps.listings import Small

Sized = Callable[[Small], AbstractContextManager[None]]


@contextmanager
def sized(small: Small) -> Iterator[None]:
    """Let so much be read and merged at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stretches, "BYTES", small.stretch)
        patch.setattr(reading, "BLOCK", small.block)
        patch.setattr(locally, "cores", lambda: small.cores)
        patch.setattr(pipeline, "years_of", lambda found, _: years_of(found, Limits(small.largest_whole)))
        for module in (pipeline, keep):
            patch.setattr(module, "together", lambda sources: together(sources, small.together))
        yield
