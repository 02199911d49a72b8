"""Lists and views as files for other programs, and the whole release as one.

Belongs here: CSV and JSON of each list and view, and the zip. Does not: Parquet of views (`query_page.py`), or how a
value is written in CSV (`release/exports.py`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from oig_pipeline.contract.columns import REPORTS
from oig_pipeline.release import exports
from oig_pipeline.site.lists import ReportList
from oig_pipeline.site.release_data import ReleaseData
from oig_pipeline.site.write import SiteWriter

VIEWS = "data/views"
ZIP = "data/release.zip"
LARGEST_ZIP = 512 * 2**20
"""Most bytes of a release that is also offered as one file."""
# Texts that make a list ten times as large; the files of the release have them.
_LONG = ("summary", "recommendations_text")
LIST_COLUMNS = [name for name in REPORTS if name not in _LONG]
_FORMS: dict[str, Callable[[pl.DataFrame], str]] = {
    "csv": lambda frame: exports.flat(frame).write_csv(),
    "json": lambda frame: frame.write_json() + "\n",
}
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of files in the zip, so that the same release gives the same bytes."""


@dataclass(frozen=True)
class ViewFiles:
    """A view that lies in the site as files: its name, what it holds, and the number of its rows."""

    name: str
    description: str
    rows: int


def write_lists(report_lists: Iterable[ReportList], source: ReleaseData, writer: SiteWriter) -> None:
    """Write each list's reports beside its page, as CSV and JSON, without their long texts."""
    places = {key: n for n, key in enumerate(source.reports.select("office", "report_number", "fiscal_year").rows())}
    rows = source.reports.select(LIST_COLUMNS)
    for report_list in report_lists:
        numbers = [places[report.key] for report in report_list.reports]
        digests = [report.digest for report in report_list.reports]
        for form, text in _FORMS.items():
            content = partial(_of_rows, text, rows, numbers)
            writer.page(f"{report_list.folder}/reports.{form}", content, *digests)


def _of_rows(text: Callable[[pl.DataFrame], str], rows: pl.DataFrame, numbers: list[int]) -> str:
    return text(rows[numbers])


def write_views(source: ReleaseData, writer: SiteWriter) -> list[ViewFiles]:
    """Write each view as CSV and JSON; return what they hold."""
    views = []
    for name, (description, _) in source.views.items():
        for form, text in _FORMS.items():
            writer.page(f"{VIEWS}/{name}.{form}", partial(_of_view, text, name, source), source.id)
        ((rows,),) = source.ask(f"SELECT count(*) FROM {name}").rows
        views.append(ViewFiles(name, description, rows))
    return views


def _of_view(text: Callable[[pl.DataFrame], str], name: str, source: ReleaseData) -> str:
    return text(source.connection.sql(f"FROM {name}").pl())


def write_zip(files: list[dict[str, Any]], source: ReleaseData, writer: SiteWriter) -> int | None:
    """Write the files of the release as one; return its bytes, None if they are too many."""
    if sum(file["bytes"] for file in files) > LARGEST_ZIP:
        return None
    names = [file["path"] for file in files]
    writer.page(ZIP, partial(_zipped, names, source), source.id, *names)
    return (writer.folder / ZIP).stat().st_size


def _zipped(names: list[str], source: ReleaseData) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            entry = zipfile.ZipInfo(f"{source.id}/{name}", _EPOCH)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".parquet") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, (source.release / name).read_bytes())
    return sink.getvalue()
