"""Nothing is waited for that the fetch would not see."""

from __future__ import annotations

import pytest

from oig_pipeline.fetch import clock
from oig_pipeline.fetch.failures import Stopped
from oig_pipeline.fetch.time_limit import TimeLimit
from tests.fetch.conftest import Project
from tests.replica import misdeeds
from tests.replica.server import Reply


def test_a_wait_beyond_the_end_is_refused_and_one_before_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000.0]
    monkeypatch.setattr(clock, "monotonic", lambda: now[0])
    limit = TimeLimit(minutes=2)
    limit.allow(120, "robots.txt")
    with pytest.raises(Stopped, match=r"^robots.txt asks to wait 121 seconds; until then the bound of 2 minutes"):
        limit.allow(121, "robots.txt")
    now[0] += 119
    limit.check()
    now[0] += 2
    with pytest.raises(Stopped, match=r"--max-minutes.* is reached; the next fetch goes on from here"):
        limit.check()


@pytest.mark.parametrize("delay", ["86400", "1e300"])
def test_a_crawl_delay_longer_than_the_fetch_ends_it(delay: str, project: Project, slept: list[float]) -> None:
    rules = Reply(200, {"Content-Type": "text/plain"}, f"User-agent: *\nCrawl-delay: {delay}\n".encode())
    project.replica.misdeeds.append(misdeeds.always(rules, lambda request: request.path == "/robots.txt"))
    result = project.fetch(max_minutes=10)
    assert result.status == 1
    assert "asks to wait" in result.faults[0]
    assert "--max-minutes" in result.faults[0]
    assert max(slept, default=0) < 600
    assert result.requests == 1


@pytest.mark.parametrize(
    ("after", "minutes", "message"),
    [("300", 2, "asks to wait 300 seconds; until then the bound of 2 minutes"), ("86400", 120, "asks to wait 86400")],
)
def test_a_retry_after_longer_than_the_fetch_ends_it(
    after: str, minutes: float, message: str, project: Project, slept: list[float]
) -> None:
    project.replica.misdeeds.append(misdeeds.always(misdeeds.error(503, Retry_After=after)))
    result = project.fetch(max_minutes=minutes)
    assert result.status == 1
    assert message in result.faults[0]
    assert max(slept, default=0) < minutes * 60
