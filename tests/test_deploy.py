"""What is deployed hangs together: every file, service, variable and volume that one file names is in another."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

from oig_pipeline.settings import EXECUTORS
from tests.conftest import PROJECT

pytestmark = pytest.mark.process

DEPLOY = PROJECT / "deploy"
# The values of Dagster's chart that are set; those of a code location, of its list.
CHART = {
    "global", "generatePostgresqlPasswordSecret", "postgresql", "dagster-user-deployments", "runLauncher",
    "dagsterDaemon", "retention", "telemetry", "additionalInstanceConfig",
}  # fmt: skip
LOCATION = {
    "name", "image", "dagsterApiGrpcArgs", "port", "includeConfigInLaunchedRuns", "env", "volumes", "volumeMounts",
    "resources",
}  # fmt: skip


class Strict(yaml.SafeLoader):
    """YAML in which no mapping has a key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        assert len(keys) == len(set(keys)), f"{node.start_mark}: a key stands twice"
        return super().construct_mapping(node, deep)


def read(name: str) -> list[Any]:
    return list(yaml.load_all((DEPLOY / name).read_text(), Strict))


@pytest.fixture(scope="module")
def compose(validators: Path) -> dict[str, Any]:
    """Return `compose.yaml` as Docker Compose reads it."""
    done = composed(validators, DAGSTER_PG_PASSWORD="secret")
    assert not done.stderr, "no error, and no warning"
    return dict(json.loads(done.stdout))


def composed(validators: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    # Its exit status says nothing: the package that brings the program swallows it.
    command = [str(validators / "docker-compose"), "--file", str(DEPLOY / "compose.yaml"), "config", "--format", "json"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def variables(node: Any) -> set[str]:
    """Return the environment variables that an instance's settings name."""
    if isinstance(node, dict):
        names = {node["env"]} if set(node) == {"env"} else set()
        return names.union(*map(variables, node.values()))
    return set().union(*map(variables, node)) if isinstance(node, list) else set()


def test_compose_asks_for_the_password(validators: Path) -> None:
    done = composed(validators)
    assert not done.stdout
    assert "set it to the password of the database" in done.stderr


def test_services_find_one_another(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"postgres", "code", "webserver", "daemon", "scheduler", "worker"}
    code = services["code"]
    port = code["command"][code["command"].index("--port") + 1]
    (located,) = read("workspace.yaml")[0]["load_from"]
    assert located["grpc_server"] == {"host": "code", "port": int(port), "location_name": "oig_pipeline"}
    address = code["environment"]["OIG_DASK_ADDRESS"]
    scheduler = services["scheduler"]["command"]
    assert address == f"tcp://scheduler:{scheduler[scheduler.index('--port') + 1]}"
    assert address in services["worker"]["command"]
    required = variables(read("dagster.yaml"))
    for name in set(services) - {"postgres"}:
        environment = services[name]["environment"]
        assert required <= set(environment), name
        assert environment["OIG_EXECUTOR"] in EXECUTORS
        assert environment["DAGSTER_PG_HOST"] in services
        assert environment.items() >= code["environment"].items(), "all processes agree on where things lie"
        assert services[name]["volumes"] == code["volumes"]
        assert {v["source"] for v in services[name]["volumes"] if v["type"] == "volume"} <= set(compose["volumes"])
    database = services["postgres"]["environment"]
    assert code["environment"]["DAGSTER_PG_PASSWORD"] == database["POSTGRES_PASSWORD"] == "secret"
    assert code["environment"]["DAGSTER_PG_USERNAME"] == database["POSTGRES_USER"]
    assert code["environment"]["DAGSTER_PG_DB"] == database["POSTGRES_DB"]


def test_the_image_holds_what_services_use(compose: dict[str, Any]) -> None:
    code = compose["services"]["code"]
    dockerfile = Path(code["build"]["context"]) / code["build"]["dockerfile"]
    text = dockerfile.read_text()
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    for copied in re.findall(r"^COPY (.+) \S+$", text, re.M):
        for name in copied.split():
            assert (PROJECT / name).exists(), name
            assert any(
                name == pattern[1:] or name.startswith(f"{pattern[1:]}/") for pattern in ignored if pattern[0] == "!"
            ), name
    (extras,) = re.findall(r"'\.\[(.+)\]'", text)
    assert set(extras.split(",")) == {"dask", "postgres", "s3"}
    mounted = {volume["target"] for volume in code["volumes"]}
    assert mounted == set(json.loads(re.findall(r"^VOLUME (.+)$", text, re.M)[0]))
    assert code["environment"]["OIG_WORK"].startswith("/srv/oig/data/")
    assert re.search(r"^FROM python:3\.\d+-slim", text, re.M)


def test_on_kubernetes_runs_and_workers_share_all_that_they_must() -> None:
    (values,) = read("helm-values.yaml")
    assert set(values) == CHART
    (location,) = values["dagster-user-deployments"]["deployments"]
    assert set(location) == LOCATION
    claim, service, scheduler, worker = read("dask.yaml")
    pod = worker["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    environment = {e["name"]: e.get("value") for e in container["env"]}
    assert environment.items() >= location["env"].items()
    assert location["env"]["OIG_DASK_ADDRESS"] in container["command"]
    assert (
        location["env"]["OIG_DASK_ADDRESS"]
        == f"tcp://{service['metadata']['name']}:{service['spec']['ports'][0]['port']}"
    )
    for deployment in (scheduler, worker):
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        assert deployment["spec"]["selector"]["matchLabels"] == labels
    assert service["spec"]["selector"] == scheduler["spec"]["template"]["metadata"]["labels"]
    assert location["volumes"] == pod["volumes"]
    assert location["volumeMounts"] == container["volumeMounts"]
    assert pod["volumes"][0]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    image = location["image"]
    images = {c["image"] for d in (scheduler, worker) for c in d["spec"]["template"]["spec"]["containers"]}
    assert images == {f"{image['repository']}:{image['tag']}"}
    secret = next(e["valueFrom"]["secretKeyRef"]["name"] for e in container["env"] if "valueFrom" in e)
    assert secret == values["global"]["postgresqlSecretName"]


def test_the_chart_is_of_the_version_that_is_installed() -> None:
    (pinned,) = re.findall(r"^dagster==(.+)$", (PROJECT / "constraints.txt").read_text(), re.M)
    text = (DEPLOY / "helm-values.yaml").read_text()
    assert set(re.findall(r"version (\d[\d.]+\d)", text)) == {pinned}


@pytest.mark.filterwarnings("ignore::DeprecationWarning:.*sqlalchemy.*")
def test_dagster_takes_the_settings_of_the_instance_and_both_ways_say_the_same(tmp_path: Path) -> None:
    (values,) = read("helm-values.yaml")
    (config,) = read("dagster.yaml")
    more = values["additionalInstanceConfig"]
    assert {name: config[name] for name in more} == more
    assert values["postgresql"]["postgresqlScheme"] == config["storage"]["postgres"]["postgres_db"]["scheme"]
    assert values["retention"]["sensor"]["purgeAfterDays"] == config["retention"]["sensor"]["purge_after_days"]
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(more))
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert instance.get_concurrency_config().run_queue_config is not None


def test_the_parts_of_the_workflow_run_every_test_once() -> None:
    workflow = yaml.load((PROJECT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"), Strict)
    parts = {part["part"]: part["tests"] for part in workflow["jobs"]["test"]["strategy"]["matrix"]["include"]}
    unit, system = (set(re.findall(r"\btests/\w+", parts[name])) for name in ("unit", "system"))
    assert unit == system, "what one part runs, the other leaves out"
    assert all((PROJECT / folder).is_dir() for folder in unit)
    slow = parts["torture, cluster, browser"].removeprefix("tests -m ").strip('"')
    assert {parts[name].partition(" -m ")[2].strip('"') for name in ("unit", "system")} == {f"not ({slow})"}
