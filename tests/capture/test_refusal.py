"""What a site shows instead of a page is named as what it is."""

from __future__ import annotations

import json

import pytest

from oig_pipeline.capture import refusal
from oig_pipeline.capture.captures import take
from oig_pipeline.run.read_capture import read
from tests.conftest import Captures

PAGES = {
    "Just a moment...\nEnable JavaScript and cookies to continue\n": refusal.CHALLENGE,
    "Please verify you are human.\n": refusal.CHALLENGE,
    "Checking your browser before you go on\n": refusal.CHALLENGE,
    "Request unsuccessful. Incapsula incident ID 1\n": refusal.CHALLENGE,
    "<html><title>Just a moment...</title><script>var n = 'OIG-21-49';</script></html>": refusal.CHALLENGE,
    '<html><head><meta http-equiv="refresh" content="5; URL=/x"></head><body></body></html>': refusal.CHALLENGE,
    "<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY><H1>Access Denied</H1>Reference 18.ab</BODY></HTML>": (
        refusal.REFUSED
    ),
    "<html><body><h1>403 Forbidden</h1></body></html>": refusal.REFUSED,
    "Your request has been blocked.\n": refusal.REFUSED,
    '<html><head><script src="/_Incapsula_Resource?S=1"></script></head><body><iframe></iframe></body></html>': (
        refusal.CHALLENGE
    ),
    "<html><body><noscript>Verify that you're not a robot. JavaScript is disabled.</noscript></body></html>": (
        refusal.CHALLENGE
    ),
    "<html><head><title>521: Web server is down</title></head><body><h1>Error code 521</h1></body></html>": (
        refusal.SERVER_ERROR
    ),
    "<html><body><h1>Error 503 Backend fetch failed</h1></body></html>": refusal.SERVER_ERROR,
    "no healthy upstream": refusal.SERVER_ERROR,
    "<html><head><title>Sign in - DHS</title></head><body><form><input name=user></form></body></html>": refusal.LOGIN,
    "503 Service Unavailable\n": refusal.SERVER_ERROR,
    "The website encountered an unexpected error. Please try again later.\n": refusal.SERVER_ERROR,
    "<html><title>Site under maintenance</title><p>Soon.</p></html>": refusal.MAINTENANCE,
    "We will be back soon.\n": refusal.MAINTENANCE,
    "Skip to main content\n\nPage not found\n": refusal.NOT_FOUND,
    "The requested page could not be found.\n": refusal.NOT_FOUND,
    "404 Not Found: the address is wrong\n": refusal.NOT_FOUND,
    "<html><body><form><input type=password></form></body></html>": refusal.LOGIN,
}


@pytest.mark.parametrize(("text", "what"), PAGES.items())
@pytest.mark.parametrize("query", ["", "?page=0", "?page=7"])
def test_a_page_instead_of_another_is_an_error_that_says_what_it_is(
    text: str, what: str, query: str, captures: Captures
) -> None:
    url = f"https://www.oig.dhs.gov/reports/audits-inspections-and-evaluations{query}"
    reading = read(take(captures({"page": text, "page.meta.json": json.dumps({"url": url})}))[0])
    assert reading.status == "unreadable"
    assert [(f.rule, f.line) for f in reading.findings] == [("capture_unreadable", 1)]
    assert what in str(reading.note)


def test_a_long_page_may_speak_of_refusals() -> None:
    assert refusal.refusal("We were refused: access denied. " * 100) is None
    assert refusal.refusal(f"<script src='/_Incapsula_Resource'></script>{'<p>An audit of ports.</p>' * 20}") is None
    assert refusal.refusal(f"<title>Access denied</title>{'We go on. ' * 500}") == refusal.REFUSED
