"""The job in vectorized pandas: columns as Arrow strings, whole columns at a time.

    python vectorised.py RAW OUT

RAW is an NDJSON file. Rules of the field are asked of `field.py`, by distinct value or of those rows alone that need
it. Rules on rows are NumPy masks.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import field
import numpy as np
import pandas as pd
import pyarrow
import pyarrow.compute as pc
import pyarrow.json
import rules
import tables
from field import EDGE_DAYS, LATEST, MAX_SEQUENCE, SITE
from rapidfuzz import fuzz
from rules import BITS, ERRORS, RULES, WHEN_ALL

FIELDS = ("report_number", "title", "summary", "issue_date", "document_url", "agency", "fiscal_year")
BLANKS = "\t\n\r\u00a0"
GAPS = "[\\s_\u2010-\u2015-]+"
PARTS = (
    r"^(?P<series>OIG|D[ADS]|GC-[A-Z]{2}|W)-(?P<first>[0-9]{2})-(?P<second>0[1-9]|[1-9][0-9]{1,5})"
    r"(?:-(?P<suffix>D|VR|SR|MA|IQO|UNSUM))?$"
)
PAGE = r"(?i)^https?://(?:www\.)?oig\.dhs\.gov(?:/reports(?:/[a-z-]+)?)?/?(?:[?#].*)?$"
KEY = ["report_number", "fiscal_year"]
ORDER = ["fiscal_year", "series", "sequence", "last", "suffix", "report_number"]
STRING = pd.ArrowDtype(pyarrow.string())
NAMES = pd.ArrowDtype(pyarrow.list_(pyarrow.string()))


def read(raw: Path) -> pd.DataFrame:
    """Return the rows of a file as they are listed."""
    schema = pyarrow.schema([(name, pyarrow.string()) for name in FIELDS])
    options = pyarrow.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
    rows = pyarrow.json.read_json(raw, pyarrow.json.ReadOptions(block_size=1 << 24), options)
    return rows.combine_chunks().to_pandas(types_mapper=pd.ArrowDtype).fillna("")


def arrow(column: pd.Series) -> pyarrow.Array:
    """Return the Arrow array behind a column."""
    array = pyarrow.array(column)
    return array.combine_chunks() if isinstance(array, pyarrow.ChunkedArray) else array


def series(array: pyarrow.Array, like: pd.Series) -> pd.Series:
    """Return an Arrow array as a column."""
    return pd.Series(pd.arrays.ArrowExtensionArray(array), index=like.index)


def folded(text: pd.Series) -> pd.Series:
    """Return texts with each run of blanks as one space; only those that have one are changed."""
    array = arrow(text)
    odd = pc.or_(pc.starts_with(array, " "), pc.ends_with(array, " "))
    for blank in ("  ", *BLANKS):
        odd = pc.or_(odd, pc.match_substring(array, blank))
    if not pc.any(odd).as_py():
        return text
    changed = array.filter(odd)
    for blank in BLANKS:
        changed = pc.replace_substring(changed, blank, " ")
    changed = pc.utf8_trim(pc.replace_substring_regex(changed, " {2,}", " "), " ")
    return series(pc.replace_with_mask(array, odd, changed), text)


def by_value(text: pd.Series, change) -> pd.Series:
    """Return changed texts; each distinct one is changed once."""
    encoded = arrow(text).dictionary_encode()
    return series(change(encoded.dictionary).take(encoded.indices), text)


def parsed_days(texts: pyarrow.Array) -> pyarrow.Array:
    """Return the days that texts name."""
    text = pd.Series(texts.to_pandas())
    days = pd.to_datetime(text, format="%m/%d/%Y", errors="coerce")
    days = days.fillna(pd.to_datetime(text.str[:10], format="%Y-%m-%d", errors="coerce"))
    days = days.fillna(pd.to_datetime(text, format="%m/%d/%y", errors="coerce"))
    return pyarrow.array(days.dt.date, pyarrow.date32(), from_pandas=True)


def numbers(stated: pd.Series, stated_year: pd.Series) -> pd.DataFrame:
    """Return the number and its reading, and which years it can mean."""
    spelled = pc.replace_substring_regex(pc.utf8_upper(arrow(stated)), GAPS, "-")
    parts = pc.extract_regex(spelled, PARTS)
    column = {name: series(pc.struct_field(parts, name), stated) for name in ("series", "first", "second", "suffix")}
    pair = {
        name: pc.fill_null(column_of(column[name]).cast(pyarrow.int64()), -1).to_numpy(zero_copy_only=False)
        for name in ("first", "second")
    }
    disaster = column["series"].isin(["DA", "DD", "DS"]).to_numpy(bool)
    has_parts = column["series"].notna().to_numpy(bool)
    suffix = column["suffix"].fillna("")
    readable = has_parts & ((suffix == "").to_numpy(bool) | (column["series"] == "OIG").fillna(False).to_numpy(bool))
    year_texts = arrow(stated_year)
    has_year = pc.match_substring_regex(year_texts, "^(?:19|20)[0-9]{2}$")
    year = pc.fill_null(pc.if_else(has_year, year_texts, None).cast(pyarrow.int64()), 0).to_numpy(zero_copy_only=False)
    means = [
        readable & (column["series"] != "W").fillna(False).to_numpy(bool) & (~disaster | (pair["first"] >= 7)),
        readable & disaster & column["second"].isin(["04", "05", "06"]).to_numpy(bool),
    ]
    fits = [m & ((year == 0) | (year == 2000 + pair[n])) for m, n in zip(means, pair, strict=True)]
    fiscal_year = np.select([fits[0] & ~fits[1], fits[1] & ~fits[0]], [2000 + pair["first"], 2000 + pair["second"]], 0)
    broken = (stated_year != "").to_numpy(bool) & (year == 0)
    fiscal_year = np.where(broken, 0, fiscal_year)
    return pd.DataFrame(
        {
            "report_number": series(pc.if_else(readable, spelled, None), stated),
            "fiscal_year": fiscal_year, "year_broken": broken,
            "series": column["series"], "sequence": np.where(fits[1], pair["first"], pair["second"]),
            "suffix": series(pc.if_else(pc.equal(arrow(suffix), ""), None, arrow(suffix)), stated),
            "first_year": np.where(means[0], 2000 + pair["first"], 0),
            "second_year": np.where(means[1], 2000 + pair["second"], 0),
        }
    )  # fmt: skip


def column_of(text: pd.Series) -> pyarrow.Array:
    """Return digits with nothing where there are none."""
    array = arrow(text)
    return pc.if_else(pc.equal(array, ""), None, array)


def normalized(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what the rows mean, and what rules judge."""
    frame = pd.DataFrame({"line": np.arange(1, len(rows) + 1)})
    texts = {name: folded(rows[name]) for name in FIELDS if name not in ("summary", "agency")}
    frame["stated_number"], frame["stated_year"] = texts["report_number"], texts["fiscal_year"]
    frame = frame.join(numbers(frame["stated_number"], frame["stated_year"]))
    frame["date"] = texts["issue_date"]
    frame["issue_date"] = by_value(frame["date"], parsed_days)
    frame["days_outside"] = days_outside(frame)
    link = texts["document_url"]
    full = pc.if_else(pc.starts_with(arrow(link), "/"), pc.binary_join_element_wise(SITE, arrow(link), ""), arrow(link))
    frame["document_url"] = series(pc.if_else(pc.equal(full, ""), None, full), link)
    summary = arrow(rows["summary"])
    frame["summary_missing"] = pc.invert(pc.match_substring_regex(summary, "[^ \t\n\r\u00a0]")).to_numpy(
        zero_copy_only=False
    )
    _titles(frame, texts["title"])
    _agencies(frame, rows["agency"], texts["title"])
    return frame


def days_outside(frame: pd.DataFrame) -> np.ndarray:
    """Return by how many days the date lies outside the fiscal year, 0 where either is missing."""
    days = pc.fill_null(arrow(frame["issue_date"]).cast(pyarrow.int32()), 0).to_numpy(zero_copy_only=False)
    year = frame["fiscal_year"].to_numpy()
    has_both = frame["issue_date"].notna().to_numpy(bool) & (year > 0) & (year <= LATEST)
    edge = np.array([np.datetime64(f"{y}-10-01").astype("datetime64[D]").astype(int) for y in range(1998, 2101)])
    place = np.clip(year - 1999, 0, 100)
    outside = np.maximum(np.maximum(edge[place] - days, days - edge[place + 1] + 1), 0)
    return np.where(has_both, outside, 0)


def _titles(frame: pd.DataFrame, stated: pd.Series) -> None:
    array = arrow(stated)
    signed = pc.match_substring_regex(array, field.SIGNS)
    marks = field.title_marks(array.filter(signed)).combine_chunks()

    def column(name: str, otherwise: pyarrow.Array) -> pyarrow.Array:
        values = marks[name].combine_chunks() if isinstance(marks[name], pyarrow.ChunkedArray) else marks[name]
        return pc.replace_with_mask(otherwise, signed, values.cast(otherwise.type))

    rows = len(array)
    title = column("title", array)
    frame["title"] = series(pc.if_else(pc.equal(title, ""), None, title), stated)
    frame["title_repaired"] = pc.fill_null(pc.not_equal(column("bare", array), array), False).to_numpy(
        zero_copy_only=False
    )
    for name in ("is_redacted", "is_revised"):
        frame[name] = column(name, tables.constant(False, rows)).to_numpy(zero_copy_only=False)
    frame["classification"] = series(column("classification", pyarrow.nulls(rows, pyarrow.string())), stated)
    kind = column("kind", tables.constant("report", rows))
    by_suffix = pc.fill_null(arrow(frame["suffix"].map(field.SUFFIX_KINDS).astype(STRING)), "report")
    frame["kind"] = series(pc.if_else(pc.equal(kind, "report"), by_suffix, kind), stated)


def _agencies(frame: pd.DataFrame, cells: pd.Series, title: pd.Series) -> None:
    distinct = arrow(cells).dictionary_encode()
    lists = field.stated_lists(distinct.dictionary)
    broken = np.array([codes is not None and None in codes for codes in lists.to_pylist()], bool)
    sorted_lists = pyarrow.array(
        [codes if codes is None else sorted(set(filter(None, codes))) for codes in lists.to_pylist()], lists.type
    )
    indices = distinct.indices.to_numpy()
    stated = sorted_lists.take(distinct.indices)
    frame["agency_broken"] = broken[indices]
    unnamed = pc.is_null(stated)
    inferred = field.inferred_lists(arrow(title).filter(unnamed))
    codes = pd.Series(stated.to_pandas())
    codes[unnamed.to_numpy(zero_copy_only=False)] = inferred.to_pandas().to_numpy()
    codes[frame["agency_broken"].to_numpy()] = [()] * int(frame["agency_broken"].sum())
    # Few sets of agencies occur: as texts they are compared and grouped fast.
    frame["agencies"] = codes.map(",".join).astype(STRING)
    source = np.where(
        unnamed.to_numpy(zero_copy_only=False), np.where(frame["agencies"] != "", "inferred", ""), "stated"
    )
    frame["agency_source"] = np.where(frame["agency_broken"], "", source)
    frame["agency"] = folded(cells)


def judged(frame: pd.DataFrame) -> np.ndarray:
    """Return the set of rules on rows that each row breaks."""
    year, number, outside = frame["fiscal_year"].to_numpy(), frame["report_number"], frame["days_outside"].to_numpy()
    has_number, has_date = number.notna().to_numpy(bool), frame["issue_date"].notna().to_numpy(bool)
    states_number = (frame["stated_number"] != "").to_numpy(bool)
    states_date, states_year = (frame["date"] != "").to_numpy(bool), (frame["stated_year"] != "").to_numpy(bool)
    source, year_broken = frame["agency_source"].to_numpy(), frame["year_broken"].to_numpy()
    broken = {
        "agency_inferred": source == "inferred",
        "agency_missing": (source == "") & ~frame["agency_broken"].to_numpy(),
        "agency_unknown": frame["agency_broken"].to_numpy(),
        "date_edge": (outside > 0) & (outside <= EDGE_DAYS),
        "date_missing": ~states_date,
        "date_outside": outside > EDGE_DAYS,
        "date_unreadable": states_date & ~has_date,
        "document_missing": frame["document_url"].isna().to_numpy(bool),
        "fiscal_year_future": year > LATEST,
        "fiscal_year_malformed": year_broken,
        "fiscal_year_mismatch": has_number & ~year_broken & (year == 0),
        "fiscal_year_missing": ~states_year & (year > 0),
        "number_malformed": states_number & ~has_number,
        "number_missing": ~states_number,
        "number_repaired": has_number & (frame["stated_number"] != number).fillna(False).to_numpy(bool),
        "sequence_large": (year > 0) & (frame["sequence"].to_numpy() > MAX_SEQUENCE),
        "summary_missing": frame["summary_missing"].to_numpy(),
        "title_empty": frame["title"].isna().to_numpy(bool),
        "title_repaired": frame["title_repaired"].to_numpy(),
    }
    mask = np.zeros(len(frame), np.int64)
    for code, flags in broken.items():
        mask[flags] |= BITS[code]
    return mask


def spelled(titles: pd.Series) -> pd.Series:
    """Return what spellings of one title share."""
    array = pc.utf8_lower(arrow(titles))
    odd = pc.match_substring_regex(array, "[^a-z0-9 ]|  ")
    bare = pc.replace_substring_regex(pc.utf8_normalize(array.filter(odd), "NFKD"), r"[\p{M}'\x{2019}\x{2018}`]", "")
    bare = pc.utf8_trim(pc.replace_substring_regex(bare, r"[^\p{L}\p{N}]+", " "), " ")
    return series(pc.replace_with_mask(array, odd, bare), titles)


def compared(frame: pd.DataFrame) -> None:
    """Judge accepted rows beside one another: titles in conflict, and what several reports share."""
    for name in ("rival_title", "other_number", "document_of"):
        frame[name] = pd.Series(None, index=frame.index, dtype=object)
    accepted = frame.loc[(frame["mask"] & ERRORS) == 0, [*KEY, "title", "document_url"]].copy()
    accepted["spelled"] = spelled(accepted["title"])
    distinct = accepted.drop_duplicates([*KEY, "spelled"])
    several = distinct[distinct.duplicated(KEY, keep=False)]
    rivals = []
    for _, rows in several.groupby(KEY):
        for row, other in itertools.permutations(rows.itertuples(), 2):
            if unrelated(row, other):
                rivals.append((row.report_number, row.fiscal_year, row.spelled, other.title))
    if rivals:
        rival = (
            pd.DataFrame(rivals, columns=[*KEY, "spelled", "rival_title"])
            .groupby([*KEY, "spelled"])
            .min()
            .reset_index()
        )
        of = accepted.loc[accepted["report_number"].isin(rival["report_number"]), [*KEY, "spelled"]].reset_index()
        of = of.astype({"report_number": object, "spelled": object}).merge(rival, on=[*KEY, "spelled"])
        frame.loc[of["index"], "rival_title"] = of["rival_title"].to_numpy()
    peaceful = accepted.loc[frame.loc[accepted.index, "rival_title"].isna()]
    frame.loc[frame["rival_title"].notna(), "mask"] |= BITS["conflict"]
    link = arrow(peaceful["document_url"])
    page = pc.fill_null(pc.match_substring_regex(link, PAGE), True)
    bare = pc.replace_substring_regex(pc.if_else(page, None, link), r"(?i)^https?://(?:www\.)?", "")
    peaceful = peaceful.assign(link=series(bare, peaceful["document_url"]))
    for by, name, code in (("spelled", "other_number", "title_shared"), ("link", "document_of", "document_shared")):
        shared_rows = peaceful[["fiscal_year", by, "report_number"]].dropna().drop_duplicates()
        shared_rows = shared_rows[shared_rows.duplicated(["fiscal_year", by], keep=False)]
        if shared_rows.empty:
            continue
        shared = shared_rows.groupby(["fiscal_year", by])["report_number"].agg(lambda numbers: sorted(numbers)[:2])
        rows = peaceful.reset_index().merge(shared.rename("numbers").reset_index(), on=["fiscal_year", by])
        others = [
            ns[1] if ns[0] == number else ns[0]
            for ns, number in zip(rows["numbers"], rows["report_number"], strict=True)
        ]
        frame.loc[rows["index"], name] = others
        frame.loc[rows["index"], "mask"] |= BITS[code]


def unrelated(first, second) -> bool:
    """Return whether two titles are those of two reports."""
    short, long = sorted((first.spelled, second.spelled), key=len)
    same_link = (
        pd.notna(first.document_url) and pd.notna(second.document_url) and first.document_url == second.document_url
    )
    opens = long.startswith(short) and len(short) >= 20
    return not same_link and not opens and fuzz.token_set_ratio(short, long) < 75


def rule_lists(masks: np.ndarray) -> pyarrow.Array:
    """Return sets of rules as lists of codes."""
    distinct, places = np.unique(masks, return_inverse=True)
    return pyarrow.array([rules.names(mask) for mask in distinct.tolist()], tables.NAMES).take(pyarrow.array(places))


def violations(frame: pd.DataFrame, rows: pd.DataFrame, ids: pyarrow.Array, name: str) -> dict[str, pyarrow.Array]:
    """Return the columns of the table."""
    mask, parts = frame["mask"].to_numpy(), []
    for code, (severity, column, template) in RULES.items():
        places = np.flatnonzero(mask & BITS[code])
        if not len(places):
            continue
        broken = frame.iloc[places]
        cells = arrow(rows[{"number": "report_number"}.get(column[7:], column[7:])]).take(pyarrow.array(places))
        parts.append(
            {
                "sighting_id": ids.take(pyarrow.array(places)), "capture_path": tables.constant(name, len(places)),
                "line": pyarrow.array(places + 1, pyarrow.int32()), "rule": tables.constant(code, len(places)),
                "severity": tables.constant(severity, len(places)),
                "column_name": tables.constant(column, len(places)), "value": cells,
                "message": messages(template, broken, cells), "acknowledged": tables.constant(False, len(places)),
            }
        )  # fmt: skip
    return {name: pyarrow.concat_arrays([part[name] for part in parts]) for name in parts[0]}


def messages(template: str, broken: pd.DataFrame, cells: pyarrow.Array) -> pyarrow.Array:
    """Return messages, put shared_rows column by column."""
    first, *rest = template.split("{")
    pieces: list[pyarrow.Array] = [tables.constant(first, len(broken))]
    for piece in rest:
        name, _, words = piece.partition("}")
        pieces += [word(name, broken, cells), tables.constant(words, len(broken))]
    return pc.binary_join_element_wise(*pieces, "")


def word(name: str, broken: pd.DataFrame, cells: pyarrow.Array) -> pyarrow.Array:
    """Return the words for which a name stands in messages."""
    if name == "listed_title":
        return cells
    if name == "agencies":
        return pc.replace_substring(arrow(broken["agencies"]), ",", ", ")
    if name == "years":
        pairs = zip(broken["first_year"], broken["second_year"], strict=True)
        return pyarrow.array([" or ".join(str(year) for year in pair if year) for pair in pairs])
    column = {"number": "report_number", "year": "fiscal_year", "day": "issue_date", "days": "days_outside"}.get(
        name, name
    )
    return pyarrow.array(broken[column]).cast(pyarrow.string())


def sightings(
    frame: pd.DataFrame, rows: pd.DataFrame, ids: pyarrow.Array, name: str, sha256: str
) -> dict[str, pyarrow.Array]:
    """Return the columns of the table."""
    count, mask, year = len(frame), frame["mask"].to_numpy(), frame["fiscal_year"].to_numpy()
    line = pyarrow.array(frame["line"].to_numpy(), pyarrow.int32())
    fields = ("report_number", "title", "summary", "issue_date", "document_url", "agency", "fiscal_year")
    return {
        "sighting_id": ids, "capture_sha256": tables.constant(sha256, count),
        "capture_path": tables.constant(name, count), "layout": tables.constant("exchange", count),
        "ordinal": line, "line": line,
        **{f"listed_{n}": arrow(rows[field]) for n, field in zip(tables.LISTED_FIELDS, fields, strict=True)},
        "report_number": arrow(frame["report_number"]),
        "fiscal_year": pyarrow.array(year, pyarrow.int32(), mask=year == 0),
        "outcome": pc.if_else(mask & ERRORS == 0, "published", "quarantined"), "rules": rule_lists(mask),
    }  # fmt: skip


def merged(accepted: pd.DataFrame, ids: pyarrow.Array) -> tuple[dict[str, pyarrow.Array], dict[str, pyarrow.Array]]:
    """Return the columns of reports and of their provenance.

    Each field of a report is that of one row: of the first, unless the report was seen more often.
    """
    accepted = accepted.reset_index(drop=True)
    number = accepted.groupby(KEY, sort=False).ngroup().to_numpy()
    first = np.flatnonzero(~accepted.duplicated(KEY).to_numpy())
    keys = accepted.loc[first, ["fiscal_year", "series", "sequence", "suffix", "report_number"]]
    keys["last"] = keys["suffix"].isna()
    order = keys.reset_index(drop=True).sort_values(ORDER).index.to_numpy()
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    accepted["report"] = report = rank[number]
    first = first[order]
    count = np.bincount(report)
    several = accepted[count[report] > 1].assign(row=lambda rows: rows.index)
    several["id"] = several["line"].astype(str)
    places = {name: _places(several, first, name) for name in tables.FIELDS}
    column = {name: arrow(accepted[name]) for name in (*tables.FIELDS, "report_number", "series", "suffix")}
    value = {name: column[name].take(pyarrow.array(places[name])) for name in tables.FIELDS}
    fiscal_year = pyarrow.array(accepted["fiscal_year"].to_numpy()[first], pyarrow.int32())
    key = {"report_number": column["report_number"].take(pyarrow.array(first)), "fiscal_year": fiscal_year}
    agencies, source = _strongest(accepted, several, first)
    by_report = np.argsort(report, kind="stable")
    starts = np.concatenate([[0], np.cumsum(count)[:-1]])
    mask = accepted["mask"].to_numpy()[by_report]
    flags = np.bitwise_or.reduceat(mask, starts) & ~WHEN_ALL | np.bitwise_and.reduceat(mask, starts) & WHEN_ALL
    reports = {
        **key, "series": column["series"].take(pyarrow.array(first)),
        "sequence": pyarrow.array(accepted["sequence"].to_numpy()[first], pyarrow.int32()),
        "suffix": column["suffix"].take(pyarrow.array(first)), **value, "document_urls": _links(accepted, len(first)),
        "agencies": agencies, "agency_source": source,
        "topics": pyarrow.array([[]], tables.NAMES).take(pyarrow.array(np.zeros(len(first), int))),
        "components": pyarrow.array([[]], tables.NAMES).take(pyarrow.array(np.zeros(len(first), int))),
        **{
            name: pyarrow.array(np.bitwise_or.reduceat(accepted[name].to_numpy(bool)[by_report], starts))
            for name in ("is_redacted", "is_revised")
        },
        **_answers(value["summary"]), "quality_flags": rule_lists(flags),
        "sighting_count": pyarrow.array(count, pyarrow.int32()),
    }  # fmt: skip
    provenance = {
        name: pc.if_else(pc.is_valid(value[name]), ids.take(pyarrow.array(places[name])), None)
        for name in tables.FIELDS
    }
    return reports, {**key, **provenance}


def _places(several: pd.DataFrame, first: np.ndarray, name: str) -> np.ndarray:
    """Return the row of each report from which a field is taken: of texts the longest, of others the smallest."""
    rows = several[["report", "row", "id", name]].dropna()
    by = [name, "id"]
    if name in ("title", "summary"):
        rows["rank"] = -rows[name].str.len()
        by.insert(0, "rank")
    if name == "kind":
        rows["rank"] = rows[name] == "report"
        by.insert(0, "rank")
    best = rows.sort_values(["report", *by]).drop_duplicates("report")
    places = first.copy()
    places[best["report"].to_numpy()] = best["row"].to_numpy()
    return places


def _strongest(accepted: pd.DataFrame, several: pd.DataFrame, first: np.ndarray) -> tuple[pyarrow.Array, pyarrow.Array]:
    """Return the agencies of each report from the strongest source, and that source."""
    rank = several["agency_source"].map({"stated": 0, "inferred": 1, "": 2})
    rows = several[["report", "row", "agencies"]][rank == rank.groupby(several["report"]).transform("min")]
    places = first.copy()
    places[rows["report"].to_numpy()] = rows["row"].to_numpy()
    texts = accepted["agencies"].iloc[places].to_numpy(object)
    distinct = rows.drop_duplicates(["report", "agencies"])
    differing = distinct[distinct.duplicated("report", keep=False)]
    for report, names in differing.groupby("report")["agencies"]:
        texts[report] = ",".join(sorted({name for text in names for name in text.split(",") if name}))
    encoded = pyarrow.array(texts, pyarrow.string()).dictionary_encode()
    lists = pyarrow.array([text.split(",") if text else [] for text in encoded.dictionary.to_pylist()], tables.NAMES)
    source = pyarrow.array(accepted["agency_source"].to_numpy()[places], pyarrow.string())
    return lists.take(encoded.indices), pc.if_else(pc.equal(source, ""), None, source)


def _links(accepted: pd.DataFrame, reports: int) -> pyarrow.Array:
    links = accepted[["report", "document_url"]].dropna().drop_duplicates().sort_values(["report", "document_url"])
    counts = np.bincount(links["report"].to_numpy(), minlength=reports)
    offsets = pyarrow.array(np.concatenate([[0], np.cumsum(counts)]), pyarrow.int32())
    return pyarrow.ListArray.from_arrays(offsets, arrow(links["document_url"]))


def _answers(summary: pyarrow.Array) -> dict[str, pyarrow.Array]:
    answers = field.summary_answers(summary)
    return {name: answers[name].combine_chunks() for name in answers.column_names}


def run(raw: Path, out: Path) -> None:
    """Write the four tables."""
    out.mkdir(parents=True, exist_ok=True)
    sha256, key = field.capture_key(raw)
    rows = read(raw)
    frame = normalized(rows)
    frame["mask"] = judged(frame)
    compared(frame)
    ids = pc.binary_join_element_wise(key, pyarrow.array(frame["line"].to_numpy()).cast(pyarrow.string()), "-")
    tables.write(sightings(frame, rows, ids, raw.name, sha256), "sightings", out)
    tables.write(violations(frame, rows, ids, raw.name), "violations", out)
    is_accepted = ((frame["mask"] & ERRORS) == 0).to_numpy()
    accepted = frame[is_accepted]
    summary = folded(rows["summary"][is_accepted])
    accepted = accepted.assign(summary=series(pc.if_else(pc.equal(arrow(summary), ""), None, arrow(summary)), summary))
    reports, provenance = merged(accepted, ids.filter(pyarrow.array(is_accepted)))
    tables.write(reports, "reports", out)
    tables.write(provenance, "provenance", out)


if __name__ == "__main__":
    run(*map(Path, sys.argv[1:]))
