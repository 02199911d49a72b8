"""The I/O manager: a run reads its own results, else those of the last run that materialized the asset."""

from pathlib import Path

import dagster as dg
import pytest

from oig_pipeline.orchestration.io_manager import IO_FOLDER, by_run
from oig_pipeline.orchestration.resources import Data

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:.*sqlalchemy.*")


@dg.asset
def upstream(context: dg.AssetExecutionContext) -> str:
    return context.run.tags["says"]


@dg.asset
def downstream(upstream: str) -> str:
    return f"used {upstream}"


def run(instance: dg.DagsterInstance, says: str, selection: str = "*", work: str = "") -> dg.ExecuteInProcessResult:
    resources = {"data": Data(work=work), "io_manager": by_run}
    return dg.materialize(
        [upstream, downstream], instance=instance, resources=resources, selection=selection, tags={"says": says},
        raise_on_error=False,
    )  # fmt: skip


def test_a_run_reads_what_it_made_itself_else_what_was_made_last() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        first, second = run(instance, "first"), run(instance, "second")
        assert first.output_for_node("downstream") == "used first", "not overwritten by the second run"
        assert second.output_for_node("downstream") == "used second"
        assert run(instance, "third", "downstream").output_for_node("downstream") == "used second"


def test_a_missing_result_fails_the_run_with_its_name() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        result = run(instance, "nothing", "downstream")
        assert not result.success
        assert "upstream was never materialised: materialise it first" in str(result.all_events)


@pytest.mark.parametrize("work_from", ["by the run", "by the environment"])
def test_results_are_stored_in_the_work_folder(work_from: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = f"file://{tmp_path}/work"
    if work_from == "by the environment":
        monkeypatch.setenv("OIG_WORK", work)
    with dg.DagsterInstance.ephemeral() as instance:
        result = run(instance, "first", work=work if work_from == "by the run" else "")
        assert result.output_for_node("downstream") == "used first"
    assert (tmp_path / "work" / IO_FOLDER / result.run_id / "downstream").is_file()
