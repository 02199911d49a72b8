"""The manifest: an id that depends on every byte and on nothing else, and every kind of damage named with its file."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oig_pipeline.release import manifest, parquet

ABOUT: Mapping[str, Any] = {
    "rows": {"reports": 3}, "versions": {"polars": "2"}, "inputs": [{"path": "d\u00e9j\u00e0.csv"}],
    "derived": ["reports.csv"],
}  # fmt: skip
FILES = {"DICTIONARY.md": b"# Words\n", "deep/er/data.json": b'{"a": 1}\n', "views.sql": b"SELECT 1;\n", "empty": b""}
PARQUET = "reports/2021.parquet"


def filled(folder: Path, files: Mapping[str, bytes] = FILES) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def identity(files: Mapping[str, bytes], about: Mapping[str, Any] = ABOUT) -> str:
    """Return the id of a folder of these files."""
    with TemporaryDirectory() as folder:
        return manifest.write(filled(Path(folder), files), about)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """Return a folder with files, among them Parquet, and their manifest."""
    folder = filled(tmp_path / "release")
    (folder / PARQUET).parent.mkdir(parents=True)
    pq.write_table(pa.table({"a": [1, 2, 3]}), folder / PARQUET)
    manifest.write(folder, ABOUT)
    (folder / "reports.csv").write_text("a\n1\n")
    return folder


# What it says.


def test_it_says_path_size_hash_and_rows_of_every_file(release: Path) -> None:
    payload = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    assert payload == manifest.read(release)
    assert {key: payload[key] for key in ABOUT} == ABOUT
    assert set(payload) == {*ABOUT, "release", "files"}
    assert [entry["path"] for entry in payload["files"]] == sorted([*FILES, PARQUET])
    for entry in payload["files"]:
        content = (release / entry["path"]).read_bytes()
        assert (entry["bytes"], entry["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert entry.get("rows") == (3 if entry["path"] == PARQUET else None)


def test_the_id_is_16_hexadecimal_digits_of_what_it_says(release: Path) -> None:
    payload = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    name = payload.pop("release")
    assert name == hashlib.sha256(manifest.as_json(payload).encode()).hexdigest()[:16]


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b"null", b"1", b'""', b"\xff", b"{}", b'{"release": "a"}'])
def test_where_there_is_none_that_can_be_read_there_is_none(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_bytes(content)
    assert manifest.read(tmp_path) is None


# The id.

_NAMES = st.text("abc.", min_size=1, max_size=3).filter(lambda name: name.strip("."))
_FILES = st.dictionaries(st.one_of(_NAMES, _NAMES.map("deep/".__add__)), st.binary(max_size=20), min_size=1, max_size=4)


@given(_FILES, st.data())
def test_another_byte_anywhere_is_another_id(files: dict[str, bytes], data: st.DataObject) -> None:
    assume("deep" not in files)
    name = data.draw(st.sampled_from(sorted(files)))
    content = bytearray(files[name])
    place = data.draw(st.integers(0, len(content)))
    if place == len(content):
        content.append(data.draw(st.integers(0, 255)))
    else:
        content[place] ^= data.draw(st.integers(1, 255))
    assert identity({**files, name: bytes(content)}) != identity(files)


@pytest.mark.parametrize(
    "files",
    [
        {**FILES, "more": b""},
        {name: content for name, content in FILES.items() if name != "empty"},
        {**{n: c for n, c in FILES.items() if n != "views.sql"}, "view.sql": FILES["views.sql"]},
        {**FILES, "DICTIONARY.md": FILES["views.sql"], "views.sql": FILES["DICTIONARY.md"]},
    ],
    ids=["one more", "one less", "another name", "names exchanged"],
)
def test_another_set_of_files_is_another_id(files: dict[str, bytes]) -> None:
    assert identity(files) != identity(FILES)


@pytest.mark.parametrize(
    "change",
    [
        {"rows": {"reports": 4}}, {"versions": {"polars": "3"}}, {"inputs": []}, {"derived": []}, {"more": None},
        {"inputs": [{"path": "deja.csv"}]},
    ],
)  # fmt: skip
def test_another_thing_said_beside_the_files_is_another_id(change: dict[str, Any]) -> None:
    assert identity(FILES, {**ABOUT, **change}) != identity(FILES)


def test_place_order_times_and_rights_are_no_part_of_the_id(tmp_path: Path) -> None:
    first = filled(tmp_path / "one")
    other = filled(tmp_path / "d\u00e9j\u00e0 vu" / "two", dict(reversed(FILES.items())))
    for file in other.rglob("*"):
        os.utime(file, (1_000_000_000, 1_000_000_000))
        if file.is_file():
            file.chmod(0o444)
    (other / "no files").mkdir()
    shuffled = dict(random.Random(1).sample(list(ABOUT.items()), len(ABOUT)))
    assert manifest.write(first, ABOUT) == manifest.write(other, shuffled)
    assert (first / "manifest.json").read_bytes() == (other / "manifest.json").read_bytes()


# Whether a folder holds what it says.


def test_a_whole_folder_has_no_problems_wherever_it_lies(release: Path, tmp_path: Path) -> None:
    assert list(manifest.problems(release)) == []
    assert list(manifest.problems(Path(shutil.move(release, tmp_path / "moved")))) == []


@pytest.mark.parametrize("derived", [None, b"", b"other"])
def test_derived_files_are_not_of_the_manifest(derived: bytes | None, release: Path) -> None:
    (release / "reports.csv").unlink()
    if derived is not None:
        (release / "reports.csv").write_bytes(derived)
    assert list(manifest.problems(release)) == []


def in_manifest(change: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    def damage(release: Path) -> None:
        payload = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
        change(payload)
        (release / "manifest.json").write_text(manifest.as_json(payload), encoding="utf-8")

    return damage


def with_bytes(name: str, content: bytes) -> Callable[[Path], Any]:
    return lambda release: filled(release, {name: content})


def truncated(release: Path) -> None:
    (release / PARQUET).write_bytes((release / PARQUET).read_bytes()[:-1])


def bit_flipped(release: Path) -> None:
    content = bytearray((release / PARQUET).read_bytes())
    content[len(content) // 2] ^= 1
    (release / PARQUET).write_bytes(content)


def a_folder_instead(release: Path) -> None:
    (release / "views.sql").unlink()
    (release / "views.sql").mkdir()


def exchanged(release: Path) -> None:
    words, views = release / "DICTIONARY.md", release / "views.sql"
    filled(release, {words.name: views.read_bytes(), views.name: words.read_bytes()})


def several(release: Path) -> None:
    (release / "views.sql").unlink()
    (release / "notes.txt").touch()
    truncated(release)


DAMAGES: dict[str, tuple[Callable[[Path], Any], list[str]]] = {
    "a file is missing": (lambda r: (r / "views.sql").unlink(), ["views.sql: is missing"]),
    "a folder stands in its place": (a_folder_instead, ["views.sql: is missing"]),
    "a file is empty": (with_bytes("views.sql", b""), ["views.sql: has 0 bytes, not 10"]),
    "a file is truncated": (truncated, [f"{PARQUET}: has "]),
    "a file is longer": (with_bytes("DICTIONARY.md", b"# Words\n\n"), ["DICTIONARY.md: has 9 bytes, not 8"]),
    "a bit of a file is another": (bit_flipped, [f"{PARQUET}: was changed: its SHA-256 is not that of the manifest"]),
    "a byte of a file is another": (with_bytes("deep/er/data.json", b'{"a": 2}\n'), ["deep/er/data.json: was changed"]),
    "a file too many": (with_bytes("notes.txt", b""), ["notes.txt: does not belong to the release"]),
    "a hidden file too many": (with_bytes(".DS_Store", b""), [".DS_Store: does not belong to the release"]),
    "a file too many below": (with_bytes("deep/more.csv", b""), ["deep/more.csv: does not belong to the release"]),
    "a derived name below": (with_bytes("deep/reports.csv", b""), ["deep/reports.csv: does not belong"]),
    "a second manifest below": (with_bytes("deep/manifest.json", b""), ["deep/manifest.json: does not belong"]),
    "no manifest": (lambda r: (r / "manifest.json").unlink(), ["manifest.json: is missing or cannot be read"]),
    "half a manifest": (with_bytes("manifest.json", b'{"release": '), ["manifest.json: is missing or cannot be read"]),
    "a manifest of nothing": (with_bytes("manifest.json", b"{}"), ["manifest.json: is missing or cannot be read"]),
    "another id": (in_manifest(lambda m: m.update(release="0" * 16)), ["manifest.json: was changed: "]),
    "other counts": (in_manifest(lambda m: m["rows"].update(reports=4)), ["manifest.json: was changed: "]),
    "something more said": (in_manifest(lambda m: m.update(more=1)), ["manifest.json: was changed: "]),
    "other rows of a file": (in_manifest(lambda m: m["files"][3].update(rows=4)), ["manifest.json: was changed: "]),
    "another hash": (
        in_manifest(lambda m: m["files"][0].update(sha256="0" * 64)),
        ["manifest.json: was changed: ", "DICTIONARY.md: was changed: "],
    ),
    "a file not said": (
        in_manifest(lambda m: m["files"].pop(0)),
        ["manifest.json: was changed: ", "DICTIONARY.md: does not belong"],
    ),
    "a file said that was never there": (
        in_manifest(lambda m: m["files"].append({"path": "nowhere", "bytes": 0, "sha256": ""})),
        ["manifest.json: was changed: ", "nowhere: is missing"],
    ),
    "two files exchanged": (
        exchanged,
        ["DICTIONARY.md: has 10 bytes, not 8", "views.sql: has 8 bytes, not 10"],
    ),
    "several at once": (
        several,
        [f"{PARQUET}: has ", "views.sql: is missing", "notes.txt: does not belong"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("damage", "beginnings"), DAMAGES.values(), ids=DAMAGES)
def test_every_kind_of_damage_is_named_with_its_file(
    damage: Callable[[Path], Any], beginnings: list[str], release: Path
) -> None:
    damage(release)
    problems = list(manifest.problems(release))
    assert len(problems) == len(beginnings), problems
    for problem, beginning in zip(problems, beginnings, strict=True):
        assert problem.startswith(beginning)


@pytest.mark.parametrize(("damage", "beginnings"), DAMAGES.values(), ids=DAMAGES)
def test_what_a_release_shares_with_one_made_just_now_is_not_read_again(
    damage: Callable[[Path], Any], beginnings: list[str], release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_release = tmp_path / "made"
    shutil.copytree(release, new_release, copy_function=os.link)
    read: list[Path] = []

    def digest(file: Path) -> str:
        read.append(file)
        return parquet.digest(file)

    monkeypatch.setattr(manifest, "digest", digest)
    assert not [*manifest.problems(release, new_release), *read]
    # A file that takes the place of another is no longer shared.
    for file in filter(Path.is_file, release.rglob("*")):
        content = file.read_bytes()
        file.unlink()
        file.write_bytes(content)
    damage(release)
    problems = list(manifest.problems(release, new_release))
    assert len(problems) == len(beginnings), problems
    assert read or any(problem.startswith("manifest.json: is missing") for problem in problems)


# What is said may have any form: the manifest of a damaged release is no promise.
FORMS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "files are null": lambda m: m.update(files=None),
    "files are a number": lambda m: m.update(files=1),
    "files are an object": lambda m: m.update(files={"views.sql": 10}),
    "a file is a text": lambda m: m.update(files=["views.sql"]),
    "a file without a path": lambda m: m["files"][0].pop("path"),
    "a file without a size": lambda m: m["files"][0].pop("bytes"),
    "a file without a hash": lambda m: m["files"][0].pop("sha256"),
    "a path that is a number": lambda m: m["files"][0].update(path=1),
    "a path with a null character": lambda m: m["files"][0].update(path="\0"),
    "derived is null": lambda m: m.update(derived=None),
    "derived is a number": lambda m: m.update(derived=1),
    "derived holds lists": lambda m: m.update(derived=[[]]),
    "the id is a list": lambda m: m.update(release=[]),
    "half of a character": lambda m: m.update(more="\ud800"),
}


@pytest.mark.parametrize("change", FORMS.values(), ids=FORMS)
def test_a_manifest_of_another_form_is_named_and_no_fault(
    change: Callable[[dict[str, Any]], Any], release: Path
) -> None:
    payload = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    change(payload)
    (release / "manifest.json").write_text(json.dumps(payload))
    assert next(manifest.problems(release)).startswith("manifest.json: ")
    assert all(isinstance(problem, str) for problem in manifest.problems(release))


def test_another_byte_anywhere_in_the_manifest_is_named(release: Path) -> None:
    content = (release / "manifest.json").read_bytes()
    unnoticed = []
    for place in range(len(content)):
        for byte in (content[place] ^ 1, 0x20):
            if byte != content[place]:
                (release / "manifest.json").write_bytes(content[:place] + bytes([byte]) + content[place + 1 :])
                problem = next(manifest.problems(release), "")
                unnoticed += [place] * (not problem.startswith("manifest.json: "))
    assert unnoticed == []
