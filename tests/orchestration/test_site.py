"""Fetching in Dagster: jobs that ask the replica, what their runs show, and that nothing new builds nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from oig_pipeline.fetch import clock
from oig_pipeline.orchestration import automation
from oig_pipeline.orchestration.definitions import defs
from oig_pipeline.orchestration.fetch_assets import ListingSite
from oig_pipeline.orchestration.resources import Data
from tests.replica import misdeeds
from tests.replica.documents import pdf
from tests.replica.facts import AUDITS, Facts, newer, reports
from tests.replica.server import Replica, serving

DEFINITIONS = defs()


@pytest.fixture
def replica() -> Iterator[Replica]:
    with serving(Replica(Facts(reports()))) as replica:
        yield replica


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def config(tmp_path: Path, replica: Replica) -> dict[str, Any]:
    (tmp_path / "raw").mkdir()
    data = {"raw": str(tmp_path / "raw"), "out": str(tmp_path / "curated")}
    site = {"base_url": replica.url, "delay": 0.0, "backoff": 0.0}
    return {"resources": {"data": {"config": data}, "site": {"config": site}}}


def run(job: str, config: Mapping[str, Any], instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    return DEFINITIONS.resolve_job_def(job).execute_in_process(
        run_config=config, instance=instance, raise_on_error=False
    )


def metadata_of(instance: dg.DagsterInstance, asset: str) -> dict[str, Any]:
    event = instance.get_latest_materialization_event(dg.AssetKey(asset))
    assert event is not None
    assert event.asset_materialization is not None
    return {name: value.value for name, value in event.asset_materialization.metadata.items()}


def test_a_fetch_shows_what_it_asked_and_filed(config: dict[str, Any], instance: dg.DagsterInstance) -> None:
    assert run("fetch", config, instance).success
    first = metadata_of(instance, "fetched_captures")
    assert (first["pages_asked"], first["new_captures"], first["rows_in_doubt"]) == (59, 21, 0)
    assert run("fetch", config, instance).success
    second = metadata_of(instance, "fetched_captures")
    assert (second["answered_from_cache"], second["new_captures"], second["pages_unchanged"]) == (59, 0, 21)


def test_a_fetch_that_finds_nothing_new_launches_no_build(
    config: dict[str, Any], instance: dg.DagsterInstance, replica: Replica
) -> None:
    data = Data(**config["resources"]["data"]["config"])
    cursor: str | None = None
    launched = []
    for more in (0, 0, 1, 0):
        replica.facts.reports += newer(more)
        assert run("fetch", config, instance).success
        context = dg.build_sensor_context(cursor=cursor, resources={"data": data})
        launched.append(isinstance(automation.new_captures(context), dg.RunRequest))
        cursor = context.cursor
    assert launched == [True, False, True, False]


def test_a_fetch_that_fails_is_red_says_why_and_leaves_the_asset_as_it_was(
    config: dict[str, Any], instance: dg.DagsterInstance, replica: Replica
) -> None:
    replica.misdeeds.append(misdeeds.always(misdeeds.CHALLENGE))
    result = run("fetch", config, instance)
    assert not result.success
    (failed,) = [e for e in result.all_events if e.event_type_value == "STEP_FAILURE"]
    assert "challenge page" in str(failed.step_failure_data.user_failure_data.description)  # type: ignore[union-attr]
    assert instance.get_latest_materialization_event(dg.AssetKey("fetched_captures")) is None


def test_documents_are_fetched_and_counted(
    config: dict[str, Any], instance: dg.DagsterInstance, replica: Replica
) -> None:
    linked_reports = newer(2)
    replica.facts.reports = linked_reports + [replace(r, document=False) for r in reports() if r.path != AUDITS]
    replica.documents[linked_reports[0].link] = pdf(f"Report {linked_reports[0].number}")
    assert run("fetch", config, instance).success
    assert run("fetch_documents", config, instance).success
    metadata = metadata_of(instance, "documents")
    assert (metadata["read"], metadata["missing"], metadata["held"]) == (1, 1, 0)


def test_a_run_may_walk_back_so_many_days_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 11, 24, tzinfo=dt.UTC))
    assert [ListingSite(since_days=days).since() for days in (0, 10)] == [None, dt.date(2026, 11, 14)]


def test_materialize_all_asks_nobody(config: dict[str, Any], instance: dg.DagsterInstance, replica: Replica) -> None:
    keys = {key.to_user_string() for key in DEFINITIONS.resolve_job_def("build").asset_layer.executable_asset_keys}
    assert not keys & {"fetched_captures", "documents"}
    graph = DEFINITIONS.resolve_asset_graph()
    assert {dg.AssetKey("fetched_captures"), dg.AssetKey("documents")} <= set(graph.get_all_asset_keys())
    assert dg.AssetKey("fetched_captures") in graph.get(dg.AssetKey("captures")).parent_keys


def test_fetches_are_scheduled_before_the_build_and_their_assets_expected_to_be_fresh() -> None:
    schedules = {name: DEFINITIONS.resolve_schedule_def(name) for name in ("fetch_daily", "fetch_documents_weekly")}
    assert {name: s.job_name for name, s in schedules.items()} == {
        "fetch_daily": "fetch", "fetch_documents_weekly": "fetch_documents",
    }  # fmt: skip
    graph = DEFINITIONS.resolve_asset_graph()
    for asset, days in (("fetched_captures", 2), ("documents", 15)):
        policy = graph.get(dg.AssetKey(asset)).freshness_policy_or_from_metadata
        assert policy is not None
        assert policy.fail_window.to_timedelta() == dt.timedelta(days=days)  # type: ignore[attr-defined]
