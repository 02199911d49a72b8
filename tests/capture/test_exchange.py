"""The exchange layouts: CSV and NDJSON read as they are written, and every line that is no row reported."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oig_pipeline.capture.exchange import read_csv
from oig_pipeline.capture.ndjson import read as read_ndjson
from oig_pipeline.capture.rows import BLANK, MARKUP, ORDINAL, Finding, Rows, Unreadable
from oig_pipeline.contract.names import LINE_COLUMNS, LISTED_COLUMNS
from oig_pipeline.domain.whitespace import WHITESPACE
from tests.conftest import examples
from tests.value_lines import checked_rows

HEADER = "report_number,title,fiscal_year\n"
OBJECT = '{"report_number": "OIG-21-49", "title": "CBP Needs Oversight"}\n'
BROKEN = '{"report_number": "OIG-21-50", "title": \n'


def rows(read: Rows) -> list[dict[str, object]]:
    """Return rows, each with its line and the values that it has."""
    return [{k: v for k, v in row.items() if v is not None and k != ORDINAL} for row in read.frame.to_dicts()]


def findings(read: Rows) -> list[tuple[str, int | None, str | None]]:
    return [(f.rule, f.line, f.value) for f in read.findings]


def ndjson(*objects: dict[str, Any]) -> str:
    return "".join(json.dumps(o, ensure_ascii=False) + "\n" for o in objects)


def fault(text: str, read: Callable[[str], Rows]) -> Finding:
    """Return why a text as a whole cannot be read."""
    with pytest.raises(Unreadable) as error:
        read(text)
    return error.value.finding


def rows_or_fault(text: str, read: Callable[[str], Rows]) -> Rows | Finding:
    try:
        return read(text)
    except Unreadable as error:
        return error.finding


def test_a_csv_line_is_a_row_with_its_line() -> None:
    read = read_csv(HEADER + "OIG-21-49,CBP Needs Oversight,2021\nOIG-21-48,,\n")
    assert rows(read) == [
        {
            "line": 2,
            "listed_number": "OIG-21-49",
            "listed_title": "CBP Needs Oversight",
            "listed_fiscal_year": "2021",
        },
        {"line": 3, "listed_number": "OIG-21-48"},
    ]
    assert read.findings == ()


def test_all_columns_of_the_format_are_read_in_any_order() -> None:
    names = [*reversed(LISTED_COLUMNS)]
    read = read_csv(",".join(names) + "\n" + ",".join(f"a {n}" for n in names) + "\n")
    assert rows(read) == [{"line": 2, **{column: f"a {name}" for name, column in LISTED_COLUMNS.items()}}]
    assert rows(read_ndjson(ndjson({n: f"a {n}" for n in names}))) == [
        {"line": 1, **{column: f"a {name}" for name, column in LISTED_COLUMNS.items()}}
    ]


def test_a_quoted_line_break_is_part_of_its_field_and_counts_as_a_line() -> None:
    read = read_csv(HEADER + 'OIG-1,"two\nlines",2021\nOIG-2,"a ""quoted"", word",2021\nOIG-3,"\n\n",2021\nOIG-4,T,\n')
    assert [(row["line"], row["listed_title"]) for row in rows(read)] == [
        (2, "two\nlines"),
        (4, 'a "quoted", word'),
        (5, "\n\n"),
        (8, "T"),
    ]


def test_blank_lines_are_no_rows_and_are_counted() -> None:
    assert [row["line"] for row in rows(read_csv(f"\n\n{HEADER}\nOIG-1,T,2021\n\n\nOIG-2,T,2021\n\n"))] == [5, 8]
    assert [row["line"] for row in rows(read_ndjson(f"\n{OBJECT}\n  \n{OBJECT}\n"))] == [2, 5]


def test_a_last_line_without_its_end_is_read() -> None:
    assert len(rows(read_csv(HEADER + "OIG-1,T,2021"))) == 1
    assert len(rows(read_ndjson(OBJECT + OBJECT.rstrip()))) == 2


def test_blanks_around_a_column_name_are_not_part_of_it() -> None:
    assert rows(read_csv(' report_number , "title" \nOIG-1,T\n'.replace('"', ""))) == [
        {"line": 2, "listed_number": "OIG-1", "listed_title": "T"}
    ]


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        ("title,fiscal_year", "report_number"),
        ("report_number,fiscal_year", "title"),
        ("agency,fiscal_year", "report_number and title"),
    ],
)
def test_a_required_column_that_is_missing_makes_the_text_unreadable(names: str, missing: str) -> None:
    keys = names.split(",")
    message = f"the column {missing} is missing; there are {', '.join(keys)}"
    assert fault(f"\n{names}\na,b\n", read_csv) == Finding("capture_unreadable", message, 2)
    assert fault("\n" + ndjson(dict.fromkeys(keys, "a")), read_ndjson) == Finding("capture_unreadable", message, 2)


def test_a_column_that_stands_twice_makes_the_text_unreadable() -> None:
    assert fault("report_number,title,agency,title\na,b,c,d\n", read_csv) == Finding(
        "capture_unreadable", "the column title stands twice", 1
    )


@pytest.mark.parametrize(
    "stray",
    ['OIG-2,"T"x,2021', 'OIG-2,"T,2021', 'OIG-2,"T","20"21'],
    ids=["text behind a quote", "no closing quote", "two quotes"],
)
def test_a_stray_quote_costs_its_line_alone(stray: str) -> None:
    read = read_csv(f"{HEADER}OIG-1,T,2021\n{stray}\nOIG-3,T,2021\nOIG-4,T,2021\n")
    assert [(row["line"], row["listed_number"]) for row in rows(read)] == [
        (2, "OIG-1"),
        (4, "OIG-3"),
        (5, "OIG-4"),
    ]
    assert findings(read) == [("text_unread", 3, stray)]


@pytest.mark.parametrize("name", ["report_number", "fiscal_year", "document_url", "issue_date"])
def test_a_line_break_where_no_prose_stands_is_a_missing_quote(name: str) -> None:
    names = ["report_number", "title", "fiscal_year", "agency", "document_url", "issue_date"]
    values = ",".join('"a\nb"' if n == name else "x" for n in names)
    read = read_csv(f"{','.join(names)}\n{values}\n{'y,' * 5}y\n")
    assert [row["line"] for row in rows(read)] == [4]
    ((rule, line, _),) = findings(read)
    assert (rule, line) == ("text_unread", 2)


def test_a_row_within_a_quoted_field_is_a_missing_quote() -> None:
    read = read_csv(HEADER + 'OIG-21-49,"T\nOIG-21-48,""U"",2021\nOIG-21-47,"V",2021\n')
    assert "OIG-21-48" not in [row.get("listed_title") for row in rows(read)]
    assert [f.rule for f in read.findings][:1] == ["text_unread"]


def test_a_text_full_of_stray_quotes_is_no_csv() -> None:
    finding = fault(HEADER + 'a,"b"c,d\n' * 1000, read_csv)
    assert finding.rule == "capture_unreadable"
    assert "stray quotes" in finding.message


def test_unknown_columns_are_reported_and_not_read() -> None:
    expected = [("column_unknown", 1, "colour"), ("column_unknown", 1, "Title")]
    read = read_csv("report_number,colour,title,Title\nOIG-1,blue,T,U\n")
    assert rows(read) == [{"line": 2, "listed_number": "OIG-1", "listed_title": "T"}]
    assert findings(read) == expected
    objects = [
        {"report_number": "OIG-1", "colour": "blue", "title": "T"},
        {"report_number": "OIG-2", "title": "T", "Title": "U"},
    ]
    assert findings(read_ndjson(ndjson(*objects))) == expected
    assert findings(read_ndjson(ndjson(*objects) + BROKEN))[:2] == expected


@pytest.mark.parametrize(("values", "fields"), [("OIG-2,T", 2), ("OIG-2,T,2021,CBP", 4), ("OIG-2", 1)])
def test_a_csv_line_with_other_fields_than_the_header_is_reported(values: str, fields: int) -> None:
    read = read_csv(HEADER + f'OIG-1,"a\nb",2021\n{values}\nOIG-3,T,2021\n')
    assert [row["line"] for row in rows(read)] == [2, 5]
    assert read.findings == (
        Finding("text_unread", f"the line has {fields} fields where the header names 3", 4, values),
    )


@pytest.mark.parametrize(
    "broken",
    [
        BROKEN.rstrip(),
        "OIG-21-50,T,2021",
        '{"report_number": "A", "title": "T"} and more',
        '{"report_number": "A", "title": "a\tb"}',
        "[1, 2]",
        '"OIG-21-50"',
        "null",
        '{"report_number": "A", "title": "T", "title": "U"}',
        '{"report_number": "A", "title": "\\ud800"}',
        '{"report_number": "A", "title": "T", "agency": ["CBP", "ICE"]}',
        '{"report_number": "A", "title": "T", "agency": {"code": "CBP"}}',
        '{"report_number": "A", "title": "T", "agency": []}',
        '{"report_number": "A", "title": true}',
        '{"report_number": "A", "title": ' + "[" * 100_000,
    ],
    ids=lambda broken: broken[:60],
)
def test_a_broken_line_costs_itself_alone(broken: str) -> None:
    for text, lines, at in ((f"{OBJECT}\n{broken}\n{OBJECT}", [1, 4], 3), (f"{broken}\n{OBJECT}", [2], 1)):
        read = read_ndjson(text)
        assert [row["line"] for row in rows(read)] == lines
        assert findings(read) == [("text_unread", at, broken)]
        assert read.findings[0].message.startswith("the line is no row: ")


def test_a_text_of_broken_lines_alone_does_not_blame_its_columns() -> None:
    result = rows_or_fault(BROKEN, read_ndjson)
    assert "is missing; there are" not in (result.message if isinstance(result, Finding) else "")


def test_a_name_that_some_objects_lack_is_a_missing_value() -> None:
    read = read_ndjson(ndjson({"report_number": "OIG-1"}, {"title": "T"}, {"title": None, "fiscal_year": 2021}))
    assert rows(read) == [
        {"line": 1, "listed_number": "OIG-1"},
        {"line": 2, "listed_title": "T"},
        {"line": 3, "listed_fiscal_year": "2021"},
    ]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("2021", "2021"),
        ("20187", "20187"),
        ("-5", "-5"),
        ("0", "0"),
        ("2021.5", "2021.5"),
        ("2021.0", "2021.0"),
        ("1e3", "1e3"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("null", None),
        ('""', ""),
        ('"\\u00e9\\n\\"\\ud83d\\ude00"', '\u00e9\n"\U0001f600'),
    ],
)
@pytest.mark.parametrize("more", ["", BROKEN], ids=["alone", "beside a broken line"])
def test_a_value_is_taken_as_it_is_written(written: str, text: str | None, more: str) -> None:
    read = read_ndjson(f'{{"report_number": "OIG-1", "title": "T", "agency": {written}}}\n{more}')
    assert read.frame["listed_agency"].to_list() == [text]


# Line ends inside values are \n by the time a reader sees them; half characters are no text.
texts = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r"), max_size=20)
phrases = st.sampled_from(("OIG-21-49", "CBP, ICE", 'a "quoted" word', "two\nlines", ">T (", " ", "\u00a0x", "\u2028"))
values = st.none() | texts | phrases
prose = ("title", "summary")
on_one_line = values.map(lambda v: v if v is None else v.replace("\n", " "))
csv_listings = st.lists(
    st.fixed_dictionaries({name: values if name in prose else on_one_line for name in LISTED_COLUMNS}), max_size=6
)
listings = st.lists(st.fixed_dictionaries(dict.fromkeys(LISTED_COLUMNS, values)), max_size=6)


@given(csv_listings, st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)))
def test_rows_written_as_csv_read_back_as_they_were(records: list[dict[str, str | None]], quoting: Any) -> None:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, [*LISTED_COLUMNS], lineterminator="\n", quoting=quoting)
    writer.writeheader()
    starts = []
    for row in records:
        starts.append(stream.getvalue().count("\n") + 1)
        writer.writerow(row)
    read = read_csv(stream.getvalue())
    starts = [start for start, row in zip(starts, records, strict=True) if says_something(row)]
    expected = [
        {LISTED_COLUMNS[k]: v or BLANK.get(LISTED_COLUMNS[k]) for k, v in row.items()}
        for row in records
        if says_something(row)
    ]
    assert read.frame["line"].to_list() == starts
    assert checked_rows(stream.getvalue(), read.frame.drop(MARKUP)) == [
        {"line": line, **row} for line, row in zip(starts, expected, strict=True)
    ]
    assert read.findings == ()


@given(listings.filter(bool), st.booleans())
def test_rows_written_as_ndjson_read_back_as_they_were(records: list[dict[str, str | None]], ascii_only: bool) -> None:
    read = read_ndjson("\n".join(json.dumps(row, ensure_ascii=ascii_only) for row in records))
    row_of_line = {line: row for line, row in enumerate(records, start=1) if says_something(row)}
    expected = [
        {LISTED_COLUMNS[k]: BLANK.get(LISTED_COLUMNS[k]) if v is None else v for k, v in row.items()}
        for row in row_of_line.values()
    ]
    assert read.frame.drop("line", ORDINAL, MARKUP, *LINE_COLUMNS.values()).to_dicts() == expected
    assert read.frame.select(LINE_COLUMNS.values()).null_count().row(0) == (read.frame.height,) * len(LINE_COLUMNS)
    assert read.frame["line"].to_list() == read.frame[ORDINAL].to_list() == list(row_of_line)
    assert read.findings == ()


def says_something(row: dict[str, str | None]) -> bool:
    """Return whether a row holds anything but blanks."""
    return any((value or "").strip(WHITESPACE) for value in row.values())


simple = st.none() | st.integers() | st.floats() | texts | phrases
objects = st.fixed_dictionaries(
    {"report_number": simple, "title": simple},
    optional={n: simple for n in LISTED_COLUMNS if n not in ("report_number", "title")},
)


@given(st.lists(objects, min_size=1, max_size=5).map(lambda rows: [{"report_number": 1, "title": 1}, *rows]))
def test_a_broken_line_changes_nothing_for_the_others(records: list[dict[str, Any]]) -> None:
    text = ndjson(*records)
    alone, with_broken_line = read_ndjson(text), read_ndjson(text + BROKEN)
    assert alone.frame.to_dicts() == with_broken_line.frame.to_dicts()
    assert alone.findings == ()
    assert findings(with_broken_line) == [("text_unread", len(records) + 1, BROKEN.rstrip("\n"))]


PIECES = (
    "report_number",
    "title",
    ",",
    '"',
    "\n",
    " ",
    "\x00",
    "{",
    "}",
    ":",
    '"title"',
    OBJECT,
    HEADER,
    "OIG-1,T,2021\n",
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text())
def test_any_text_is_rows_or_one_reason_why_not(text: str) -> None:
    for reader in (read_csv, read_ndjson):
        result = rows_or_fault(text, reader)
        if isinstance(result, Finding):
            assert result.rule == "capture_unreadable"
        else:
            assert all(1 <= line <= text.count("\n") + 1 for line in result.frame["line"])


_TEXTS = st.sampled_from(['"a"', '"a b"', '""', r'"q\"z"', r'"\u00e9"', r'"a\": b"', r'"c:\\"', '":"', '": "'])
_VALUES = _TEXTS | st.sampled_from(["1", "null", "true", '{"a":"b"}', '["x"]', r'"\ud800"', "NaN"])
_KEYS = st.sampled_from(['"report_number"', '"title"', '"Report Number"', '"summary"', '"x"', r'"a\"b"'])
_COLONS = st.sampled_from([":", ": ", " : "])
_FURTHER = st.builds("{}{}{}, ".format, _KEYS, _COLONS, _VALUES)
_NUMBER = st.builds('"report_number":{}'.format, _TEXTS)
_TITLE = st.builds('"title"{}{}'.format, st.just(":") | _COLONS, _TEXTS | _VALUES)
_OBJECTS = st.builds("{{{}{}, {}}}".format, st.just("") | _FURTHER, _NUMBER, _TITLE)


@given(st.lists(_OBJECTS, min_size=1, max_size=3), st.integers(1, 3))
@examples(1000)
def test_an_ndjson_file_reads_the_same_at_once_and_line_by_line(objects: list[str], times: int) -> None:
    text = "\n".join(objects * times) + "\n"
    at_once = ndjson_of(text)
    assume(len(at_once) == 3 and at_once[0])  # where no line is a row, the file is read line by line anyway
    assert at_once == ndjson_of(f"{text}[]\n")  # what is no object is met only line by line


def ndjson_of(text: str) -> tuple[object, ...]:
    """Return rows, findings without that of the line `[]`, and columns; or why the file cannot be read."""
    try:
        read = read_ndjson(text)
    except Unreadable as error:
        return (error.finding,)
    rows = read.frame.select("line", ORDINAL, *LISTED_COLUMNS.values()).rows()
    return rows, tuple(f for f in read.findings if f.value != "[]"), read.columns
