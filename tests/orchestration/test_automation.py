"""When the pipeline runs: jobs, the sensor on the raw folder, the schedule, the freshness policy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from oig_pipeline.orchestration import automation
from oig_pipeline.orchestration.common import OWNERS
from oig_pipeline.orchestration.definitions import defs
from oig_pipeline.orchestration.resources import Data
from oig_pipeline.release.lock import writing
from oig_pipeline.run.cache import CACHE
from tests.conftest import Captures
from tests.dhs_examples import document

DEFINITIONS = defs()
GOOD = "report_number,title,fiscal_year\nOIG-21-90,Audit of Ports,2021\n"
Look = Callable[[], dg.RunRequest | dg.SkipReason]


@pytest.fixture
def raw(captures: Captures) -> Path:
    return captures({"a.csv": GOOD})


@pytest.fixture
def look(raw: Path) -> Look:
    """Return a function that evaluates the sensor once, with the cursor of the previous evaluation."""
    cursor: list[str | None] = [None]
    data = Data(raw=str(raw), out=str(raw.parent / "curated"))

    def once() -> dg.RunRequest | dg.SkipReason:
        context = dg.build_sensor_context(cursor=cursor[0], resources={"data": data})
        result = automation.new_captures(context)
        cursor[0] = context.cursor
        assert isinstance(result, dg.RunRequest | dg.SkipReason)
        return result

    return once


def succeeds(job: str, config: Mapping[str, Any]) -> bool:
    with dg.DagsterInstance.ephemeral() as instance:
        return DEFINITIONS.resolve_job_def(job).execute_in_process(run_config=config, instance=instance).success


def test_the_first_look_builds_over_the_folders_that_it_looks_at(look: Look, raw: Path) -> None:
    result = look()
    assert isinstance(result, dg.RunRequest)
    assert result.run_config["resources"]["data"]["config"]["raw"] == str(raw)
    assert succeeds("build", result.run_config)
    assert (raw.parent / "curated" / "latest").exists()


def test_nothing_new_launches_nothing(look: Look, raw: Path) -> None:
    look()
    (raw / "a.csv").touch()
    result = look()
    assert isinstance(result, dg.SkipReason)
    assert result.skip_message == "no capture has changed since the last build"


def document_beside(raw: Path) -> None:
    for name, content in document("OIG-21-90").items():
        (raw.parent / name).parent.mkdir(parents=True, exist_ok=True)
        (raw.parent / name).write_text(content)


CHANGES: dict[str, Callable[[Path], object]] = {
    "a new capture": lambda raw: (raw / "b.csv").write_text(GOOD.replace("90", "91")),
    "a changed capture": lambda raw: (raw / "a.csv").write_text(GOOD.replace("90", "91")),
    "new metadata": lambda raw: (raw / "a.csv.meta.json").write_text('{"url": "https://www.oig.dhs.gov/reports"}'),
    "a capture that is gone": lambda raw: (raw / "a.csv").rename(raw / "c.csv"),
    "a new document": lambda raw: document_beside(raw),
    "new corrections": lambda raw: (raw.parent / "corrections.yml").write_text("corrections: []\n"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_launches_one_run(change: Callable[[Path], object], look: Look, raw: Path) -> None:
    first = look()
    change(raw)
    second = look()
    assert isinstance(first, dg.RunRequest)
    assert isinstance(second, dg.RunRequest)
    assert first.run_key != second.run_key
    assert isinstance(look(), dg.SkipReason)


def test_the_same_state_has_the_same_key_even_without_a_cursor(raw: Path) -> None:
    data = Data(raw=str(raw))
    keys = {
        request.run_key
        for _ in range(2)
        for request in [automation.new_captures(dg.build_sensor_context(resources={"data": data}))]
        if isinstance(request, dg.RunRequest)
    }
    assert len(keys) == 1


def test_a_missing_folder_is_a_reason_and_no_error(raw: Path, look: Look) -> None:
    raw.rename(raw.parent / "away")
    result = look()
    assert isinstance(result, dg.SkipReason)
    assert "there is no such folder" in str(result.skip_message)


def test_while_a_fetch_goes_on_nothing_is_built(look: Look, raw: Path) -> None:
    with writing(raw.parent / "fetch"):
        result = look()
        assert isinstance(result, dg.SkipReason)
        assert "a fetch is going on" in str(result.skip_message)
    assert isinstance(look(), dg.RunRequest)


def test_the_job_check_publishes_nothing(raw: Path) -> None:
    config = {"resources": {"data": {"config": {"raw": str(raw), "out": str(raw.parent / "curated")}}}}
    assert succeeds("check", config)
    # The cache is there, and no release.
    assert [path.name for path in (raw.parent / "curated").iterdir()] == [CACHE]


def test_the_schedule_builds_every_day() -> None:
    schedule = DEFINITIONS.resolve_schedule_def("daily")
    assert (schedule.cron_schedule, schedule.job_name) == ("0 6 * * *", "build")


def test_a_release_is_expected_every_day() -> None:
    nodes = DEFINITIONS.resolve_asset_graph()
    policy = nodes.get(dg.AssetKey("release")).freshness_policy_or_from_metadata
    assert policy == dg.FreshnessPolicy.time_window(dt.timedelta(hours=48), dt.timedelta(hours=26))


def test_every_asset_has_a_group_an_owner_a_kind_and_a_description() -> None:
    graph = DEFINITIONS.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.group_name in ("raw", "curated", "published")
        assert list(node.owners) == OWNERS
        assert node.kinds
        assert (node.description or "").endswith(".")
