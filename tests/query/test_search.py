"""Words in, reports out: best first, all words, and nothing in them is obeyed."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from oig_pipeline import CannotRun
from oig_pipeline.contract.columns import KEY
from oig_pipeline.query.search import COLUMNS, search
from oig_pipeline.release import exports
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.conftest import DATA, Captures, Oig
from tests.dhs_examples import files
from tests.rows import merge, published

pytestmark = pytest.mark.usefixtures("with_exports")

# Number → agencies, title, summary; the fiscal year is that of the number.
REPORTS = {
    "OIG-21-01": ("CBP", "Fencing of the Border", "Cost estimates were missing."),
    "OIG-21-02": ("FEMA", "Disaster Relief Grants", "Nothing was bought for the border."),
    "OIG-20-03": ("ICE; CBP", "Immigration Detention at Border Stations", "Inspectors investigated medical care."),
    "OIG-21-04": ("FEMA", "Investigations of Relief and Disaster Fraud", "Debris removal was paid for twice."),
    "OIG-20-05": ("MGMT", "Purchase Cards AND Travel Cards", "Cards were lost - or were they?"),
    "OIG-19-06": ("TSA", 'Screening of "Trusted" Travelers', "TSA's screeners weren't trained."),
    "OIG-19-07": ("USCIS", "Title: Near Misses", "The summary of C++ code, 100% of it."),
    "OIG-18-08": ("USSS", "D\u00e9j\u00e0 Vu at the Na\u00efve Caf\u00e9", "\u5be9\u67fb"),
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [
        {"report_number": n, "agency": a, "title": t, "summary": s, "fiscal_year": f"20{n[4:6]}", "issue_date": ""}
        for n, (a, t, s) in REPORTS.items()
    ]
    folder = tmp_path_factory.mktemp("release")
    exports.write(merge(published(*rows)), folder)
    return folder / "reports.sqlite"


def numbers(database: Path, words: str, **narrowed: object) -> list[str]:
    return [row[1] for row in search(database, words, **narrowed)]  # type: ignore[arg-type]


def numbers_or_error(database: Path, words: str, **options: object) -> list[str] | str:
    """Return the numbers of the matching reports, or the message of `CannotRun`; other exceptions are faults."""
    try:
        return numbers(database, words, **options)
    except CannotRun as fault:
        return str(fault)


def test_a_word_in_the_title_outranks_one_in_the_summary(database: Path) -> None:
    result = numbers(database, "border")
    assert set(result[:2]) == {"OIG-21-01", "OIG-20-03"}
    assert result[2:] == ["OIG-21-02"]


def test_an_index_with_its_columns_in_another_order_ranks_alike(database: Path, tmp_path: Path) -> None:
    older = tmp_path / "reports.sqlite"
    shutil.copy(database, older)
    with closing(sqlite3.connect(older)) as connection:
        connection.execute("DROP TABLE reports_fts")
        columns = "summary, title, topics, report_number"
        index = f"fts5({columns}, tokenize='porter unicode61', content='reports')"
        connection.execute(f"CREATE VIRTUAL TABLE reports_fts USING {index}")
        connection.execute("INSERT INTO reports_fts(reports_fts) VALUES ('rebuild')")
        connection.commit()
    for words in ("border", "relief", "disaster", "cards", "the"):
        assert numbers(older, words) == numbers(database, words)
    assert numbers(older, "border")[-1] == "OIG-21-02"


def test_a_row_has_the_columns_that_are_promised(database: Path) -> None:
    (best,) = search(database, "detention")
    assert COLUMNS == ["office", "report_number", "fiscal_year", "agencies", "title", "snippet"]
    title = "Immigration Detention at Border Stations"
    assert best == ("dhs", "OIG-20-03", 2020, "CBP, ICE", title, "Immigration [Detention] at Border Stations")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("disaster relief", {"OIG-21-02", "OIG-21-04"}),
        ("relief border", {"OIG-21-02"}),
        ("fencing relief", set()),
        ('"disaster relief"', {"OIG-21-02"}),
        ('"relief disaster"', set()),
        ('fraud "debris removal"', {"OIG-21-04"}),
        ("BORDER fencing", {"OIG-21-01"}),
        ("deja vu naive", {"OIG-18-08"}),
        ("\u5be9\u67fb", {"OIG-18-08"}),
        ("100%", {"OIG-19-07"}),
        ("TSA's", {"OIG-19-06"}),
    ],
)
def test_all_words_must_be_said_and_phrases_stand_together(words: str, expected: set[str], database: Path) -> None:
    assert set(numbers(database, words)) == expected


@pytest.mark.parametrize("words", ["investigate", "investigation", "investigating", "INVESTIGATIONS", "investigated"])
def test_a_word_is_found_in_its_other_forms(words: str, database: Path) -> None:
    assert set(numbers(database, words)) == {"OIG-20-03", "OIG-21-04"}


def with_a_word(opening: str) -> set[str]:
    """Return the reports of which a word of title or summary begins so."""
    words = {number: re.split(r"\W+", f"{title} {summary}".lower()) for number, (_, title, summary) in REPORTS.items()}
    return {number for number, word_set in words.items() if any(word.startswith(opening) for word in word_set)}


@pytest.mark.parametrize(
    "opening",
    ["inv", "investig", "investigat", "investigati", "immigr", "immigrat", "immigration", "screenin", "relie", "bord"],
)
def test_every_beginning_of_a_word_finds_it(opening: str, database: Path) -> None:
    result = set(numbers(database, f"{opening}*"))
    assert set() != with_a_word(opening) <= result <= with_a_word(opening[:6])


def test_a_beginning_may_end_a_phrase(database: Path) -> None:
    assert numbers(database, '"disaster rel*"') == ["OIG-21-02"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("purchase AND travel", {"OIG-20-05"}),  # as a word, which it says
        ("disaster AND relief", {"OIG-21-04"}),
        ("disaster OR fencing", set()),
        ("lost or were", {"OIG-20-05"}),
        ("disaster NOT grants", set()),
        ("NEAR(disaster relief)", set()),
        ("near", {"OIG-19-07"}),
        ("title:border", set()),
        ("title: near", {"OIG-19-07"}),
        ("{title summary}: near", {"OIG-19-07"}),
        ("^fencing", {"OIG-21-01"}),
        ("^border", {"OIG-21-01", "OIG-20-03", "OIG-21-02"}),
        ("fencing -border", {"OIG-21-01"}),
        ("- fencing + (border)", {"OIG-21-01"}),
        ('fencing "border', {"OIG-21-01"}),
        ('"" fencing', {"OIG-21-01"}),
        ("'; DROP TABLE reports; --", set()),
        ("fencing'", {"OIG-21-01"}),
        ("weren't trained", {"OIG-19-06"}),
        ("C++", {"OIG-19-07"}),
        ("fenc*ing", set()),
        ("fencing**", {"OIG-21-01"}),
        ("fencing * \u2014 _ %", {"OIG-21-01"}),
        ("?1 :words $x @y", set()),
    ],
)
def test_operators_are_only_words(words: str, expected: set[str], database: Path) -> None:
    assert set(numbers(database, words)) == expected
    assert len(numbers(database, "border")) == 3, "nothing was dropped"


@pytest.mark.parametrize("words", ["", " ", '""', "*", "- + ()", '"', "\u2026"])
def test_without_a_word_nothing_is_searched(words: str, database: Path) -> None:
    with pytest.raises(CannotRun, match=r"^search: give at least one word$"):
        search(database, words)


anything = st.text(st.characters(), max_size=20)  # half characters too: so a shell hands over what is not UTF-8
crooked = st.lists(st.sampled_from([*'"*():^-+{}', "AND", "OR", "NOT", "NEAR(", "border", "title:", "\x00", "_"])).map(
    "".join
)


@given(anything | crooked)
@example("bor\udcffder")
@example("border\x00")
@example('"\x00"')
def test_any_text_finds_something_or_nothing_or_cannot_be_asked(database: Path, words: str) -> None:
    result = numbers_or_error(database, words)
    assert result if isinstance(result, str) else set(result) <= set(REPORTS)


@given(anything)
def test_any_agency_is_known_or_cannot_be_asked(database: Path, agency: str) -> None:
    result = numbers_or_error(database, "border", agency=agency)
    assert (
        "no such agency" in result if isinstance(result, str) else result == numbers(database, "border", agency=agency)
    )


@pytest.mark.parametrize(
    "agency",
    ["FEMA", "fema", " Fema ", "Federal Emergency Management Agency", "the federal emergency management agency"],
)
def test_an_agency_goes_by_code_and_name_in_any_case(agency: str, database: Path) -> None:
    assert set(numbers(database, "relief", agency=agency)) == {"OIG-21-02", "OIG-21-04"}


@pytest.mark.parametrize("agency", ["MGMT", "Management", "DHS Management Directorate", "Directorate for Management"])
def test_an_agency_goes_by_alias(agency: str, database: Path) -> None:
    assert numbers(database, "cards", agency=agency) == ["OIG-20-05"]


def test_a_report_of_several_agencies_is_found_by_each(database: Path) -> None:
    assert numbers(database, "detention", agency="ICE") == numbers(database, "detention", agency="CBP") == ["OIG-20-03"]
    assert numbers(database, "detention", agency="TSA") == []


@pytest.mark.parametrize("agency", ["Ministry of Works", "", "FEM", "FEMA; ICE", "%"])
def test_an_unknown_agency_is_refused_with_the_known_ones(agency: str, database: Path) -> None:
    with pytest.raises(CannotRun, match=r"no such agency; known are CBP, FEMA, ICE, "):
        search(database, "border", agency)


def test_a_fiscal_year_narrows(database: Path) -> None:
    assert set(numbers(database, "border", fiscal_year=2021)) == {"OIG-21-01", "OIG-21-02"}
    assert numbers(database, "border", fiscal_year=1900) == []
    assert numbers(database, "border", agency="FEMA", fiscal_year=2021) == ["OIG-21-02"]


def test_a_limit_keeps_the_best(database: Path) -> None:
    all_rows = search(database, "border")
    for limit in range(1, 5):
        assert search(database, "border", limit=limit) == all_rows[:limit]


@pytest.mark.parametrize("huge", [2**63, 10**50])
def test_a_number_may_be_too_large_for_the_database(huge: int, database: Path) -> None:
    all_numbers, nothing = numbers(database, "border"), numbers_or_error(database, "border", fiscal_year=huge)
    assert nothing == [] or isinstance(nothing, str)
    result = numbers_or_error(database, "border", limit=huge)
    assert result == all_numbers or isinstance(result, str)


def test_of_equals_the_newest_stands_first(tmp_path: Path) -> None:
    rows = [
        {"report_number": f"OIG-{year}-{n}", "fiscal_year": f"20{year}", "title": "Audit of Ports", "issue_date": ""}
        for year, n in ((19, "02"), (21, "03"), (21, "01"), (20, "04"))
    ]
    exports.write(merge(published(*rows)), tmp_path)
    assert numbers(tmp_path / "reports.sqlite", "ports") == ["OIG-21-01", "OIG-21-03", "OIG-20-04", "OIG-19-02"]


def test_the_snippet_marks_the_words_where_they_stand(database: Path) -> None:
    snippets = {row[1]: row[5] for row in search(database, "border")}
    assert snippets == {
        "OIG-21-01": "Fencing of the [Border]",
        "OIG-20-03": "Immigration Detention at [Border] Stations",
        "OIG-21-02": "Nothing was bought for the [border].",
    }
    assert [row[5] for row in search(database, '"disaster relief"')] == ["[Disaster Relief] Grants"]


def test_a_long_summary_is_cut_around_the_word(tmp_path: Path) -> None:
    long = f"{'We looked at this. ' * 30}The needle was found. {'We looked at that. ' * 30}"
    exports.write(merge(published({"summary": long})), tmp_path)
    ((*_, snippet),) = search(tmp_path / "reports.sqlite", "needle")
    assert "[needle]" in snippet
    assert snippet.startswith("\u2026")
    assert snippet.endswith("\u2026")
    assert len(snippet) < 200


def test_every_report_is_found_by_its_title(tmp_path: Path) -> None:
    outcome = pipeline.build(settings(DATA / "raw", tmp_path))
    for *key, title in outcome.reports.select(*KEY, "title").iter_rows():
        rows = search(tmp_path / "latest" / "reports.sqlite", title)
        assert tuple(key) in {row[:3] for row in rows}, title


# Where the database cannot be asked.


def test_a_missing_database_says_how_it_is_made(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match=r"reports.sqlite: is missing; oig build writes it again$"):
        search(tmp_path / "reports.sqlite", "border")
    (tmp_path / "reports.sqlite").mkdir()
    with pytest.raises(CannotRun, match="is missing"):
        search(tmp_path / "reports.sqlite", "border")


@pytest.mark.parametrize("damage", ["empty", "text", "half", "without its index", "of another program"])
def test_a_damaged_database_says_so(damage: str, database: Path, tmp_path: Path) -> None:
    content = database.read_bytes()
    damaged = tmp_path / "reports.sqlite"
    damaged.write_bytes(
        {"empty": b"", "text": b"no database" * 500, "half": content[: len(content) // 2]}.get(damage, content)
    )
    if damage == "of another program":
        damaged.unlink()
    with sqlite3.connect(damaged) as connection:
        if damage == "without its index":
            connection.execute("DROP TABLE reports_fts")
        if damage == "of another program":
            connection.execute("CREATE TABLE other (x)")
    connection.close()
    with pytest.raises(CannotRun, match=r"reports.sqlite: cannot be searched: "):
        search(damaged, "border")


@pytest.mark.parametrize("name", ["it's", "a b", "d\u00e9j\u00e0", "100%41", "a?mode=rw", "a#b", "[a]*"])
def test_the_folder_may_have_any_name(name: str, database: Path, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "reports.sqlite").write_bytes(database.read_bytes())
    assert len(numbers(folder / "reports.sqlite", "border")) == 3


def test_nothing_is_written_so_that_a_folder_may_be_read_only(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "release"
    folder.mkdir()
    copied = folder / "reports.sqlite"
    copied.write_bytes(database.read_bytes())
    copied.chmod(0o444)
    folder.chmod(0o555)
    try:
        assert len(numbers(copied, "border")) == 3
        assert [file.name for file in folder.iterdir()] == ["reports.sqlite"]
        assert copied.read_bytes() == database.read_bytes()
    finally:
        folder.chmod(0o755)


# On the command line.


def test_the_command_finds_narrows_limits_and_refuses(captures: Captures, oig: Oig) -> None:
    names = ("report_number", "agency", "title", "summary")
    rows = [
        {**dict(zip(names, (n, *cells), strict=True)), "fiscal_year": f"20{n[4:6]}"} for n, cells in REPORTS.items()
    ]
    raw = captures(files(tuple(rows)))
    assert oig("build", "--raw", raw).returncode == 0
    narrowed = ("--agency", "fema", "--fiscal-year", "2021", "--limit", "1", "--format", "json")
    done = oig("search", '"disaster relief" gran*', "--release", raw.parent / "curated", *narrowed)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == [
        dict(
            zip(
                COLUMNS,
                ("dhs", "OIG-21-02", 2021, "FEMA", REPORTS["OIG-21-02"][1], "[Disaster Relief] [Grants]"),
                strict=True,
            )
        )
    ]
    for words in ("--", "bor\udcffder"):
        done = oig("search", "--release", raw.parent / "curated", "--", words)
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
        assert "fault of the software" not in done.stderr


NUMBERED = [
    {"report_number": "OIG-21-48", "title": "Temporary Housing", "oversight_area": "Disaster Recovery; Housing Aid"},
    {
        "report_number": "OIG-21-49",
        "title": "Cameras",
        "summary": "We follow OIG-21-48 and OIG-21-40.",
        "oversight_area": "",
    },
    {"report_number": "OIG-21-480", "title": "Ships of 21 and 48 Feet", "summary": "", "oversight_area": "Maritime"},
]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("OIG-21-48", ["OIG-21-48", "OIG-21-49"]),
        ("oig 21 48", ["OIG-21-48", "OIG-21-49", "OIG-21-480"]),
        ("oig_21-480", ["OIG-21-480"]),
        ("OIG-21-48*", ["OIG-21-480", "OIG-21-48", "OIG-21-49"]),
        ("21-48 housing", ["OIG-21-48"]),
        ("OIG-21-77", []),
        ("disaster recovery", ["OIG-21-48"]),
        ('"housing aid"', ["OIG-21-48"]),
        ("maritime", ["OIG-21-480"]),
    ],
)
def test_numbers_and_topics_are_searched(words: str, expected: list[str], tmp_path: Path) -> None:
    exports.write(merge(published(*({"document_url": "", **row} for row in NUMBERED))), tmp_path)
    asked_for = numbers(tmp_path / "reports.sqlite", words)
    assert (asked_for[:1], set(asked_for)) == (expected[:1], set(expected))


def test_the_index_of_an_older_release_which_says_no_weights_ranks_the_same(database: Path, tmp_path: Path) -> None:
    older = tmp_path / database.name
    shutil.copy(database, older)
    with closing(sqlite3.connect(older)) as connection, connection:
        assert connection.execute("DELETE FROM reports_fts_config WHERE k = 'rank'").rowcount == 1
    for words in ("border", "relief", "cards travel"):
        assert search(older, words) == search(database, words)
