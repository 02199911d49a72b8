"""Charts: drawn from the views, accessible, and for both kinds of light."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from selectolax.lexbor import LexborHTMLParser

from oig_pipeline.release.catalog import connect
from oig_pipeline.site import charts

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def page(own_site: Path) -> LexborHTMLParser:
    return LexborHTMLParser((own_site / "charts/index.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", charts.names())
def test_a_chart_stands_beside_its_data_and_the_sql_that_made_it(
    name: str, page: LexborHTMLParser, own_release: Path
) -> None:
    section = page.css_first(f"section[aria-labelledby={name}]")
    assert section is not None
    sql = section.css_first("pre").text()  # type: ignore[union-attr]
    with connect(str(own_release)) as connection:
        answer = connection.execute(sql)
        names = [d[0] for d in answer.description or []]
        rows = answer.fetchall()
    assert [th.text() for th in section.css("th")] == names
    cells = [[td.text() for td in row.css("td")] for row in section.css("tbody tr")]
    assert len(cells) == len(rows) > 0
    assert cells[0][0] == str(rows[0][0])
    picture = section.css_first("img")
    assert picture is not None
    assert len(str(picture.attributes["alt"])) > 40
    assert int(str(picture.attributes["width"])) > 0


@pytest.mark.parametrize("name", [*charts.names(), *(f"{name}-narrow" for name in charts.names())])
def test_a_drawing_is_svg_with_a_title_and_colours_for_the_dark(name: str, own_site: Path) -> None:
    text = (own_site / f"charts/{name}.svg").read_text(encoding="utf-8")
    tree = Xml.fromstring(text)
    assert tree.get("role") == "img"
    assert tree[0].tag == f"{SVG}title"
    assert tree[0].text
    assert tree[1].tag == f"{SVG}desc"
    colors = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', text))
    dark_colors = set(re.findall(r'\[fill="(#[0-9a-f]{6})"\]\{fill', text))
    assert colors
    assert colors <= dark_colors, "each colour has a counterpart in the dark"
    width = float(str(tree.get("width")))
    assert width <= (charts.NARROW if name.endswith("narrow") else charts.WIDE) + 1


def test_bars_are_as_long_as_the_numbers_say(own_site: Path, own_release: Path) -> None:
    text = (own_site / "charts/reports_by_year.svg").read_text(encoding="utf-8")
    label = r'aria-label="fiscal_year: (\d+); Reports and missing numbers: (\d+); label: ([a-z ]+);'
    bars = {(state, int(year)): int(count) for year, count, state in re.findall(label, text)}
    with connect(str(own_release)) as connection:
        expected = connection.execute(
            "SELECT 'reports held', fiscal_year, reports FROM reports_by_fiscal_year UNION ALL "
            "SELECT 'numbers missing', fiscal_year, count(*) FROM number_gaps GROUP BY ALL"
        ).fetchall()
    assert {key: count for key, count in bars.items() if count} == {(s, year): n for s, year, n in expected}


@pytest.mark.parametrize("name", charts.names())
def test_no_number_is_written_with_an_exponent(name: str, own_site: Path) -> None:
    for drawing in (own_site / "charts").glob(f"{name}*.svg"):
        assert not re.search(r">\d+e[+-]?\d", drawing.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", charts.names())
def test_the_data_of_a_chart_are_a_file_too(name: str, own_site: Path, own_release: Path) -> None:
    lines = (charts._FILES / f"{name}.sql").read_text(encoding="utf-8")
    with connect(str(own_release)) as connection:
        expected = connection.sql(lines)
        names, count = expected.columns, len(expected.fetchall())
    rows = (own_site / f"charts/{name}.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0].split(",") == names
    assert len(rows) == count + 1
