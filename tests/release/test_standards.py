"""What a release says of itself, judged by the standards' own validators and read by the programs it is made for."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.conftest import PROJECT, free_port, serving

pytestmark = pytest.mark.process

DCAT_US = Path(os.environ.get("OIG_DCAT_US", PROJECT.parent / "shared" / "standards" / "dcat-us-v3"))


@pytest.fixture(scope="module")
def release(own_release: Path) -> Path:
    return own_release


def run(program: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([program, *arguments], cwd=cwd, capture_output=True, text=True, check=False, timeout=300)


def test_frictionless_accepts_the_data_package(release: Path, validators: Path) -> None:
    done = run(validators / "frictionless", "validate", "--json", "datapackage.json", cwd=release)
    report = json.loads(done.stdout)
    assert done.returncode == 0, report
    assert report["valid"]
    assert report["stats"]["tasks"] == len(list(release.rglob("*.parquet"))) + 1


def test_frictionless_would_find_a_changed_file_and_a_broken_row(
    release: Path, validators: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    names = ["datapackage.json", "reports.csv", *(str(p.relative_to(release)) for p in release.rglob("*.parquet"))]
    for name in names:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes((release / name).read_bytes())
    (copy / "captures.parquet").write_bytes(b"PAR1")
    csv = (copy / "reports.csv").read_text(encoding="utf-8")
    (copy / "reports.csv").write_text(csv.replace(",2021,", ",FY21,", 1), encoding="utf-8")
    report = json.loads(run(validators / "frictionless", "validate", "--json", "datapackage.json", cwd=copy).stdout)
    assert {task["name"] for task in report["tasks"] if not task["valid"]} == {"captures", "reports-csv"}


def test_mlcroissant_accepts_the_croissant_file_and_reads_every_table(release: Path, validators: Path) -> None:
    done = run(validators / "mlcroissant", "validate", "--jsonld", "croissant.json", cwd=release)
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stderr.lower()
    # It ends at once when all is read: threads of its libraries now and then abort while the interpreter shuts down.
    script = (
        "import json, mlcroissant, os\n"
        "dataset = mlcroissant.Dataset(jsonld='croissant.json')\n"
        "rows = {r.name: len(list(dataset.records(r.name))) for r in dataset.metadata.record_sets}\n"
        "print(json.dumps(rows), flush=True)\n"
        "os._exit(0)\n"
    )
    read = run(validators / "python", "-c", script, cwd=release)
    assert read.returncode == 0, read.stderr
    assert json.loads(read.stdout) == json.loads((release / "manifest.json").read_text())["rows"]


@pytest.mark.skipif(not DCAT_US.is_dir(), reason=f"GSA's definitions of DCAT-US 3 are not at {DCAT_US.name}")
def test_the_catalogue_keeps_gsas_definitions(release: Path) -> None:
    definitions = [json.loads(file.read_text(encoding="utf-8")) for file in DCAT_US.glob("*.json")]
    registry: Registry[Any] = Registry().with_resources(
        [(definition["$id"], Resource.from_contents(definition)) for definition in definitions]
    )
    catalog = json.loads((DCAT_US / "Catalog.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(catalog, registry=registry)
    document = json.loads((release / "data.json").read_text(encoding="utf-8"))
    assert [error.message for error in validator.iter_errors(document)] == []
    del document["dataset"][0]["contactPoint"]
    assert list(validator.iter_errors(document)), "the definitions would find a missing contact point"


@pytest.fixture(scope="module")
def datasette(release: Path, validators: Path) -> Iterator[str]:
    """Yield the address of a Datasette that serves the release's SQLite database as it is."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    arguments = ["serve", "--immutable", str(release / "reports.sqlite"), "--port", str(port)]
    with serving([str(validators / "datasette"), *arguments], urllib.request.Request(f"{address}/-/versions.json")):
        yield address


def ask(address: str) -> dict[str, object]:
    with urllib.request.urlopen(address) as answer:
        payload: dict[str, object] = json.load(answer)
        return payload


def test_datasette_serves_the_reports_and_searches_them(datasette: str) -> None:
    table = ask(f"{datasette}/reports/reports.json?_shape=array&_size=max&fiscal_year=2021")
    assert len(table) > 5
    payload = ask(f"{datasette}/reports/reports.json?_shape=objects&_search={quote('medical attention')}")
    rows = payload["rows"]
    assert isinstance(rows, list)
    assert rows
    assert all("medical" in f"{row['title']} {row['summary']}".lower() for row in rows)
    facets = ask(f"{datasette}/reports/reports.json?_facet_array=agencies&_size=0")["facet_results"]
    assert "FEMA" in json.dumps(facets)
