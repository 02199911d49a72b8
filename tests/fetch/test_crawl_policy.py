"""Whom fetching asks: the allow-list, certificates, and options that are out of range."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme

from oig_pipeline.errors import CannotRun
from oig_pipeline.fetch.crawl_policy import SITE, CrawlPolicy
from oig_pipeline.fetch.failures import Refused
from tests.fetch.conftest import Project, Serve, expected_rows
from tests.replica import misdeeds
from tests.replica.facts import reports


@pytest.mark.parametrize(
    "url", [f"{SITE}/reports", "https://oig.dhs.gov/reports?page=1", "https://www.oig.dhs.gov:443/"]
)
def test_the_site_may_be_asked(url: str) -> None:
    CrawlPolicy().admit(url)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://www.oig.dhs.gov/reports", "is not https"),
        ("https://example.org/reports", "leads away"),
        ("https://www.oig.dhs.gov.example.org/", "leads away"),
        ("https://example.org/@www.oig.dhs.gov", "leads away"),
        ("https://www.oig.dhs.gov@example.org/", "leads away"),
        ("https://someone@www.oig.dhs.gov/", "leads away"),
        ("https://www.oig.dhs.gov:8443/", "leads away"),
        ("https://www.oig.dhs.gov:x/", "no web address"),
        ("https://[", "no web address"),
        ("ftp://www.oig.dhs.gov/", "is not https"),
        ("file:///etc/passwd", "leads away"),
        ("//www.oig.dhs.gov/", "is not https"),
    ],
)
def test_nothing_else_may(url: str, message: str) -> None:
    with pytest.raises(Refused, match=message):
        CrawlPolicy().admit(url)


@pytest.mark.parametrize("url", [f"{SITE}/reports", "http://127.0.0.1:1/x", "https://127.0.0.1:8000/x"])
def test_in_a_test_only_its_own_site_may(url: str) -> None:
    with pytest.raises(Refused, match="the only place that --base-url allows"):
        CrawlPolicy(base="http://127.0.0.1:8000").admit(url)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"delay": -1.0}, "--delay"),
        ({"max_pages": 0}, "--max-pages"),
        ({"attempts": 0}, "--attempts"),
        ({"contact": "a\r\nCookie: b"}, "--contact"),
        ({"base": "www.oig.dhs.gov"}, "--base-url"),
        ({"base": "https://www.oig.dhs.gov/reports"}, "--base-url"),
    ],
)
def test_an_option_out_of_range_is_named(option: dict[str, object], message: str) -> None:
    with pytest.raises(CannotRun, match=message):
        CrawlPolicy(**option)  # type: ignore[arg-type]


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure(authority: trustme.CA, serve: Serve, tmp_path: Path, slept: list[float]) -> Project:
    """Return a project with a replica over TLS, whose certificate an authority of the test's own vouches for."""
    file = tmp_path / "server.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(file))
    return Project(serve(certificate=file), tmp_path / "data")


def test_a_certificate_that_does_not_verify_ends_the_fetch_at_once(secure: Project) -> None:
    result = secure.fetch()
    assert result.status == 1
    (fault,) = result.faults
    assert "the site's certificate does not verify: " in fault
    assert result.requests == 1, "trying again would change nothing"
    assert not secure.replica.requests
    assert secure.files() == {}


def test_a_redirect_to_http_is_not_followed(
    secure: Project, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    plain = secure.replica.url.replace("https:", "http:")
    secure.replica.misdeeds.append(misdeeds.always(lambda request, _: misdeeds.redirect(plain + request.target)))
    result = secure.fetch()
    assert result.status == 1
    assert all(f"leads away from {secure.replica.url}" in fault for fault in result.faults)
    assert sum(secure.replica.counted().values()) == 33


def test_a_certificate_that_the_system_trusts_is_trusted(
    secure: Project, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    assert secure.fetch().status == 0
    assert secure.published() == expected_rows(*reports())
