"""A deterministic corpus of made-up listing captures, for benchmarks.

    python -m benchmarks.corpus 100000 ndjson FOLDER

Belongs here: the rows, and how many of them break which rule. Does not: the forms in which they are written (see
`forms.py`).

`FOLDER/raw` holds the captures, `FOLDER/truth.json` what must come out of them. Reports are made in blocks, each from
its own seed, by as many processes as there are cores; a block's repeats stand at its end, as in a later listing. The
same arguments give the same bytes on any machine.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.forms import FORMS, Row
from benchmarks.prose import Words, words

SEED = 20
BLOCK = 10_000
"""Reports made at a time: what a process holds in memory, and how far a repeat stands behind its first."""
FIRST_YEAR, YEARS = 2007, 19
REPEATED = 0.2
BAD = 0.03
BEYOND = 900_000
"""A sequence number that no corpus comes to."""
AGENCIES = ("CBP", "ICE", "DHS", "USCIS", "FEMA", "TSA", "USCG", "USSS", "MGMT", "CISA", "CBP; ICE")
SUFFIXES = ("-D", "-VR", "-SR", "-MA", "-UNSUM")
BAD_NUMBERS = ("OIG-2021-49", "Audit 12", "OIG-1x-07", "0IG-21-30")
BAD_AGENCIES = ("Ministry of Works", "Bureau of Standards", "XYZ")
BAD_DATES = ("02/30/2019", "11/31/2020", "last spring")
BAD_YEARS = ("20187", "FY19", "2O19")
EMPTY_TITLES = ("", " ", "\u00a0")
KINDS = (
    "number_missing", "number_malformed", "fiscal_year_malformed", "fiscal_year_mismatch", "agency_unknown",
    "title_empty", "date_unreadable", "date_outside", "conflict",
)  # fmt: skip
"""The error rules that bad rows break, each row one of them."""
RIVAL = "Quality Xylophones by Judge Zykov Jumped Quickly Over Fuzzy Waltz Boxes"
"""A title that is like no other."""


@dataclass(frozen=True)
class Plan:
    """What a corpus is made of."""

    reports: int
    form: str
    seed: int = SEED
    repeated: float = REPEATED
    bad: float = BAD
    block: int = BLOCK

    @property
    def kinds(self) -> tuple[str, ...]:
        """The rules that can be broken in this form; the site's table has no column of agencies."""
        return tuple(kind for kind in KINDS if self.form != "html" or kind != "agency_unknown")


def good_row(place: int, rng: random.Random, texts: Words) -> Row:
    """Return a row that breaks no error rule; `place` decides its number and fiscal year."""
    year, sequence = FIRST_YEAR + place % YEARS, place // YEARS + 1
    chance = rng.random()
    series = "OIG" if chance > 0.06 else rng.choice(("DA", "DD", "DS"))
    suffix = rng.choice(SUFFIXES) if chance > 0.96 else ""
    number = f"{series}-{year % 100:02d}-{sequence:02d}{suffix}"
    between = "\u00a0 " if rng.random() < 0.5 else " "
    sentences = [texts.sentence(rng) for _ in range(rng.randint(1, 9))]
    if rng.random() < 0.6:
        sentences += texts.recommendations(rng)
    summary = between.join(sentences)
    title = texts.title(rng)
    day = dt.date(year - 1, 10, 1) + dt.timedelta(days=rng.randrange(365)) if rng.random() < 0.65 else None
    return {
        "report_number": number,
        "title": title,
        "summary": summary if rng.random() < 0.97 else "",
        "issue_date": f"{day:%m/%d/%Y}" if day else "",
        "document_url": f"/sites/default/files/assets/{day:%Y-%m}/{number}-{day:%b%y}.pdf" if day else "",
        "agency": rng.choice(AGENCIES) if rng.random() < 0.85 else "",
        "fiscal_year": str(year),
    }


def later(row: Row, rng: random.Random) -> Row:
    """Return what a later listing says of the same report: the same, or with artefacts and marks, or with less."""
    chance = rng.random()
    if chance < 0.1:
        return {**row, "title": f">{row['title']} ("}
    if chance < 0.2:
        return {**row, "title": f"{row['title']} (REDACTED)"}
    if chance < 0.3:
        return {**row, "title": row["title"].upper(), "summary": "", "agency": ""}
    if chance < 0.4:
        return {**row, "report_number": row["report_number"].replace("-", " ").lower(), "issue_date": ""}
    return row


def spoiled(row: Row, kind: str, rng: random.Random) -> list[Row]:
    """Return the rows that take the place of a good one, each breaking the rule `kind` and no other error rule."""
    year = int(row["fiscal_year"])
    if kind == "number_missing":
        return [{**row, "report_number": ""}]
    if kind == "number_malformed":
        return [{**row, "report_number": rng.choice(BAD_NUMBERS)}]
    if kind == "fiscal_year_malformed":
        return [{**row, "fiscal_year": rng.choice(BAD_YEARS)}]
    if kind == "fiscal_year_mismatch":
        # One later: the regional series of 2007 have a reading in the years before.
        return [{**row, "fiscal_year": str(year + 1), "issue_date": ""}]
    if kind == "agency_unknown":
        return [{**row, "agency": rng.choice(BAD_AGENCIES)}]
    if kind == "title_empty":
        return [{**row, "title": rng.choice(EMPTY_TITLES)}]
    if kind == "date_unreadable":
        return [{**row, "issue_date": rng.choice(BAD_DATES)}]
    if kind == "date_outside":
        return [{**row, "issue_date": f"03/15/{year + rng.choice((-3, 3))}"}]
    return [row, {**row, "title": RIVAL, "document_url": ""}]


def block(plan: Plan, number: int) -> tuple[list[Row], Counter[str]]:
    """Return the rows of one block, and how many break which rule."""
    rng = random.Random(f"{plan.seed} {number}")
    texts = words(plan.seed)
    rows, repeats, broken = [], [], Counter[str]()
    for place in range(number * plan.block, min((number + 1) * plan.block, plan.reports)):
        row = good_row(place, rng, texts)
        chance = rng.random()
        if chance < plan.bad:
            kind = rng.choice(plan.kinds)
            bad = spoiled(row, kind, rng)
            broken[kind] += len(bad)
            rows += bad
            continue
        rows.append(row)
        if chance < plan.bad + plan.repeated:
            repeats.append(later(row, rng))
    return rows + repeats, broken


def one_year(year: int, size: int, seed: int = SEED, sequence: int = BEYOND) -> list[Row]:
    """Return reports of one fiscal year, numbered from a sequence number that stands in no corpus."""
    rng = random.Random(f"{seed} {year}")
    first = sequence * YEARS + year - FIRST_YEAR
    return [good_row(first + place * YEARS, rng, words(seed)) for place in range(size)]


def _block_files(plan: Plan, number: int) -> tuple[int, Counter[str], list[bytes]]:
    rows, broken = block(plan, number)
    return len(rows), broken, list(FORMS[plan.form].files(rows))


def write(plan: Plan, folder: Path, processes: int | None = None) -> dict[str, object]:
    """Write a corpus below `folder`; return its truth."""
    raw = folder / "raw"
    raw.mkdir(parents=True, exist_ok=False)
    numbers = range(-(-plan.reports // plan.block))
    sightings, broken, files = 0, Counter[str](), 0
    form = FORMS[plan.form]
    for rows, counts, contents in _blocks(plan, numbers, processes):
        sightings += rows
        broken += counts
        for content in contents:
            with (raw / form.name(files)).open("ab") as stream:
                stream.write(content)
            files += 1
    bad = broken.total()
    reports = plan.reports - bad + broken["conflict"] // 2
    truth = {"sightings": sightings, "quarantined": bad, "reports": reports, "rules": dict(sorted(broken.items()))}
    (folder / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")
    return truth


def _blocks(plan: Plan, numbers: range, processes: int | None) -> Iterator[tuple[int, Counter[str], list[bytes]]]:
    if processes == 1 or len(numbers) == 1:
        yield from map(partial(_block_files, plan), numbers)
        return
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from pool.imap(partial(_block_files, plan), numbers)


def main() -> None:
    """Write a corpus as the command line says, and print its truth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", type=int)
    parser.add_argument("form", choices=FORMS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--repeated", type=float, default=REPEATED, help="share of reports sighted twice")
    parser.add_argument("--bad", type=float, default=BAD, help="share of reports that break a rule")
    parser.add_argument("--year", type=int, help="write more reports of this fiscal year alone, all of them good")
    parser.add_argument("--sequence", type=int, default=BEYOND, help="from which their numbers go on")
    args = parser.parse_args()
    if args.year is not None:
        rows = one_year(args.year, args.reports, args.seed, args.sequence)
        args.folder.mkdir(parents=True, exist_ok=True)
        for number, content in enumerate(FORMS[args.form].files(rows)):
            (args.folder / f"{args.year}-{FORMS[args.form].name(number)}").write_bytes(content)
        return
    plan = Plan(args.reports, args.form, args.seed, args.repeated, args.bad)
    print(json.dumps(write(plan, args.folder)))


if __name__ == "__main__":
    main()
