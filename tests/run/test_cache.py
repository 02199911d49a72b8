"""What was worked out before changes nothing, whether it is there, gone, damaged, or of other captures."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from oig_pipeline.capture import chunks
from oig_pipeline.capture.captures import Capture
from oig_pipeline.release.verify import problems
from oig_pipeline.run import cache, cache_entries, pipeline
from oig_pipeline.run.cache import CACHE, PORTIONS, YEARS, Cache, code_version
from oig_pipeline.run.capture_chunks import Source, sources
from oig_pipeline.run.read_batch import read_portion
from oig_pipeline.settings import Settings
from tests.run.conftest import sized
from tests.run.listings import CORRECTIONS, FILES, Small, build, fill, hashes, many, ndjson

PARTED = Small(stretch=5_500, largest_whole=10)


@pytest.fixture(autouse=True)
def parted() -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(sized(PARTED))
        yield


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run that was done once, with its cache."""
    folder = tmp_path_factory.mktemp("data")
    with sized(PARTED):
        build(fill(folder))
    return folder


@pytest.fixture
def settings(built: Path, tmp_path: Path) -> Settings:
    """Return the settings of a run in a copy of that folder."""
    shutil.copytree(built, tmp_path / "data", symlinks=True)
    return Settings(tmp_path / "data/raw", tmp_path / "data/curated", max_quarantine=0.5)


def caches(settings: Settings) -> list[Path]:
    return sorted(file for file in (settings.out / CACHE).rglob("*") if file.is_file())


def anew(settings: Settings, folder: Path) -> dict[str, str]:
    """Return the hashes of the release that a run without any cache publishes from the same captures."""
    fresh = Settings(settings.raw, folder, settings.corrections, settings.max_quarantine)
    return hashes(build(fresh))


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by the number of sources whenever some are read."""
    read: list[int] = []
    real = read_portion

    def reads(some, corrections, documents, folder):  # type: ignore[no-untyped-def]
        read.append(len(some))
        return real(some, corrections, documents, folder)

    monkeypatch.setattr(cache, "read_portion", reads)
    return read


def test_a_second_run_reads_and_merges_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    read = counted(monkeypatch)
    monkeypatch.setattr(pipeline, "curate_year", lambda *_: pytest.fail("a year was merged again"))
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
    """Return a note in which a number is another one."""
    place = next(n for n in range(len(content) - 1, 0, -1) if content[n : n + 1].isdigit())
    return content[:place] + (b"7" if content[place : place + 1] != b"7" else b"8") + content[place + 1 :]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut": cut,
    "flipped": flipped,
    "a number changed": other_number,
    "empty": lambda _: b"",
    "a number": lambda _: b"7",
    "a list": lambda _: b"[]",
    "an object": lambda _: b'{"made_by": null, "tokens": [], "content": {}}',
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
def test_a_damaged_file_is_made_anew_and_holds_again(settings: Settings, name: str) -> None:
    files = [file for file in caches(settings) if file.name == name]
    assert len(files) > 1
    for file in files[::2]:
        content = file.read_bytes()
        file.unlink()
        file.write_bytes(flipped(content))
    # A new capture makes its years take rows from every portion of theirs.
    (settings.raw / "new.ndjson").write_bytes(ndjson(*(row for year in (2018, 2019, 2021) for row in many(year, 1))))
    found = hashes(build(settings))
    assert found == anew(settings, settings.out.parent / "fresh")
    assert hashes(build(settings)) == found


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
def test_what_changed_is_worked_out_anew(settings: Settings, change: Callable[[Settings], None]) -> None:
    before = hashes((settings.out / "latest").resolve())
    change(settings)
    found = hashes(build(settings))
    assert found == anew(settings, settings.out.parent / "fresh")
    assert found != before


def test_adding_a_capture_writes_the_years_that_it_has_and_no_other(settings: Settings) -> None:
    before = (settings.out / "latest").resolve()
    (settings.raw / "new.ndjson").write_bytes(ndjson(*many(2020, 14)[13:]))
    after = build(settings)
    old, new = ({p.relative_to(r): p.stat().st_ino for p in r.glob("*/*.parquet")} for r in (before, after))
    changed = {path.stem for path in new if new[path] != old.get(path)}
    assert changed == {"2020"}
    assert {path.parts[0] for path in new if new[path] != old.get(path)} >= {"reports", "sightings", "provenance"}


def test_small_portions_are_read_together_once_they_are_many(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "MOST_SMALL", 2)
    for number in range(4):
        (settings.raw / f"new-{number}.ndjson").write_bytes(ndjson(*many(2010 + number, 1)))
        last = build(settings)
    read = counted(monkeypatch)
    assert hashes(build(settings)) == hashes(last)
    assert len(read) <= 1  # together, and not in vain: thereafter they are known
    del read[:]
    assert hashes(build(settings)) == hashes(last)
    assert read == []


def test_as_many_small_portions_as_their_sources_need_are_kept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "MOST_SMALL", 1)
    with sized(Small(stretch=4_000, together=3_000, largest_whole=10)):
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
    settings = fill(tmp_path, {name: ndjson(*own) for name, own in rows.items()})
    expected = anew(settings, tmp_path / "fresh")
    real = sources
    away = tmp_path / "away"
    away.mkdir()

    def then_gone(captures: Iterable[Capture]) -> tuple[Source, ...]:
        every = real(captures)
        assert len(every) > 3
        for name in ("b.ndjson", "c.ndjson"):
            (settings.raw / name).rename(away / name)
        return every

    monkeypatch.setattr(pipeline, "sources", then_gone)
    outcome = pipeline.build(settings)
    unread = "the file cannot be read: No such file or directory"
    assert [told.note for told in outcome.judged.readings] == [None, unread, unread]
    for file in list(away.iterdir()):
        file.rename(settings.raw / file.name)
    monkeypatch.setattr(pipeline, "sources", real)
    assert hashes(build(settings)) == expected


def test_nothing_is_taken_of_other_software(settings: Settings) -> None:
    every = sources(pipeline.take_captures(settings))
    cache = pipeline.cache_of(settings)
    assert cache.portions(every)[1] == []
    assert Cache(cache.folder, cache.made_by[::-1]).portions(every) == ([], list(every))
    assert code_version(b"a") != code_version(b"b")


def test_what_a_killed_run_left_is_not_taken(settings: Settings) -> None:
    folder = settings.out / CACHE / PORTIONS
    for portion in folder.iterdir():
        portion.rename(folder / f".{portion.name}-left")
    every = sources(pipeline.take_captures(settings))
    assert pipeline.cache_of(settings).portions(every) == ([], list(every))


def test_what_no_run_used_for_a_day_goes(settings: Settings) -> None:
    cache = pipeline.cache_of(settings)
    portions, years = (sorted((settings.out / CACHE / kind).iterdir()) for kind in (PORTIONS, YEARS))
    for folder in (portions[0], years[0]):
        os.utime(folder, (0, 0))
    cache.prune()
    assert [p.exists() for p in portions] == [False, *([True] * (len(portions) - 1))]
    assert [y.exists() for y in years] == [False, *([True] * (len(years) - 1))]


def test_a_portion_read_again_from_its_note_is_the_same(settings: Settings) -> None:
    every = sources(pipeline.take_captures(settings))
    cache = pipeline.cache_of(settings)
    known, _ = cache.portions(every)
    by_token = {source.token: source for source in every}
    for portion in known:
        made = read_portion([by_token[token] for token in portion.tokens], pipeline.load_corrections(settings))
        assert (made.tokens, made.told, made.slices, made.fits) == (
            *(portion.tokens, portion.told, portion.slices, portion.fits),
        )
        assert cache_entries.read_portion(portion.folder, cache.made_by, {}) is None
    assert any(portion.is_stretch for portion in known)
    assert PARTED.stretch == chunks.BYTES
