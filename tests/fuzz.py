"""Mutated captures by the thousand: nothing that arrives may stop a run, hang it, or lose a row unseen.

    .venv/bin/python -m tests.fuzz --captures 100000 --seed 1

Run by hand; `test_fuzz.py` runs a sample. Captures of every layout are damaged as downloads, spreadsheets and attackers
damage them, and checked some hundred at a time. A reader that fails, an exception, rows that are not accounted for, and
a check that takes minutes are printed with the folder of the captures, which stays.
"""

from __future__ import annotations

import argparse
import collections
import faulthandler
import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from oig_pipeline.capture.reader import FAILED
from oig_pipeline.run import pipeline
from oig_pipeline.settings import Settings
from tests.conftest import DATA, PROJECT
from tests.dhs_examples import ROW, row

AT_ONCE = 250
"""Captures of one check."""
PATIENCE = 300
"""Seconds after which a check counts as hung; it takes a few."""
LONGEST = 60_000
"""Bytes of a seed; what is longer tells nothing more and takes longer."""


@dataclass(frozen=True)
class Seed:
    """A capture to be damaged: the end of its name, its content, its metadata."""

    suffix: str
    content: bytes
    metadata: bytes | None


def seeds() -> list[Seed]:
    """Return a capture of every layout, and those of the field cases."""
    files = [*(PROJECT / "tests" / "golden" / "layouts").glob("*"), DATA / "raw" / "border-security.txt"]
    files += (PROJECT / "tests" / "field").glob("*/raw/**/*")
    captures = []
    for file in sorted(files):
        if file.is_file() and not file.name.endswith((".expected.json", ".meta.json")):
            metadata_path = file.with_name(f"{file.name}.meta.json")
            metadata = metadata_path.read_bytes() if metadata_path.exists() else None
            captures.append(Seed(file.suffix, file.read_bytes()[:LONGEST], metadata))
    rows = [row(report_number=f"OIG-21-{n}", title=f"Audit of Port No. {n}") for n in range(10, 16)]
    captures.append(Seed(".ndjson", b"".join(json.dumps(values).encode() + b"\n" for values in rows), None))
    lines = [",".join(ROW), *(",".join(f'"{value}"' for value in values.values()) for values in rows)]
    captures.append(Seed(".csv", "\n".join(lines).encode() + b"\n", None))
    return captures


TOKENS = (
    *(b"\x00", b"\x1b[2J", b"\r", b"\r\n", b"\n\n", b"\t", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc2\xa0", b"\xe2\x80\xae"),
    *(b'"', b"'", b",", b";", b"|", b"{", b"}", b"[", b"]", b"\\", b"<", b">", b"&", b"&#0;", b"&amp;amp;", b"=1+1"),
    *(b"<table>", b"</table>", b"<tr>", b"</td>", b"<!--", b"-->", b"<script>", b"<div>" * 50, b"<b>" * 50),
    *(b"Report Number", b"Fiscal Year", b"Issue Date", b"  \xe2\x80\xa2 ", b">", b"OIG-21-49", b"DA-07-04", b"2021"),
    *(b"NaN", b"N/A", b"null", b"1e999", b"-0", b"9" * 400, b"02/30/2021", b"=HYPERLINK(", b"http://[", b"javascript:"),
)
Mutation = Callable[[random.Random, bytes, list[Seed]], bytes]


def _cut(chance: random.Random, content: bytes, _: list[Seed]) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _flip(chance: random.Random, content: bytes, _: list[Seed]) -> bytes:
    changed = bytearray(content)
    for _n in range(chance.randrange(1, 8)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _insert(chance: random.Random, content: bytes, _: list[Seed]) -> bytes:
    place = chance.randrange(len(content) + 1)
    return content[:place] + chance.choice(TOKENS) * chance.choice((1, 1, 1, 2, 40)) + content[place:]


def _remove(chance: random.Random, content: bytes, _: list[Seed]) -> bytes:
    start = chance.randrange(len(content))
    return content[:start] + content[start + chance.randrange(1, 200) :]


def _repeat(chance: random.Random, content: bytes, _: list[Seed]) -> bytes:
    start = chance.randrange(len(content))
    piece = content[start : start + chance.randrange(1, 400)]
    return content[:start] + piece * chance.choice((2, 2, 3, 30)) + content[start + len(piece) :]


def _swap_lines(chance: random.Random, content: bytes, _: list[Seed]) -> bytes:
    lines = content.split(b"\n")
    first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)


def _splice(chance: random.Random, content: bytes, all_seeds: list[Seed]) -> bytes:
    other = chance.choice(all_seeds).content
    return content[: chance.randrange(len(content) + 1)] + other[chance.randrange(len(other) + 1) :]


def _encode(chance: random.Random, content: bytes, _: list[Seed]) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(chance.choice(("utf-16", "latin-1", "cp1252", "utf-8-sig", "utf-32")), "replace")


MUTATIONS: tuple[Mutation, ...] = (_cut, _flip, _insert, _insert, _remove, _repeat, _swap_lines, _splice, _encode)


def mutants(chance: random.Random, all_seeds: list[Seed]) -> Iterator[Seed]:
    """Yield damaged captures without end; now and then the metadata are damaged too."""
    while True:
        seed = chance.choice(all_seeds)
        content = seed.content
        for _ in range(chance.choice((1, 1, 2, 3))):
            content = chance.choice(MUTATIONS)(chance, content, all_seeds) if content else content
        metadata = seed.metadata
        if metadata and chance.random() < 0.1:
            metadata = chance.choice(MUTATIONS)(chance, metadata, all_seeds)
        yield Seed(seed.suffix, content, metadata)


@dataclass
class Faults(Exception):
    """Error messages, with the names of the captures."""

    messages: list[str]


def check(folder: Path, captures: list[Seed]) -> collections.Counter[str]:
    """Check captures in a new folder; return how many have each status, and how many rows there were.

    Raises:
        Faults: a reader failed, the check failed, or rows are not accounted for.
    """
    raw = folder / "raw"
    raw.mkdir()
    for number, capture in enumerate(captures):
        (raw / f"{number:05}{capture.suffix}").write_bytes(capture.content)
        if capture.metadata is not None:
            (raw / f"{number:05}{capture.suffix}.meta.json").write_bytes(capture.metadata)
    try:
        outcome = pipeline.check(Settings(raw=raw, out=folder / "curated", max_quarantine=1.0))
    except Exception as fault:
        if len(captures) == 1:
            raise Faults([f"{type(fault).__name__}: {fault}"]) from fault
        raise Faults(_culprits(folder, captures) or [f"together only: {type(fault).__name__}: {fault}"]) from fault
    readings = outcome.result.summaries
    failed = [f"{r.capture.path}: {r.note}" for r in readings if FAILED in (r.note or "")]
    if failed or outcome.assessment.accounting:
        raise Faults([*failed, *outcome.assessment.accounting])
    return collections.Counter(r.status for r in readings) + collections.Counter(rows=sum(r.rows for r in readings))


def _culprits(folder: Path, captures: list[Seed]) -> list[str]:
    messages = []
    for number, capture in enumerate(captures):
        with tempfile.TemporaryDirectory(dir=folder) as alone:
            try:
                check(Path(alone), [capture])
            except Faults as faults:
                messages.append(f"{number:05}{capture.suffix}: {'; '.join(faults.messages)}")
    return messages


def main() -> int:
    """Run the fuzz from the command line; return its exit status."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    options.add_argument("--captures", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    arguments = options.parse_args()
    stream = mutants(random.Random(arguments.seed), seeds())
    sums: collections.Counter[str] = collections.Counter()
    bad = 0
    for done in range(0, arguments.captures, AT_ONCE):
        batch = [next(stream) for _ in range(min(AT_ONCE, arguments.captures - done))]
        folder = Path(tempfile.mkdtemp(prefix="oig-fuzz-"))
        faulthandler.dump_traceback_later(PATIENCE, exit=True)
        try:
            sums += check(folder, batch)
        except Faults as faults:
            bad += len(faults.messages)
            print(f"{folder}:", *faults.messages, sep="\n  ", flush=True)
        else:
            for file in sorted(folder.rglob("*"), reverse=True):
                file.rmdir() if file.is_dir() else file.unlink()
            folder.rmdir()
        faulthandler.cancel_dump_traceback_later()
        print(f"{done + len(batch)} captures", end="\r", file=sys.stderr, flush=True)
    print(f"{arguments.captures} captures, {bad} faults:", ", ".join(f"{n} {name}" for name, n in sorted(sums.items())))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
