"""Charts, drawn when the site is built.

Belongs here: turning a question in SQL and a drawing in Vega-Lite, which stand in `charts/`, into SVG that adapts to
dark mode and to narrow screens, beside its data as a table. Does not: any one chart, or a number that no view gives.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import Any

from oig_pipeline.release import exports
from oig_pipeline.release.metadata.about import Wording
from oig_pipeline.site.release_data import QueryResult, ReleaseData
from oig_pipeline.site.render import fragment
from oig_pipeline.site.write import SiteWriter

WIDE, NARROW = 760, 340
"""Widths of a drawing in pixels; pages choose by the width of the screen."""
_FILES = files("oig_pipeline.site") / "charts"
_THEME = "theme.json"
VEGA_LITE = "https://vega.github.io/schema/vega-lite/v5.json"


@dataclass(frozen=True)
class Chart:
    """One chart.

    Attributes:
        name: of its files.
        title: what it shows, as a heading.
        about: what it shows and how to interpret it, as sentences.
        sql: the question whose answer is drawn.
        answer: the answer.
        sizes: drawing → width and height in pixels, empty where there is nothing to draw.
    """

    name: str
    title: str
    about: str
    sql: str
    answer: QueryResult
    sizes: dict[str, tuple[int, int]]


def write(source: ReleaseData, writer: SiteWriter) -> list[Chart]:
    """Draw every chart; return them in order."""
    return [_write_one(name, source, writer) for name in names()]


@cache
def names() -> tuple[str, ...]:
    """Return the names of the charts, in the order of the theme's list."""
    order: list[str] = _read(_THEME)["order"]
    there = {entry.name.removesuffix(".sql") for entry in _FILES.iterdir() if entry.name.endswith(".sql")}
    assert there == set(order), "each chart has its place in the order"
    return tuple(order)


def _write_one(name: str, source: ReleaseData, writer: SiteWriter) -> Chart:
    title, about, sql = _question(name)
    answer = source.ask(sql)
    sizes = {}
    if answer.rows:
        for drawing, width in {name: WIDE, f"{name}-narrow": NARROW}.items():
            spec = _spec(name, answer, width)
            path = f"charts/{drawing}.svg"
            writer.page(path, partial(_svg, spec, title, about), json.dumps(spec), title, about)
            sizes[drawing] = _size((writer.folder / path).read_text(encoding="utf-8"))
        writer.page(f"charts/{name}.csv", exports.flat(answer.frame()).write_csv())
    return Chart(name, title, about, sql, answer, sizes)


def _question(name: str) -> tuple[str, str, str]:
    """Return the title, the description and the SQL of a chart's file."""
    lines = (_FILES / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    comments = [line.removeprefix("-- ") for line in lines if line.startswith("-- ")]
    return comments[0], " ".join(comments[1:]), "\n".join(line for line in lines if not line.startswith("-- ")).strip()


def _read(name: str) -> Any:
    return json.loads((_FILES / name).read_text(encoding="utf-8"))


def _spec(name: str, answer: QueryResult, width: int) -> dict[str, Any]:
    """Return a chart's drawing with its data, as Vega-Lite."""
    spec = copy.deepcopy(_read(f"{name}.json"))
    rows = [{column: value for column, value in row.items() if not isinstance(value, list)} for row in answer.dicts()]
    return {
        "$schema": VEGA_LITE,
        **spec,
        "params": [{"name": "isNarrow", "value": width == NARROW}],
        "width": width,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": _read(_THEME)["config"],
        "data": {"values": rows},
    }


def _svg(spec: dict[str, Any], title: str, about: str) -> str:
    import vl_convert  # a first drawing starts a JavaScript engine

    svg = vl_convert.vegalite_to_svg(spec)
    head, tag, rest = svg.partition(">")
    metadata = f"<title>{_text(title)}</title><desc>{_text(about)}</desc><style>{_dark()}</style>"
    return f'{head} role="img"{tag}{metadata}{rest}\n'


def _dark() -> str:
    """Return the colours of dark mode: each of the theme's own has a counterpart."""
    pairs: dict[str, str] = _read(_THEME)["dark"]
    rules = "".join(f'[fill="{c}"]{{fill:{d}}}[stroke="{c}"]{{stroke:{d}}}' for c, d in pairs.items())
    return f"@media screen and (prefers-color-scheme:dark){{{rules}}}"


def _text(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _size(svg: str) -> tuple[int, int]:
    match = re.search(r'width="(\d+)(?:\.\d+)?" height="(\d+)(?:\.\d+)?"', svg)
    assert match, "a drawing says its size"
    return int(match[1]), int(match[2])


def preview(reports: int, version: str | None, wording: Wording, writer: SiteWriter) -> None:
    """Draw the picture that social networks show beside a link to the site."""
    path = "assets/preview.png"

    def png_bytes() -> bytes:
        import vl_convert

        svg = fragment("preview.svg", "", reports=reports, version=version, wording=wording)
        png: bytes = vl_convert.svg_to_png(svg)
        return png

    writer.page(path, png_bytes, reports, version, wording.name)


def columns_of(chart: Chart) -> Iterator[tuple[str, bool]]:
    """Yield the columns of a chart's table: their names, and whether they hold numbers."""
    for place, name in enumerate(chart.answer.names):
        values = [row[place] for row in chart.answer.rows if row[place] is not None]
        yield name, all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
