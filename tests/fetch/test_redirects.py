"""Where a redirect leads, and that nowhere else is gone."""

from __future__ import annotations

import pytest

from oig_pipeline.fetch.failures import Refused
from oig_pipeline.fetch.redirects import is_web_address, redirected
from tests.fetch.conftest import Project
from tests.replica import misdeeds

NO_WEB_ADDRESS = [
    "http://[", "http:///a", "javascript:alert(1)", "file:///etc/passwd", "mailto:a@example.org",
    "ftp://example.org/a", "data:text/html,x", "https://example.org:port/", "https://exa mple.org/", "http://\x1b[31m/",
    "//[::1", "https://" + "a" * 70_000,
]  # fmt: skip


@pytest.mark.parametrize("location", NO_WEB_ADDRESS, ids=range(len(NO_WEB_ADDRESS)))
def test_a_location_that_is_no_web_address_is_refused(location: str) -> None:
    with pytest.raises(Refused, match=r"^https://example.org/a: leads to .*, which is no web address$") as refused:
        redirected("https://example.org/a", location)
    assert len(str(refused.value)) < 400
    assert "\x1b" not in str(refused.value)


@pytest.mark.parametrize(
    ("location", "target"),
    [("/b", "https://example.org/b"), ("b?x=1", "https://example.org/b?x=1"), ("//other.org/", "https://other.org/"),
     ("HTTP://other.org:8080/ä b", "HTTP://other.org:8080/ä b"), ("", "https://example.org/a")],
)  # fmt: skip
def test_any_other_is_followed(location: str, target: str) -> None:
    assert redirected("https://example.org/a", location) == target


def test_an_address_with_controls_is_none() -> None:
    assert not is_web_address("https://example.org/\x00")
    assert not is_web_address("www.example.org/a.pdf")


@pytest.mark.parametrize(
    "location", ["http://[", "javascript:alert(1)", "file:///etc/passwd", "http://127.0.0.1:99999/"]
)
def test_a_fetch_says_where_it_was_led(location: str, project: Project) -> None:
    project.replica.misdeeds.append(misdeeds.always(misdeeds.redirect(location)))
    result = project.fetch()
    assert result.status == 1
    assert all("no web address" in fault for fault in result.faults)
    assert len(result.faults) > 1, "the other listings are walked all the same"
