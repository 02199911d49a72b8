"""What steps hand to one another: each run its own, and the last run's where a run asks for what it does not make."""

from pathlib import Path

import dagster as dg
import pytest

from oig_pipeline.orchestration.io_manager import HANDED_ON, by_run
from oig_pipeline.orchestration.resources import Data

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:.*sqlalchemy.*")


@dg.asset
def made(context: dg.AssetExecutionContext) -> str:
    return context.run.tags["says"]


@dg.asset
def used(made: str) -> str:
    return f"used {made}"


def run(instance: dg.DagsterInstance, says: str, selection: str = "*", work: str = "") -> dg.ExecuteInProcessResult:
    resources = {"data": Data(work=work), "io_manager": by_run}
    return dg.materialize(
        [made, used], instance=instance, resources=resources, selection=selection, tags={"says": says},
        raise_on_error=False,
    )  # fmt: skip


def test_a_run_reads_what_it_made_itself_else_what_was_made_last() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        first, second = run(instance, "first"), run(instance, "second")
        assert first.output_for_node("used") == "used first", "not overwritten by the second run"
        assert second.output_for_node("used") == "used second"
        assert run(instance, "third", "used").output_for_node("used") == "used second"


def test_what_was_never_made_is_told() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        result = run(instance, "nothing", "used")
        assert not result.success
        assert "made was never materialised: materialise it first" in str(result.all_events)


@pytest.mark.parametrize("is_told", ["by the run", "by the environment"])
def test_results_lie_where_all_who_work_on_a_run_reach_them(
    is_told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = f"file://{tmp_path}/work"
    if is_told == "by the environment":
        monkeypatch.setenv("OIG_WORK", work)
    with dg.DagsterInstance.ephemeral() as instance:
        result = run(instance, "first", work=work if is_told == "by the run" else "")
        assert result.output_for_node("used") == "used first"
    assert (tmp_path / "work" / HANDED_ON / result.run_id / "used").is_file()
