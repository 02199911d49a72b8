"""Whether reports may be published, by the share of their rows that is quarantined."""

from __future__ import annotations

import pytest

from oig_pipeline.run import pipeline
from oig_pipeline.run.policy import assess
from oig_pipeline.settings import settings
from tests.conftest import Captures
from tests.dhs_examples import files
from tests.policy import FLAWED, rows

AT_MOST = "of the sightings are quarantined and not acknowledged; at most"


def test_the_share_may_reach_the_threshold_and_not_pass_it(captures: Captures) -> None:
    result = pipeline.check(settings(captures(files((*rows(3), FLAWED))))).result
    for threshold in (0.25, 0.26, 1):
        assessment = assess(result, threshold)
        assert (assessment.share, assessment.over, assessment.reasons) == (0.25, None, ())
    assessment = assess(result, 0.24)
    assert assessment.over == f"25.0% {AT_MOST} 24.0% may be"
    assert assessment.reasons == (assessment.over,)


@pytest.mark.parametrize("threshold", [0, 1])
def test_where_nothing_is_quarantined_every_threshold_will_do(captures: Captures, threshold: float) -> None:
    result = pipeline.check(settings(captures(files((*rows(2),))))).result
    assert assess(result, threshold).reasons == ()
