"""What lies in the raw folder: which files are captures, what is known of each, and which are the same."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.capture import line_ranges
from oig_pipeline.capture.captures import Capture, take
from oig_pipeline.capture.line_ranges import FileIndex
from oig_pipeline.errors import CannotRun
from tests.conftest import Captures, examples

LISTING = b"report_number,title\nOIG-21-49,CBP Needs Oversight\n"
URL = "https://www.oig.dhs.gov/reports/audits-inspections-and-evaluations"


def only(raw: Path) -> Capture:
    """Return the one capture of a folder."""
    (capture,) = take(raw)
    return capture


def meta(**keys: object) -> str:
    return json.dumps(keys)


def test_a_capture_is_known_by_its_path_bytes_and_size(captures: Captures) -> None:
    raw = captures({"listing.csv": LISTING})
    assert only(raw) == Capture("listing.csv", raw / "listing.csv", hashlib.sha256(LISTING).hexdigest(), len(LISTING))


def test_a_missing_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match=r"nowhere: there is no such folder; .*--raw"):
        take(tmp_path / "nowhere")


def test_a_file_in_place_of_the_folder_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "raw"
    file.write_bytes(LISTING)
    with pytest.raises(CannotRun, match="raw: there is no such folder"):
        take(file)


@pytest.mark.parametrize(
    "names",
    [
        [],
        [".gitkeep"],
        [".hidden.csv"],
        [".cache/listing.csv"],
        ["folder/.DS_Store", "folder/.listing.csv.swp"],
    ],
    ids=lambda names: " ".join(names) or "nothing",
)
def test_a_folder_without_captures_cannot_be_read(captures: Captures, names: list[str]) -> None:
    raw = captures(dict.fromkeys(names, "{}"))
    with pytest.raises(CannotRun, match="the folder holds no capture; save a listing there"):
        take(raw)


def test_hidden_files_meta_files_and_folders_are_no_captures(captures: Captures) -> None:
    raw = captures(
        {
            "listing.csv": LISTING,
            "listing.csv.meta.json": meta(url=URL),
            ".listing.csv.swp": "x",
            ".git/config": "y",
        }
    )
    (raw / "empty").mkdir()
    assert [c.path for c in take(raw)] == ["listing.csv"]


def test_a_meta_file_whose_capture_is_gone_is_a_problem_of_its_own(captures: Captures) -> None:
    raw = captures({"listing.csv": LISTING, "lost.csv.meta.json": meta(url=URL)})
    listing, lost = take(raw)
    assert listing.problem is None
    assert (lost.path, lost.sha256) == ("lost.csv.meta.json", None)
    assert lost.problem == "there is no capture lost.csv beside this metadata"


def test_subfolders_are_searched(captures: Captures) -> None:
    raw = captures({"b.csv": "b", "2021/a.csv": "a", "2021/07/c.txt": "c"})
    assert [c.path for c in take(raw)] == ["2021/07/c.txt", "2021/a.csv", "b.csv"]


def test_a_raw_folder_below_a_hidden_one_is_read(tmp_path: Path) -> None:
    raw = tmp_path / ".work" / "raw"
    raw.mkdir(parents=True)
    (raw / "listing.csv").write_bytes(LISTING)
    assert only(raw).path == "listing.csv"


def test_what_the_meta_file_says_is_taken_up(captures: Captures) -> None:
    raw = captures(
        {
            "2021/listing.csv": LISTING,
            "2021/listing.csv.meta.json": meta(
                url=URL,
                retrieved_at="2021-08-02T09:30:00",
                agency_from="listing",
                office=" treasury ",
                source="an archive",
            ),
        }
    )
    capture = only(raw)
    assert (capture.url, capture.retrieved_at, capture.agency_from, capture.office, capture.problem) == (
        URL,
        dt.datetime(2021, 8, 2, 9, 30),
        "listing",
        "treasury",
        None,
    )


@pytest.mark.parametrize("content", ["{}", meta(url=None, retrieved_at=None), meta(source="an archive", pages=3)])
def test_everything_in_a_meta_file_is_optional(captures: Captures, content: str) -> None:
    capture = only(captures({"listing.csv": LISTING, "listing.csv.meta.json": content}))
    assert (capture.url, capture.retrieved_at, capture.agency_from, capture.problem) == (None, None, "stated", None)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2021-08-02T09:30:00Z", dt.datetime(2021, 8, 2, 9, 30)),
        ("2021-08-02T09:30:00+00:00", dt.datetime(2021, 8, 2, 9, 30)),
        ("2021-08-02T22:30:00-04:00", dt.datetime(2021, 8, 3, 2, 30)),
        ("2021-08-02T01:00:00+05:30", dt.datetime(2021, 8, 1, 19, 30)),
        ("2021-08-02 09:30", dt.datetime(2021, 8, 2, 9, 30)),
        ("2021-08-02", dt.datetime(2021, 8, 2)),
    ],
)
def test_times_with_a_zone_become_utc(captures: Captures, written: str, moment: dt.datetime) -> None:
    capture = only(captures({"listing.csv": LISTING, "listing.csv.meta.json": meta(retrieved_at=written)}))
    assert capture.retrieved_at == moment
    assert capture.retrieved_at.tzinfo is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"url": "x"', ", line 1: "),
        ('{\n  "url": "x",\n  oops\n}', ", line 3: "),
        ("", ", line 1: "),
        (b'{"url": "caf\xe9"}', ": not a UTF-8 file"),
        ("[]", ": not a JSON object"),
        ('"text"', ": not a JSON object"),
        (meta(url=7), ": url must be a text"),
        (meta(url=[URL]), ": url must be a text"),
        (meta(office=["dhs"]), ": office must be a text"),
        (meta(agency_from="title"), ": agency_from must be one of stated, listing"),
        (meta(agency_from=None), ": agency_from must be one of stated, listing"),
        (meta(retrieved_at="last March"), ": retrieved_at must be an ISO 8601 time, not 'last March'"),
        (meta(retrieved_at="2021-02-30"), ": retrieved_at must be an ISO 8601 time, not '2021-02-30'"),
        (meta(retrieved_at=""), ": retrieved_at must be an ISO 8601 time, not ''"),
        ('{"url": "https://x/\\ud800"}', ": half a character"),
        ('{"source": ' + "[" * 100_000, ": nested too deeply"),
        (meta(retrieved_at="9999-12-31T23:59:59-01:00"), ": retrieved_at must be an ISO 8601 time"),
    ],
)
def test_a_broken_meta_file_is_a_problem_that_names_it(captures: Captures, content: str | bytes, message: str) -> None:
    raw = captures({"listing.csv": LISTING, "listing.csv.meta.json": content, "other.csv": "other"})
    broken, other = take(raw)
    assert broken.problem is not None
    assert broken.problem.startswith(f"its metadata cannot be read: listing.csv.meta.json{message}")
    assert other.problem is None


def test_equal_bytes_are_one_capture_with_several_paths(captures: Captures) -> None:
    raw = captures({"c.csv": LISTING, "a.csv": LISTING, "2021/b.csv": LISTING, "other.csv": "other"})
    first, other = take(raw)
    assert (first.path, first.also_at) == ("2021/b.csv", ("a.csv", "c.csv"))
    assert (other.path, other.also_at) == ("other.csv", ())


AT_NOON = meta(url=URL, retrieved_at="2021-08-02T12:00:00Z")


@pytest.mark.parametrize(
    ("meta_a", "meta_b", "is_copy"),
    [
        ("{}", "{}", True),
        ("{}", meta(source="an archive"), True),
        (AT_NOON, meta(url=URL, retrieved_at="2021-08-02T08:00:00-04:00"), True),
        (AT_NOON, meta(url=URL, retrieved_at="2021-08-03T12:00:00Z"), False),
        (AT_NOON, meta(url=URL + "?page=1", retrieved_at="2021-08-02T12:00:00Z"), False),
        (AT_NOON, "{}", False),
        ("{}", meta(agency_from="listing"), False),
        ("{}", meta(office="treasury"), False),
        ("{}", meta(office=""), True),
    ],
    ids=[
        "nothing known",
        "another source",
        "the same time",
        "another time",
        "another address",
        "one unknown",
        "agency",
        "office",
        "no office",
    ],
)
def test_equal_bytes_are_copies_where_address_and_time_are_equal_too(
    captures: Captures, meta_a: str, meta_b: str, is_copy: bool
) -> None:
    raw = captures({"a": LISTING, "b": LISTING, "a.meta.json": meta_a, "b.meta.json": meta_b})
    result = take(raw)
    assert [(c.path, c.also_at) for c in result] == ([("a", ("b",))] if is_copy else [("a", ()), ("b", ())])
    assert len({c.name for c in result}) == len(result)


def test_a_copy_whose_metadata_is_broken_neither_hides_nor_is_hidden(captures: Captures) -> None:
    raw = captures({"a": LISTING, "b": LISTING, "c": LISTING, "a.meta.json": "{", "c.meta.json": "["})
    broken, fine, too = take(raw)
    assert (fine.path, fine.problem, fine.also_at) == ("b", None, ())
    for capture in (broken, too):
        assert capture.problem is not None
        assert f"{capture.path}.meta.json" in capture.problem


def test_a_link_that_leads_out_of_the_folder_is_not_followed(captures: Captures, tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_bytes(LISTING)
    raw = captures({"inside.csv": "other"})
    (raw / "link.csv").symlink_to(outside)
    inside, link = take(raw)
    assert inside.problem is None
    assert (link.path, link.sha256, link.size) == ("link.csv", None, 0)
    assert link.problem == "the link leads out of the raw folder"


def test_a_link_within_the_folder_is_a_copy(captures: Captures) -> None:
    raw = captures({"listing.csv": LISTING})
    (raw / "again.csv").symlink_to("listing.csv")
    assert sorted([only(raw).path, *only(raw).also_at]) == ["again.csv", "listing.csv"]


def test_a_link_to_a_folder_is_a_problem_of_its_own(captures: Captures) -> None:
    raw = captures({"2021/listing.csv": LISTING})
    (raw / "again").symlink_to("2021")
    listing, link = take(raw)
    assert (listing.path, listing.problem) == ("2021/listing.csv", None)
    assert (link.path, link.sha256, link.problem) == ("again", None, "a link to a folder is not followed")


def test_what_is_no_regular_file_is_a_problem_of_its_own(captures: Captures) -> None:
    raw = captures({"listing.csv": LISTING})
    os.mkfifo(raw / "pipe.csv")
    _, pipe = take(raw)
    assert (pipe.path, pipe.sha256, pipe.problem) == ("pipe.csv", None, "it is not a regular file")


@pytest.mark.parametrize("target", ["nothing.csv", "broken.csv"], ids=["to nothing", "to itself"])
def test_a_broken_link_is_a_problem_of_its_own(captures: Captures, target: str) -> None:
    raw = captures({"listing.csv": LISTING})
    (raw / "broken.csv").symlink_to(target)
    broken, listing = take(raw)
    assert (broken.path, broken.sha256) == ("broken.csv", None)
    assert broken.problem == "the link leads nowhere"
    assert listing.problem is None


def test_a_file_that_may_not_be_read_is_a_problem_of_its_own(
    captures: Captures,
) -> None:
    def refuse(file: Path) -> FileIndex:
        if file.name.startswith("locked"):
            raise PermissionError(13, "Permission denied")
        return line_ranges.index(file)

    raw = captures({"listing.csv": LISTING, "locked-1.csv": LISTING, "locked-2.csv": LISTING})
    message = "the file cannot be read: Permission denied"
    assert [(c.path, c.sha256, c.problem) for c in take(raw, refuse)] == [
        ("listing.csv", hashlib.sha256(LISTING).hexdigest(), None),
        ("locked-1.csv", None, message),
        ("locked-2.csv", None, message),
    ]


NAMES = ("a.csv", "B.txt", "b.txt", "2021/a.csv", "2021/z", "2021-x", "\u00e9.csv")


@given(st.permutations(NAMES), st.integers(0, 3))
@examples(30)
def test_the_order_in_which_files_were_made_does_not_matter(written: list[str], copies: int) -> None:
    with TemporaryDirectory() as folder:
        for name in written:
            file = Path(folder, name)
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(LISTING if name in NAMES[:copies] else name.encode())
        actual = [(c.path, c.also_at) for c in take(Path(folder))]
    same = sorted(NAMES[:copies], key=PurePath)
    expected = [(name, ()) for name in NAMES[copies:]] + ([(same[0], tuple(same[1:]))] if same else [])
    assert actual == sorted(expected, key=lambda capture: PurePath(capture[0]))


ARCHIVED = f"https://web.archive.org/web/20210601120000id_/{URL}?page=1"


def test_the_address_of_an_archived_copy_is_the_one_behind_it(captures: Captures) -> None:
    raw = captures({"a.csv": LISTING, "a.csv.meta.json": meta(url=ARCHIVED, retrieved_at="2024-01-02T03:04:05Z")})
    assert (only(raw).url, only(raw).retrieved_at) == (f"{URL}?page=1", dt.datetime(2024, 1, 2, 3, 4, 5))


def test_without_a_time_an_archived_copy_is_of_the_time_that_its_address_names(captures: Captures) -> None:
    raw = captures({"a.csv": LISTING, "a.csv.meta.json": meta(url=ARCHIVED)})
    assert only(raw).retrieved_at == dt.datetime(2021, 6, 1, 12)
    raw = captures({"a.csv.meta.json": meta(url=f"https://web.archive.org/web/2021/{URL}")})
    assert only(raw).retrieved_at is None
