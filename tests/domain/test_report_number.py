"""The grammar of report numbers: what is one, what it can mean, and that scalars and columns say the same."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.domain.report_number import NumberError, ReportNumber, decided_column
from oig_pipeline.domain.whitespace import WHITESPACE
from oig_pipeline.offices.dhs.numbers import NUMBERS

canonical, readings, parse = NUMBERS.canonical, NUMBERS.readings, NUMBERS.parse
canonical_column, parts_column = NUMBERS.canonical_column, NUMBERS.parts_column
SUFFIXES = ("D", "VR", "SR", "MA", "IQO", "UNSUM")
SEPARATORS = ("-", "--", " ", "_", "\u2010", "\u2013", "\u2014", "\u00a0", " - ", "-\u00a0")

sequences = st.one_of(st.integers(1, 120), st.integers(1, 999_999))
old_disaster_numbers = st.builds(
    ReportNumber, st.sampled_from(("DA", "DD", "DS")), st.integers(2004, 2006), st.integers(1, 99)
)
disaster_numbers = st.builds(ReportNumber, st.sampled_from(("DA", "DD", "DS")), st.integers(2007, 2099), sequences)
gulf_coast_numbers = st.builds(
    ReportNumber, st.from_regex(r"GC-[A-Z]{2}", fullmatch=True), st.integers(2000, 2099), sequences
)
ordinary_numbers = st.builds(
    ReportNumber, st.just("OIG"), st.integers(2000, 2099), sequences, st.sampled_from(("", *SUFFIXES))
)
numbers = st.one_of(ordinary_numbers, disaster_numbers, old_disaster_numbers, gulf_coast_numbers)


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """A number as someone may have typed it: other separators, other case, blanks around it."""
    spelled = draw(st.sampled_from(SEPARATORS)).join(NUMBERS.spelled(draw(numbers)).split("-"))
    cases: tuple[Callable[[str], str], ...] = (str, str.lower, str.title)
    case = draw(st.sampled_from(cases))
    around = st.text(alphabet=WHITESPACE, max_size=2)
    return draw(around) + case(spelled) + draw(around)


@st.composite
def mutations(draw: st.DrawFn) -> str:
    """A number with one character added, lost or replaced."""
    spelled = draw(st.one_of(spellings(), st.just("W-05-03"), st.just("DA-00-04")))
    place = draw(st.integers(0, len(spelled)))
    strange = st.sampled_from("0123456789OIDASW-_ .,/()\u2013\u0660\u0663\uff11\uff2f\u00df\u0131\u017f\n\x1c")
    lost = draw(st.integers(0, 1))
    return spelled[:place] + draw(st.one_of(st.just(""), strange)) + spelled[place + lost :]


texts = st.one_of(spellings(), mutations(), st.text(max_size=20))


def canonical_or_none(text: str) -> str | None:
    try:
        return canonical(text)
    except NumberError:
        return None


@given(numbers)
def test_a_number_written_out_can_be_read_back(number: ReportNumber) -> None:
    assert number in readings(NUMBERS.spelled(number))
    assert parse(NUMBERS.spelled(number), number.fiscal_year) == number
    assert canonical(NUMBERS.spelled(number)) == NUMBERS.spelled(number)


@given(
    st.builds(
        ReportNumber,
        st.sampled_from(("OIG", "DA", "DD", "DS", "GC-HQ", "W")),
        st.integers(1990, 2110),
        st.integers(-1, 120) | st.integers(99_990, 1_000_010),
        st.sampled_from(("", "D", "X")),
    )
)
def test_a_number_that_could_not_be_read_back_is_not_written(number: ReportNumber) -> None:
    try:
        spelled = NUMBERS.spelled(number)
    except NumberError:
        return
    assert number in readings(spelled)


@given(texts)
def test_the_canonical_spelling_is_its_own_canonical_spelling(text: str) -> None:
    spelled = canonical_or_none(text)
    if spelled is not None:
        assert canonical(spelled) == spelled


@given(spellings())
def test_every_spelling_of_a_number_reads_as_that_number(spelled: str) -> None:
    numbers = readings(spelled)
    assert numbers
    assert {NUMBERS.spelled(r) for r in numbers} == {canonical(spelled)}


@pytest.mark.parametrize(
    ("spelled", "expected"),
    [
        ("OIG 15-61", "OIG-15-61"),
        ("OIG--24-40", "OIG-24-40"),
        ("DD_07-04", "DD-07-04"),
        ("oig-19-46", "OIG-19-46"),
        ("OIG\u201321\u201349", "OIG-21-49"),
        ("OIG\u00a021-49", "OIG-21-49"),
        ("OIG-26-18          ", "OIG-26-18"),
        ("\ufeffOIG-21-49", "OIG-21-49"),
        ("OIG - 21 - 49", "OIG-21-49"),
        ("gc hq 06 19", "GC-HQ-06-19"),
        ("oig-17-97 d", "OIG-17-97-D"),
        ("w-05-03", "W-05-03"),
    ],
)
def test_spellings_seen_in_listings_have_one_canonical_form(spelled: str, expected: str) -> None:
    assert canonical(spelled) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "n/a",
        "REPORT 7",
        "OIG",
        "OIG-21",
        "OIG-21-",
        "OIG-21-4",
        "OIG-2-49",
        "OIG-21-00",
        "OIG-21-0",
        "OIG-21-049",
        "OIG-21-1234567",
        "OIG-2021-49",
        "OIG-021-49",
        "0IG-21-49",
        "OIG-2I-49",
        "OIG-21-4O",
        "OIG-21-49-X",
        "OIG-21-49-DD",
        "OIG-21-49-D-VR",
        "OIG-21-49-",
        "-OIG-21-49",
        "OIG2149",
        "OIG-2149",
        "OIG21-49",
        "OIG-21/49",
        "OIG.21.49",
        "(OIG-21-49)",
        "OIG-21-49, OIG-21-50",
        "OIG-\u0662\u0661-\u0664\u0669",
        "\uff2f\uff29\uff27-21-49",
        "DA-13-03-D",
        "DB-13-03",
        "D-13-03",
        "GC-06-19",
        "GC-H-06-19",
        "GC-HQX-06-19",
        "GC-HQ-06-19-D",
        "W-05-03-D",
        "W-5-3",
    ],
)
def test_what_only_looks_like_a_number_is_refused(text: str) -> None:
    for reader in (canonical, readings, parse):
        with pytest.raises(NumberError):
            reader(text)


@given(numbers)
def test_a_leading_zero_makes_a_number_malformed(number: ReportNumber) -> None:
    pairs = NUMBERS.spelled(number).split("-")
    for place in (n for n, pair in enumerate(pairs) if pair.isdigit()):
        with pytest.raises(NumberError):
            canonical("-".join([*pairs[:place], "0" + pairs[place], *pairs[place + 1 :]]))


@given(numbers.filter(lambda n: n.sequence < 100))
def test_a_lost_digit_makes_a_two_digit_pair_malformed(number: ReportNumber) -> None:
    pairs = NUMBERS.spelled(number).split("-")
    for place in (n for n, pair in enumerate(pairs) if pair.isdigit()):
        for digit in pairs[place]:
            with pytest.raises(NumberError):
                canonical("-".join([*pairs[:place], digit, *pairs[place + 1 :]]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OIG-21-49", [("OIG", 2021, 49, "")]),
        ("OIG-04-08", [("OIG", 2004, 8, "")]),
        ("OIG-10-113", [("OIG", 2010, 113, "")]),
        ("OIG-21-123456", [("OIG", 2021, 123_456, "")]),
        ("OIG-17-97-D", [("OIG", 2017, 97, "D")]),
        ("OIG-20-14-VR", [("OIG", 2020, 14, "VR")]),
        ("OIG-17-98-SR", [("OIG", 2017, 98, "SR")]),
        ("OIG-17-45-MA", [("OIG", 2017, 45, "MA")]),
        ("OIG-15-12-IQO", [("OIG", 2015, 12, "IQO")]),
        ("OIG-19-34-UNSUM", [("OIG", 2019, 34, "UNSUM")]),
        ("DA-13-03", [("DA", 2013, 3, "")]),
        ("DD-08-01", [("DD", 2008, 1, "")]),
        ("DS-09-14", [("DS", 2009, 14, "")]),
        ("DS-08-11", [("DS", 2008, 11, "")]),
        ("DA-07-04", [("DA", 2007, 4, ""), ("DA", 2004, 7, "")]),
        ("DS-14-05", [("DS", 2014, 5, ""), ("DS", 2005, 14, "")]),
        ("DA-18-04", [("DA", 2018, 4, ""), ("DA", 2004, 18, "")]),
        ("DS-02-06", [("DS", 2006, 2, "")]),
        ("DA-06-05", [("DA", 2005, 6, "")]),
        ("DA-08-105", [("DA", 2008, 105, "")]),
        ("DA-05-07", []),
        ("DA-00-04", []),
        ("GC-HQ-06-19", [("GC-HQ", 2006, 19, "")]),
        ("GC-FL-06-46", [("GC-FL", 2006, 46, "")]),
        ("W-05-03", []),
    ],
)
def test_a_number_has_the_readings_its_era_allows(text: str, expected: list[tuple[str, int, int, str]]) -> None:
    assert readings(text) == tuple(ReportNumber(*reading) for reading in expected)


@pytest.mark.parametrize(
    ("text", "fiscal_year", "expected"),
    [
        ("DA-07-04", 2007, ReportNumber("DA", 2007, 4)),
        ("DA-07-04", 2004, ReportNumber("DA", 2004, 7)),
        ("DS-14-05", 2005, ReportNumber("DS", 2005, 14)),
        ("DS-02-06", None, ReportNumber("DS", 2006, 2)),
        ("OIG-21-49", None, ReportNumber("OIG", 2021, 49)),
        ("oig 21-49", 2021, ReportNumber("OIG", 2021, 49)),
    ],
)
def test_the_fiscal_year_decides_between_readings(text: str, fiscal_year: int | None, expected: ReportNumber) -> None:
    assert parse(text, fiscal_year) == expected


@pytest.mark.parametrize(
    ("text", "fiscal_year", "years"),
    [
        ("DA-07-04", None, "2007, 2004"),
        ("DA-07-04", 2005, "2007, 2004"),
        ("DS-02-06", 2002, "2006"),
        ("OIG-21-49", 2020, "2021"),
        ("W-05-03", None, "no fiscal year"),
        ("W-05-03", 2005, "no fiscal year"),
        ("W-05-03", 2002, "no fiscal year"),
    ],
)
def test_a_year_that_does_not_decide_is_an_error_that_names_the_years(
    text: str, fiscal_year: int | None, years: str
) -> None:
    with pytest.raises(NumberError, match=f"'{text}' can mean {years}; .* {fiscal_year or 'none'}$"):
        parse(text, fiscal_year)


@pytest.mark.parametrize("number", [ReportNumber("W", 2005, 3), ReportNumber("DA", 2003, 1)])
def test_a_series_writes_no_number_in_a_year_without_an_era(number: ReportNumber) -> None:
    with pytest.raises(NumberError, match=f"series {number.series} has no numbers in fiscal year {number.fiscal_year}"):
        NUMBERS.spelled(number)


def test_numbers_sort_by_series_year_and_sequence() -> None:
    ordered = [readings(text)[0] for text in ("DA-13-03", "OIG-19-99", "OIG-20-05", "OIG-20-10", "OIG-20-113")]
    mixed = [ordered[n] for n in (3, 0, 4, 2, 1)]
    assert sorted(mixed) == ordered


@given(st.lists(texts, min_size=1, max_size=20))
def test_the_canonical_column_says_what_the_function_says(written: list[str]) -> None:
    frame = pl.DataFrame({"text": written})
    assert frame.select(canonical_column(pl.col("text"))).to_series().to_list() == [
        canonical_or_none(text) for text in written
    ]


@given(st.lists(texts, min_size=1, max_size=20))
def test_the_reading_columns_say_what_the_function_says(written: list[str]) -> None:
    frame = pl.DataFrame({"text": written})
    columns = NUMBERS.reading_columns(parts_column(canonical_column(pl.col("text"))))
    rows = frame.select(c.alias(str(n)) for n, c in enumerate(columns)).rows()
    results = [[(r["fiscal_year"], r["sequence"]) for r in row if r is not None] for row in rows]
    assert results == [
        [(r.fiscal_year, r.sequence) for r in readings(text)] if canonical_or_none(text) else [] for text in written
    ]


@given(st.lists(st.tuples(texts, st.none() | st.integers(2000, 2030)), min_size=1, max_size=20))
def test_the_decided_column_says_what_parsing_says(written: list[tuple[str, int | None]]) -> None:
    frame = pl.DataFrame(written, schema={"text": pl.String, "year": pl.Int32}, orient="row")
    columns = NUMBERS.reading_columns(parts_column(canonical_column(pl.col("text"))))
    decided = frame.select(decided_column(columns, pl.col("year")).alias("found")).to_series().to_list()

    def parsed(text: str, year: int | None) -> dict[str, int] | None:
        try:
            number = parse(text, year)
        except NumberError:
            return None
        return {"fiscal_year": number.fiscal_year, "sequence": number.sequence}

    assert decided == [parsed(text, year) for text, year in written]


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        ("OIG-17-97-D", {"series": "OIG", "first": "17", "second": "97", "suffix": "D"}),
        ("OIG-10-113", {"series": "OIG", "first": "10", "second": "113", "suffix": None}),
        ("GC-HQ-06-19", {"series": "GC-HQ", "first": "06", "second": "19", "suffix": None}),
    ],
)
def test_the_parts_of_a_canonical_number_are_its_series_pairs_and_suffix(
    number: str, parts: dict[str, str | None]
) -> None:
    assert pl.select(parts_column(pl.lit(number))).item() == parts
