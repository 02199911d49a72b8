"""The scripts that the package carries: which libraries, under which licence, and that none makes code of text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from oig_pipeline.site import search_index
from tests.conftest import PROJECT

ASSETS = PROJECT / "oig_pipeline" / "site" / "assets"
LIBRARIES: dict[str, str] = json.loads((PROJECT / "frontend" / "package.json").read_text())["dependencies"]


def test_each_library_is_locked_at_its_version_and_carried_with_its_licence() -> None:
    licences = (ASSETS / "vendor" / "LICENCES.txt").read_text(encoding="utf-8")
    locked = json.loads((PROJECT / "frontend" / "package-lock.json").read_text())["packages"]
    assert set(re.findall(r"^== (\S+) (\S+)$", licences, re.M)) == set(LIBRARIES.items())
    assert licences.count("WITHOUT WARRANTY OF ANY KIND") == len(LIBRARIES)
    for library, version in LIBRARIES.items():
        package = locked[f"node_modules/{library}"]
        assert package["version"] == version
        assert package["integrity"]
        assert "resolved" not in package


@pytest.mark.parametrize("script", sorted(ASSETS.rglob("*.js")), ids=lambda s: s.name)
def test_no_script_makes_code_of_text_or_markup_of_data(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert not re.search(r"\beval\(|new Function\b|document\.write|innerHTML|insertAdjacentHTML|outerHTML", text)


def test_the_browser_reads_the_index_by_the_digits_that_it_is_written_with() -> None:
    text = (ASSETS / "search.js").read_text(encoding="utf-8")
    for name, value in (("LAST", search_index._LAST), ("MORE", search_index._MORE)):
        assert f'const {name} = "{value}";' in text
    assert f"const FIELDS = {json.dumps(list(search_index.FIELDS))};" in text
    assert f"const PART = {search_index.PREFIX_LENGTH};" in text
    assert len(set(search_index._LAST + search_index._MORE)) == 2 * len(search_index._LAST)


def test_text_is_legible_in_both_kinds_of_light() -> None:
    """Ink, quiet words, links and faults on paper and on washes keep the ratio that WCAG asks of text."""
    style = (ASSETS / "site.css").read_text(encoding="utf-8")
    light, dark = (
        dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\}", style, re.S)[:2]
    )
    for colours in (light, {**light, **dark}):
        for ink in ("ink", "quiet", "link", "alarm"):
            for ground in ("paper", "wash", "mark"):
                assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground, colours)


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours as WCAG defines it."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
