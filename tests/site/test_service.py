"""Where a site goes, what it is made of, and what is said when it cannot be made."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from oig_pipeline.errors import CannotRun
from oig_pipeline.release import releases
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from oig_pipeline.site import service
from tests.conftest import Captures, Oig, free_port, serving
from tests.policy import GOOD

LISTING = "report_number,title,fiscal_year\nOIG-21-49,Audit of Ports,2021\n"


def test_a_build_makes_the_site_and_says_where(captures: Captures, oig: Oig, tmp_path: Path) -> None:
    raw = captures(GOOD)
    done = oig("build", "--raw", raw, OIG_NO_SITE="", OIG_BASE_URL="https://example.org")
    page = tmp_path / "data" / "curated" / "site" / "index.html"
    assert f"Site: {page.resolve()}" in done.stdout, done.stderr
    assert '<link rel="canonical" href="https://example.org/">' in page.read_text()
    payload = json.loads(oig("build", "--raw", raw, "--json", OIG_NO_SITE="").stdout)
    assert payload["site"] == str(page.parent.resolve())


@pytest.mark.parametrize("how", ["--no-site", "OIG_NO_SITE"])
def test_a_build_leaves_the_site_as_it_is_where_it_is_told_to(how: str, captures: Captures, oig: Oig) -> None:
    raw = captures(GOOD)
    options, environment = ([how], {"OIG_NO_SITE": ""}) if how.startswith("--") else ([], {"OIG_NO_SITE": "1"})
    done = oig("build", "--raw", raw, *options, **environment)
    assert done.returncode == 0
    assert "Site:" not in done.stdout
    assert not (raw.parent / "curated" / "site").exists()


@pytest.mark.process
def test_a_check_and_a_build_without_a_site_import_nothing_that_makes_one(captures: Captures) -> None:
    raw = captures(GOOD)
    for command in ("check", "build"):
        script = (
            f"import sys; sys.argv = ['oig', {command!r}, '--raw', {str(raw)!r}]\n"
            "from oig_pipeline.cli import main\n"
            "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
            "assert not {m for m in sys.modules if m.startswith(('oig_pipeline.site', 'jinja2', 'vl_convert'))}\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=raw.parent.parent, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def test_a_site_goes_where_it_is_told_and_no_further(captures: Captures, oig: Oig, tmp_path: Path) -> None:
    raw = captures(GOOD)
    oig("build", "--raw", raw)
    done = oig("site", "--out", tmp_path / "elsewhere", "--release", raw.parent / "curated")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Site of release ")
    assert "oig site --serve" in done.stdout
    assert (tmp_path / "elsewhere" / "reports").is_dir()
    assert not (raw.parent / "curated" / "site").exists()
    again = oig("site", "--out", tmp_path / "elsewhere", "--release", raw.parent / "curated")
    assert " 0 of them written" in again.stdout
    refused = oig("site", "--out", raw, "--release", raw.parent / "curated")
    assert refused.returncode == 2
    assert "not empty and holds no site" in refused.stderr


@pytest.mark.parametrize(
    "address", ["example.org", "ftp://example.org", "https://", "https://example.org/?q=1", "javascript:x"]
)
def test_an_address_that_is_none_is_refused(address: str, own_release: Path, tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="give the address of the site"):
        service.build(settings(), place=own_release, out=tmp_path / "site", base_url=address)


def test_without_a_release_it_is_said_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="make one with oig build"):
        service.build(settings(out=tmp_path))


def test_a_release_alone_has_a_site_without_a_change_log(own_release: Path, tmp_path: Path) -> None:
    shutil.copytree(own_release, tmp_path / "copy")
    with pytest.raises(CannotRun, match="name the site's folder with --out"):
        service.build(settings(), place=tmp_path / "copy")
    site_build = service.build(settings(), place=tmp_path / "copy", out=tmp_path / "site")
    assert "The change log is not at hand" in (site_build.path / "releases" / "index.html").read_text()
    assert "<entry>" in (site_build.path / "feeds" / "reports.xml").read_text()
    assert not (tmp_path / ".lock").exists(), "reading a release leaves nothing beside it"


def test_corrections_are_shown_only_if_they_are_the_releases_own(repo_data: Path) -> None:
    config = settings(repo_data / "raw", repo_data / "curated")
    pipeline.build(config)
    page = service.build(config).path / "quality" / "index.html"
    assert "The year shown has a digit too many." in page.read_text()
    with (repo_data / "corrections.yml").open("a") as file:
        file.write("# another day\n")
    service.build(config)
    assert "The year shown has a digit too many." not in page.read_text()
    assert "are not at hand" in page.read_text()


def test_a_release_in_a_store_has_its_site_made_in_a_folder(captures: Captures, tmp_path: Path) -> None:
    store = f"memory://{tmp_path.name}"
    outcome = pipeline.build(settings(captures({"a.csv": LISTING}), store, site=True))
    assert outcome.release is not None
    assert outcome.site is None, "a store gets releases alone"
    with pytest.raises(CannotRun, match="name a folder with --out"):
        service.build(settings(), place=store)
    site_build = service.build(settings(), place=store, out=tmp_path / "site")
    assert site_build.release == outcome.release.id
    assert "1.0.0" in (site_build.path / "releases" / "index.html").read_text()


def test_after_going_back_the_site_can_be_made_to_follow(captures: Captures, oig: Oig) -> None:
    raw = captures({"a.csv": LISTING})
    config = settings(raw, raw.parent / "curated", site=True)
    first = pipeline.build(config)
    captures({"b.csv": LISTING.replace("49", "50")})
    second = pipeline.build(config)
    assert first.site == second.site == raw.parent / "curated" / "site"
    assert (raw.parent / "curated" / "site" / "reports" / "2021" / "OIG-21-50").is_dir()
    assert first.release is not None
    output = oig("rollback", first.release.id, "--out", config.out).stdout
    assert "oig site" in output
    service.build(config)
    assert not (raw.parent / "curated" / "site" / "reports" / "2021" / "OIG-21-50").exists()
    assert len(releases.list_releases(config.out)) == 2


def test_a_very_large_release_gets_its_site_on_request(captures: Captures, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = captures({"a.csv": LISTING})
    config = settings(raw, raw.parent / "curated", site=True)
    monkeypatch.setattr(service, "MAX_REPORTS", 0)
    outcome = pipeline.build(config)
    assert outcome.release is not None
    assert outcome.site is None
    assert service.build(config).path.is_dir()


def test_a_site_that_cannot_be_written_leaves_the_release_published(captures: Captures) -> None:
    raw = captures({"a.csv": LISTING})
    config = settings(raw, raw.parent / "curated", site=True)
    (raw.parent / "curated").mkdir()
    (raw.parent / "curated" / "site").write_text("in the way")
    with pytest.raises(CannotRun, match=r"site.*cannot be written.*is published without its site"):
        pipeline.build(config)
    assert (raw.parent / "curated" / "latest" / "manifest.json").is_file()


@contextmanager
def site_server(own_release: Path, out: Path) -> Iterator[str]:
    """Run `oig site --serve`, and give its address."""
    port = free_port()
    command = [sys.executable, "-m", "oig_pipeline", "site", "--release", str(own_release), "--out", str(out)]
    address = f"http://127.0.0.1:{port}/"
    with serving([*command, "--serve", "--port", str(port)], urllib.request.Request(address)):
        yield address


@pytest.mark.process
def test_serving_gives_whole_files_and_parts_of_them(own_release: Path, tmp_path: Path) -> None:
    with site_server(own_release, tmp_path / "site") as address:
        file = tmp_path / "site" / "data" / "captures.parquet"
        for byte_range, expected in (
            ("bytes=0-3", file.read_bytes()[:4]),
            ("bytes=-8", file.read_bytes()[-8:]),
            ("bytes=4-", file.read_bytes()[4:]),
            ("none", file.read_bytes()),
        ):
            request = urllib.request.Request(f"{address}data/captures.parquet", headers={"Range": byte_range})
            with urllib.request.urlopen(request) as answer:
                assert answer.read() == expected
                assert answer.status == (206 if byte_range.startswith("bytes") else 200)
                assert answer.headers["Accept-Ranges"] == "bytes"
        for absurd in ("9" * 5_000 + "-", "-" + "9" * 5_000, "0-" + "9" * 30, "\u0663-", "--", "1-2-3", "a-b", "-"):
            byte_range = urllib.parse.quote(f"bytes={absurd}", safe="=-")
            request = urllib.request.Request(f"{address}data/captures.parquet", headers={"Range": byte_range})
            with urllib.request.urlopen(request) as answer:
                assert (answer.status, answer.read()) == (200, file.read_bytes()), absurd[:20]
        for path, byte_range, status in (
            ("data/captures.parquet", "bytes=99999999-", 416),
            ("../../etc/passwd", "bytes=0-3", 404),
            ("data/%00", "bytes=0-3", 404),
        ):
            request = urllib.request.Request(address + path, headers={"Range": byte_range})
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request)
            assert refused.value.code == status
            refused.value.close()  # it is the answer, and in a cycle with where it was raised
