"""How to cite the dataset and each report, for programs that manage references.

Belongs here: CSL-JSON, BibTeX and `CITATION.cff`. Does not: where they are shown.

BibTeX is made from the CSL-JSON of the same thing, so that both always say the same. What is not known is left out:
a report without a day of issue has no date, and its fiscal year is a note.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any

from oig_pipeline.domain.visible import one_line
from oig_pipeline.release.files import year_name
from oig_pipeline.release.metadata import about

CITATION_CFF = "CITATION.cff"
Csl = dict[str, Any]
# What BibTeX obeys, and how it is written as text.
_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def of_report(row: Mapping[str, Any], document: str | None, address: str | None) -> Csl:
    """Return a report as CSL-JSON.

    Args:
        row: the report.
        document: the address of its document, None if it is not known.
        address: the address of its page in the site, None if the site has none.
    """
    publisher = about.publisher_of(row["office"])
    year = year_name(row["fiscal_year"])
    return _without_nulls(
        {
            "id": re.sub(r"[^A-Za-z0-9]+", "-", f"{row['office']}-{row['report_number']}-{year}").strip("-"),
            "type": "report",
            "title": one_line(row["title"]),
            "author": [{"literal": publisher}],
            "publisher": publisher,
            "number": row["report_number"],
            "issued": _date(row["issue_date"]),
            "URL": document or address,
            "note": f"Fiscal year {year}",
        }
    )


def of_dataset(
    words: about.Wording, release: str, version: str | None, published: dt.date | None, address: str | None
) -> Csl:
    """Return a release of the dataset as CSL-JSON; `words` are those for its offices."""
    return _without_nulls(
        {
            "id": f"{words.name}-{release}",
            "type": "dataset",
            "title": words.title,
            "author": [{"literal": about.PUBLISHER}],
            "publisher": about.PUBLISHER,
            "version": version,
            "issued": _date(published),
            "URL": address,
            "note": f"Release {release}, read from {words.source_title}",
        }
    )


def in_words(item: Csl) -> str:
    """Return the citation of the dataset in one line."""
    year = f" ({item['issued']['date-parts'][0][0]})" if "issued" in item else ""
    version = f" (version {item['version']})" if "version" in item else ""
    address = f" {item['URL']}" if "URL" in item else ""
    return f"{item['publisher']}{year}. {item['title']}{version} [data set]. {item['note']}.{address}"


def csl_json(item: Csl) -> str:
    """Return CSL-JSON as programs import it: a list with one item."""
    return json.dumps([item], ensure_ascii=False, indent=1)


def bibtex(item: Csl) -> str:
    """Return the same as an entry of BibTeX."""
    parts: list[int] = item["issued"]["date-parts"][0] if "issued" in item else []
    is_report = item["type"] == "report"
    fields = {
        "author": f"{{{_tex(item['author'][0]['literal'])}}}",
        "title": f"{{{_tex(item['title'])}}}",
        "institution" if is_report else "publisher": _tex(item["publisher"]),
        "number": _tex(item["number"]) if "number" in item else None,
        "version": _tex(item["version"]) if "version" in item else None,
        "year": parts[0] if parts else None,
        "url": _url(item["URL"]) if "URL" in item else None,
        "note": _tex(item["note"]),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value is not None]
    lines += [f"  month = {_MONTHS[number - 1]}," for number in parts[1:2]]
    return "\n".join([f"@{'techreport' if is_report else 'misc'}{{{item['id']},", *lines, "}"])


def cff(item: Csl, words: about.Wording, release: str) -> str:
    """Return the dataset as `CITATION.cff`, which is YAML; strings are written as in JSON, which is YAML too."""
    parts = item["issued"]["date-parts"][0] if "issued" in item else None
    fields: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them with the version or the release that you used.",
        "type": "dataset",
        "title": item["title"],
        "authors": [{"name": item["publisher"]}],
        "version": item.get("version"),
        "date-released": "{:04d}-{:02d}-{:02d}".format(*parts) if parts else None,
        "identifiers": [{"type": "other", "value": release, "description": "The release, named by its content."}],
        "url": item.get("URL"),
        "license-url": about.LICENCE_URL,
        "keywords": list(words.keywords),
    }
    known_fields = _without_nulls(fields)
    return "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in known_fields.items())


def _date(day: dt.date | None) -> dict[str, list[list[int]]] | None:
    return None if day is None else {"date-parts": [[day.year, day.month, day.day]]}


def _without_nulls(fields: Csl) -> Csl:
    return {name: value for name, value in fields.items() if value is not None}


def _tex(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in one_line(text))


def _url(text: str) -> str:
    """Return an address in which nothing ends the field."""
    return one_line(text).replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")
