"""The cache changes no result, whether it is there, missing, damaged, or of other captures."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from oig_pipeline.capture import ndjson as ndjson_layout
from oig_pipeline.capture.captures import Capture
from oig_pipeline.capture.chunks import ChunkSummary
from oig_pipeline.capture.rows import Finding
from oig_pipeline.release.verify import problems
from oig_pipeline.run import cache, pipeline, to_read
from oig_pipeline.run.cache import BATCHES, CACHE, HASHES, PARTITIONS, BatchEntry, code_version
from oig_pipeline.run.capture_chunks import CaptureChunk, split_captures
from oig_pipeline.run.read_batch import read_batch
from oig_pipeline.settings import Limits, Settings
from tests.conftest import examples
from tests.run.listings import CORRECTIONS, FILES, build, fill, hashes, many, ndjson

PARTED = Limits(chunk_bytes=5_500, merged_at_once=10)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a finished run, with its cache."""
    folder = tmp_path_factory.mktemp("data")
    build(replace(fill(folder), limits=PARTED))
    return folder


@pytest.fixture
def settings(built: Path, tmp_path: Path) -> Settings:
    """Return the settings of a run in a copy of that folder."""
    shutil.copytree(built, tmp_path / "data", symlinks=True)
    return Settings(tmp_path / "data/raw", tmp_path / "data/curated", max_quarantine=0.5, limits=PARTED)


def caches(settings: Settings) -> list[Path]:
    return sorted(file for file in (settings.out / CACHE).rglob("*") if file.is_file())


def uncached_hashes(settings: Settings, folder: Path) -> dict[str, str]:
    """Return the hashes of the release that a run without any cache publishes from the same captures."""
    return hashes(build(replace(settings, out=folder)))


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list to which each read of a batch adds its number of chunks."""
    read: list[int] = []
    real = read_batch

    def reads(batch, *inputs):  # type: ignore[no-untyped-def]
        read.append(len(batch))
        return real(batch, *inputs)

    monkeypatch.setattr(cache, "read_batch", reads)
    return read


def test_a_second_run_reads_and_merges_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    read = counted(monkeypatch)
    monkeypatch.setattr(pipeline, "curate_partition", lambda *_: pytest.fail("a year was merged again"))
    before = hashes((settings.out / "latest").resolve())
    assert hashes(build(settings)) == before
    assert read == []


def test_without_its_cache_a_run_comes_to_the_same(settings: Settings) -> None:
    before = hashes((settings.out / "latest").resolve())
    shutil.rmtree(settings.out / CACHE)
    assert hashes(build(settings)) == before


def cut(content: bytes) -> bytes:
    return content[:-1]


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def other_number(content: bytes) -> bytes:
    """Return cache metadata with one digit changed."""
    place = next(n for n in range(len(content) - 1, 0, -1) if content[n : n + 1].isdigit())
    return content[:place] + (b"7" if content[place : place + 1] != b"7" else b"8") + content[place + 1 :]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut": cut,
    "flipped": flipped,
    "a number changed": other_number,
    "empty": lambda _: b"",
    "a number": lambda _: b"7",
    "a list": lambda _: b"[]",
    "an object": lambda _: b'{"code_version": null, "fingerprints": [], "stats": {}}',
    "nested deeply": lambda _: b"[" * 100_000,
    "no text": lambda _: b"\xff\xfe",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_in_all_files_of_a_cache_changes_nothing(settings: Settings, damage: Callable[[bytes], bytes]) -> None:
    latest = (settings.out / "latest").resolve()
    before = hashes(latest)
    for file in caches(settings):
        content = file.read_bytes()
        file.unlink()  # the release may hold the same file
        file.write_bytes(damage(content))
    assert hashes(build(settings)) == before


@pytest.mark.parametrize("name", ["sightings.arrow", "violations.arrow", "note.json", "reports.parquet"])
def test_a_damaged_file_is_written_again_and_valid(settings: Settings, name: str) -> None:
    files = [file for file in caches(settings) if file.name == name]
    assert len(files) > 1
    for file in files[::2]:
        content = file.read_bytes()
        file.unlink()
        file.write_bytes(flipped(content))
    # A new capture makes its years read rows from each of their batches.
    (settings.raw / "new.ndjson").write_bytes(ndjson(*(row for year in (2018, 2019, 2021) for row in many(year, 1))))
    after = hashes(build(settings))
    assert after == uncached_hashes(settings, settings.out.parent / "fresh")
    assert hashes(build(settings)) == after


def test_what_is_done_to_a_release_does_not_last_in_the_cache(settings: Settings) -> None:
    latest = (settings.out / "latest").resolve()
    before = hashes(latest)
    for file in latest.rglob("*.parquet"):
        file.write_bytes(flipped(file.read_bytes()))  # the cache's own file, where they are one
    again = build(settings)
    assert hashes(again) == before
    assert not list(problems(again))


def renewed(settings: Settings) -> None:
    (settings.raw / "first.ndjson").write_bytes(ndjson(*many(2018, 5)))


def elsewhere(settings: Settings) -> None:
    (settings.raw / "first.ndjson.meta.json").write_bytes(b'{"retrieved_at": "2022-03-01"}')


def gone(settings: Settings) -> None:
    (settings.raw / "a" / "b.ndjson").unlink()


def copied(settings: Settings) -> None:
    (settings.raw / "0.ndjson").write_bytes(FILES["large.ndjson"])


def moved(settings: Settings) -> None:
    (settings.raw / "large.ndjson").rename(settings.raw / "larger.ndjson")


def corrected(settings: Settings) -> None:
    text = CORRECTIONS.replace('set: {fiscal_year: "2019"}', "acknowledge: true")
    settings.corrections_file.write_text(text, encoding="utf-8")


def uncorrected(settings: Settings) -> None:
    settings.corrections_file.unlink()


@pytest.mark.parametrize("change", [renewed, elsewhere, gone, copied, moved, corrected, uncorrected])
def test_what_changed_is_curated_again(settings: Settings, change: Callable[[Settings], None]) -> None:
    before = hashes((settings.out / "latest").resolve())
    change(settings)
    after = hashes(build(settings))
    assert after == uncached_hashes(settings, settings.out.parent / "fresh")
    assert after != before


def test_adding_a_capture_writes_the_years_that_it_has_and_no_other(settings: Settings) -> None:
    before = (settings.out / "latest").resolve()
    (settings.raw / "new.ndjson").write_bytes(ndjson(*many(2020, 14)[13:]))
    after = build(settings)
    old, new = ({p.relative_to(r): p.stat().st_ino for p in r.glob("*/*.parquet")} for r in (before, after))
    changed = {path.stem for path in new if new[path] != old.get(path)}
    assert changed == {"2020"}
    assert {path.parts[0] for path in new if new[path] != old.get(path)} >= {"reports", "sightings", "provenance"}


def test_small_batches_are_read_as_one_once_they_are_many(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = replace(settings, limits=replace(PARTED, small_batches=2))
    for number in range(4):
        (settings.raw / f"new-{number}.ndjson").write_bytes(ndjson(*many(2010 + number, 1)))
        last = build(settings)
    read = counted(monkeypatch)
    assert hashes(build(settings)) == hashes(last)
    assert len(read) <= 1  # as one batch, which is then cached
    del read[:]
    assert hashes(build(settings)) == hashes(last)
    assert read == []


def test_as_many_small_batches_as_their_chunks_need_are_cached(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = Limits(chunk_bytes=4_000, batch_bytes=3_000, merged_at_once=10, small_batches=1)
    settings = replace(settings, limits=limits)
    shutil.rmtree(settings.out / CACHE)
    build(settings)
    read = counted(monkeypatch)
    (settings.raw / "0.ndjson").write_bytes(ndjson(*many(2010, 10)))
    build(settings)
    assert read == [1]


def test_a_capture_that_could_not_be_read_for_the_moment_is_read_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = {"a.ndjson": many(2018, 12), "b.ndjson": many(2018, 13), "c.ndjson": many(2019, 40)}
    settings = replace(fill(tmp_path, {name: ndjson(*reports) for name, reports in rows.items()}), limits=PARTED)
    expected = uncached_hashes(settings, tmp_path / "fresh")
    real = split_captures
    away = tmp_path / "away"
    away.mkdir()

    def then_gone(captures: Iterable[Capture]) -> tuple[CaptureChunk, ...]:
        all_chunks = real(captures)
        assert len(all_chunks) > 3
        for name in ("b.ndjson", "c.ndjson"):
            (settings.raw / name).rename(away / name)
        return all_chunks

    monkeypatch.setattr(to_read, "split_captures", then_gone)
    outcome = pipeline.build(settings)
    unread = "the file cannot be read: No such file or directory"
    assert [summary.note for summary in outcome.result.summaries] == [None, unread, unread]
    for file in list(away.iterdir()):
        file.rename(settings.raw / file.name)
    monkeypatch.setattr(to_read, "split_captures", real)
    assert hashes(build(settings)) == expected


def test_entries_of_other_software_are_not_used(settings: Settings) -> None:
    all_chunks = split_captures(pipeline.take_captures(settings))
    cache = pipeline.cache_of(settings)
    assert cache.batches(all_chunks)[1] == []
    assert replace(cache, code_version=cache.code_version[::-1]).batches(all_chunks) == ([], list(all_chunks))
    assert code_version(b"a") != code_version(b"b")


def test_leftovers_of_a_killed_run_are_not_used(settings: Settings) -> None:
    folder = settings.out / CACHE / BATCHES
    for batch_dir in folder.iterdir():
        batch_dir.rename(folder / f".{batch_dir.name}-left")
    all_chunks = split_captures(pipeline.take_captures(settings))
    assert pipeline.cache_of(settings).batches(all_chunks) == ([], list(all_chunks))


def test_what_no_run_used_for_a_day_goes(settings: Settings) -> None:
    cache = pipeline.cache_of(settings)
    batches, partitions = (sorted((settings.out / CACHE / kind).iterdir()) for kind in (BATCHES, PARTITIONS))
    half_written = settings.out / CACHE / f".{HASHES}-1-2"
    half_written.touch()
    for path in (batches[0], partitions[0], half_written):
        os.utime(path, (0, 0))
    cache.prune()
    assert [p.exists() for p in batches] == [False, *([True] * (len(batches) - 1))]
    assert not half_written.exists()
    assert [y.exists() for y in partitions] == [False, *([True] * (len(partitions) - 1))]


def test_dates_are_compared_across_the_chunks_of_a_capture_that_came_through_the_cache(tmp_path: Path) -> None:
    day_first, open_days = many(2021, 12, issue_date="13/02/2021"), many(2020, 40, issue_date="04/03/2021")
    files = {"a.ndjson": ndjson(*day_first, *open_days), "b.ndjson": ndjson(*many(2019, 2))}
    settings = replace(fill(tmp_path, files), limits=PARTED)
    checked, built, again = pipeline.check(settings), pipeline.build(settings), pipeline.build(settings)
    assert len(split_captures(pipeline.take_captures(settings))) > 2, "the capture is read in chunks"
    assert checked.result.summaries == built.result.summaries == again.result.summaries
    summary = built.result.summaries[0]
    assert (summary.status, summary.rows) == ("unreadable", 0)
    assert "'13/02/2021' proves that the file writes the day before the month" in (summary.note or "")


FINDINGS = st.builds(Finding, st.text(), st.text(), st.none() | st.integers(), st.none() | st.text(), st.just(False))
SUMMARIES = st.builds(
    ChunkSummary,
    st.builds(
        ndjson_layout.ChunkStats,
        st.lists(st.text()).map(tuple),
        st.lists(FINDINGS).map(tuple),
        st.none() | st.integers(),
        st.integers(),
    ),
    st.none() | FINDINGS,
    st.none() | st.text(),
    st.none() | st.text(),
)


@examples(100)
@given(summary=SUMMARIES)
def test_a_summary_of_a_chunk_comes_back_from_its_note_with_all_that_it_says(summary: ChunkSummary) -> None:
    entry = BatchEntry("0", ("a",), (summary,), (), (), ())
    assert TypeAdapter(BatchEntry).validate_json(TypeAdapter(BatchEntry).dump_json(entry)) == entry


def test_a_batch_read_again_from_its_chunks_is_the_same(settings: Settings) -> None:
    all_chunks = split_captures(pipeline.take_captures(settings))
    cache = pipeline.cache_of(settings)
    batches, _ = cache.batches(all_chunks)
    by_fingerprint = {chunk.fingerprint: chunk for chunk in all_chunks}
    for batch in batches:
        reread = read_batch(
            [by_fingerprint[fingerprint] for fingerprint in batch.fingerprints], pipeline.load_corrections(settings)
        )
        assert (reread.fingerprints, reread.summaries, reread.row_ranges, reread.matches) == (
            *(batch.fingerprints, batch.summaries, batch.row_ranges, batch.matches),
        )
    assert any(batch.is_chunk for batch in batches)
