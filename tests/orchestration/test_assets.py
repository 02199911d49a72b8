"""The same job through Dagster: assets, checks, and the failure policy line by line."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import pytest

from oig_pipeline.contract.columns import REPORTS
from oig_pipeline.contract.ledger_columns import FLAGS
from oig_pipeline.contract.rules import RULES
from oig_pipeline.orchestration.assets import ASSETS
from oig_pipeline.orchestration.definitions import defs
from oig_pipeline.orchestration.io_manager import by_run
from oig_pipeline.orchestration.resources import Data
from oig_pipeline.reporting import summary
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.conftest import Captures
from tests.policy import CASES, COULD_NOT_RUN, Case

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:.*sqlalchemy.*")


# Other tests cover the site.
ALL_BUT_SITE = dg.AssetSelection.all() - dg.AssetSelection.assets("site")


def materialize(raw: Path, selection: dg.AssetSelection = ALL_BUT_SITE) -> dg.ExecuteInProcessResult:
    with dg.DagsterInstance.ephemeral() as instance:
        return dg.materialize(
            ASSETS,
            instance=instance,
            resources={"data": Data(raw=str(raw), out=str(raw.parent / "curated"))},
            selection=selection,
            raise_on_error=False,
        )


def written(result: dg.ExecuteInProcessResult) -> list[str]:
    return [e.asset_key.to_user_string() for e in result.get_asset_materialization_events() if e.asset_key]


def checks(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    return {e.check_name: e for e in result.get_asset_check_evaluations()}


def failure(result: dg.ExecuteInProcessResult) -> str:
    """Return the messages of a failed run, causes included."""
    messages = []
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error is not None:
                messages.append(error.message)
                error = error.cause
            if event.step_failure_data.user_failure_data:
                messages.append(event.step_failure_data.user_failure_data.description or "")
    return " ".join(messages)


def test_materialising_all_publishes_the_release_that_the_command_line_does(repo_data: Path) -> None:
    result = materialize(repo_data / "raw", dg.AssetSelection.all())
    assert result.success
    assets = ["captures", "sightings", "quarantine", "reports", "recommendations", "release", "catalog", "site"]
    assert written(result) == assets
    latest = (repo_data / "curated" / "latest").resolve()
    outcome = pipeline.build(settings(repo_data / "raw", repo_data / "elsewhere"))
    assert outcome.release is not None
    assert latest.name == outcome.release.id
    assert (latest / "catalog.duckdb").exists()
    assert "OIG-21-49" in (repo_data / "curated" / "site" / "topics" / "border-security" / "index.html").read_text()


def test_every_rule_has_a_check_with_counts_and_a_sample(repo_data: Path) -> None:
    results = checks(materialize(repo_data / "raw"))
    assert set(results) == {*(r.code for r in RULES), "threshold", "accounting", "shape", *FLAGS}
    conflict = results["money_conflict"]
    assert not conflict.passed
    flagged = conflict.metadata["sample"]
    assert isinstance(flagged, dg.TableMetadataValue)
    assert [(r.data["report_number"], r.data["recommendation"]) for r in flagged.records] == [("OIG-23-42", "1")]
    mismatch = results["fiscal_year_mismatch"]
    assert mismatch.passed, "all violations are acknowledged"
    assert mismatch.metadata["violations"].value == 4
    sample = mismatch.metadata["sample"]
    assert isinstance(sample, dg.TableMetadataValue)
    assert [(r.data["number"], r.data["file and line"]) for r in sample.records] == [
        ("DS-05-06", "listing-transcript-2.csv:98"),
        ("DS-09-09", "listing-transcript-2.csv:130"),
        ("DS-02-06", "listing-transcript.csv:109"),
        ("W-05-03", "listing-transcript.csv:116"),
    ]
    assert results["date_missing"].severity == dg.AssetCheckSeverity.WARN
    assert not results["date_missing"].passed
    assert results["number_missing"].severity == dg.AssetCheckSeverity.ERROR


def test_two_reports_of_one_number_are_told_apart_by_their_offices(captures: Captures) -> None:
    rows = ("dhs,OIG-14-131,Audit of Ports,2014", "treasury,OIG-14-131,Audit of Banks,2014")
    listing = "\n".join(["office,report_number,title,fiscal_year", *rows])
    result = materialize(captures({"list.csv": listing}))
    (reports,) = (
        m for m in result.asset_materializations_for_node("judgement") if m.asset_key == dg.AssetKey("reports")
    )
    preview = reports.metadata["preview"]
    assert isinstance(preview, dg.TableMetadataValue)
    assert [(r.data["office"], r.data["report_number"], r.data["title"]) for r in preview.records] == [
        ("dhs", "OIG-14-131", "Audit of Ports"),
        ("treasury", "OIG-14-131", "Audit of Banks"),
    ]
    counts = reports.metadata["reports_by_office"]
    assert isinstance(counts, dg.MarkdownMetadataValue)
    assert [line.split()[0] for line in (counts.md_str or "").splitlines()[1:-1]] == ["dhs", "treasury"]
    sample = checks(result)["date_missing"].metadata["sample"]
    assert isinstance(sample, dg.TableMetadataValue)
    assert [(r.data["office"], r.data["number"]) for r in sample.records] == [
        ("dhs", "OIG-14-131"),
        ("treasury", "OIG-14-131"),
    ]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_arrives_decides_what_is_published_and_how_the_run_ends(case: Case, captures: Captures) -> None:
    raw = captures(case.arrived)
    out = raw.parent / "curated"
    result = materialize(raw)
    assert result.success == (case.build == 0), failure(result)
    assert "quarantine" in written(result), "always written"
    assert ("release" in written(result)) == (case.build == 0)
    assert (out / "latest").exists() == (case.build == 0)
    assert (out / "rejected").exists() == case.rejected
    results = checks(result)
    broken = [r.code for r in RULES if r.severity == "error" and results[r.code].metadata["violations"].value]
    assert tuple(broken) == case.rules
    unsettled = [r.code for r in RULES if r.severity == "error" and not results[r.code].passed]
    assert bool(unsettled) == (case.check == 1 and not case.arrived.get("corrections.yml", b"").count(b"98")), unsettled
    expected = summary(pipeline.check(settings(raw)), 0)
    if not case.rejected:
        assert (expected["published"], expected["quarantined"]) == (case.published, case.quarantined)
        assert results["accounting"].passed
        assert results["threshold"].passed
    else:
        reasons = json.loads((out / "rejected" / "reasons.json").read_text())["reasons"]
        assert reasons == expected["failures"]
        # The red run names what stopped it: a blocking check, or that there is nothing to publish.
        assert any(word in failure(result) for word in ("threshold", "listing_empty", "no row is valid"))


@pytest.mark.parametrize(("arrived", "message"), COULD_NOT_RUN.values(), ids=COULD_NOT_RUN)
def test_what_cannot_run_fails_and_says_why(arrived: dict[str, bytes], message: str, captures: Captures) -> None:
    raw = captures(arrived)
    result = materialize(raw)
    assert not result.success
    assert message in failure(result)
    assert not (raw.parent / "curated" / "latest").exists()


def test_an_invalid_setting_fails_a_step_with_one_line_whatever_stores_its_results() -> None:
    resources = {"data": Data(executor="cluster"), "io_manager": by_run}
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(ASSETS, instance=instance, resources=resources, raise_on_error=False)
    (event,) = result.get_step_failure_events()
    data = event.step_failure_data.user_failure_data
    assert data is not None
    assert data.description == "OIG_EXECUTOR=cluster: the executors are in_process, multiprocess, dask"


def test_the_launchpad_says_who_reads_and_merges_else_the_environment_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OIG_EXECUTOR", "dask")
    monkeypatch.setenv("OIG_DASK_ADDRESS", "tcp://one:8786")
    monkeypatch.setenv("OIG_WORK", "/srv/one")
    config = Data().settings()
    assert (config.executor, config.dask_address, config.work) == ("dask", "tcp://one:8786", "/srv/one")
    config = Data(executor="multiprocess", dask_address="tcp://two:8786", work="/srv/two").settings()
    assert (config.executor, config.dask_address, config.work) == ("multiprocess", "tcp://two:8786", "/srv/two")


def test_settings_out_of_range_fail_the_run(captures: Captures) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(
            ASSETS, instance=instance, resources={"data": Data(max_quarantine=7)}, raise_on_error=False
        )
    assert "a share between 0 and 1" in failure(result)


def test_the_catalogue_shows_the_columns_of_the_contract() -> None:
    nodes = defs().resolve_asset_graph()
    schema = nodes.get(dg.AssetKey("reports")).metadata["dagster/column_schema"]
    assert isinstance(schema, dg.TableSchema)
    assert {c.name: c.description for c in schema.columns} == {n: c.description for n, c in REPORTS.items()}
    assert all(nodes.get(key).description for key in nodes.get_all_asset_keys())


def test_the_policy_blocks_and_rules_do_not() -> None:
    (step,) = [a for a in ASSETS if list(a.check_specs)]
    blocking = {s.name for s in step.check_specs if s.blocking}
    assert blocking == {"threshold", "accounting", "shape", "listing_empty"}
