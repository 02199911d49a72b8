r"""The same job in DuckDB SQL.

    python sql.py RAW OUT

RAW is an NDJSON file. SQL reads, judges, merges and writes; rules of the field are asked of `field.py`, by distinct
value or of those rows alone that need it, all at once: a function for each row would be slower. A plain
`CREATE TABLE AS` keeps the order of lines in DuckDB 2.0, so that `rowid` tells the line; `same.py` proves it at each
size. (`row_number()` over the reader tells it too, but reads on one core.)
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import field
import pyarrow as pa
import rules
import tables
from rules import BITS, ERRORS, RULES, WHEN_ALL

WHITESPACE = r"[ \t\n\r\x{a0}]{2,}|[\t\n\r\x{a0}]"
NUMBER = (
    r"^(?:OIG-\d\d-(?:0[1-9]|[1-9]\d{1,5})(?:-(?:D|VR|SR|MA|IQO|UNSUM))?"
    r"|(?:D[ADS]|GC-[A-Z]{2}|W)-\d\d-(?:0[1-9]|[1-9]\d{1,5}))$"
)
PARTS = r"^([A-Z]+(?:-[A-Z]{2})?)-(\d\d)-(\d+)(?:-([A-Z]+))?$"
PAGE = r"(?i)^https?://(?:www\.)?oig\.dhs\.gov(?:/reports(?:/[a-z-]+)?)?/?(?:[?#].*)?$"
FORMAT = "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3, ROW_GROUP_SIZE 65536)"
KIND = "CASE suffix {} ELSE 'report' END".format(
    " ".join(f"WHEN '{suffix}' THEN '{kind}'" for suffix, kind in field.SUFFIX_KINDS.items())
)
WORDS = {
    "agencies": "array_to_string(agencies, ', ')", "number": "report_number", "year": "fiscal_year",
    "day": "issue_date", "days": "days_outside",
}  # fmt: skip
"""The words of messages that are not columns."""

MACROS = rf"""
CREATE MACRO folded(t) AS trim(regexp_replace(t, '{WHITESPACE}', ' ', 'g'));
CREATE MACRO trimmed(t) AS CASE WHEN starts_with(t, ' ') OR ends_with(t, ' ') THEN trim(t) ELSE t END;
CREATE MACRO folded_prose(t) AS trimmed(CASE
    WHEN contains(t, chr(10)) OR contains(t, chr(9)) OR contains(t, chr(13)) THEN folded(t)
    WHEN contains(t, chr(160)) OR contains(t, '  ') THEN regexp_replace(replace(t, chr(160), ' '), '  +', ' ', 'g')
    ELSE t END);
CREATE MACRO spelled_title(t) AS CASE WHEN regexp_matches(t, '[^A-Za-z0-9 ]|  ')
    THEN trim(regexp_replace(lower(regexp_replace(strip_accents(t), '[''\x{{2019}}\x{{2018}}`]', '', 'g')),
        '[^ \p{{L}}\p{{N}}][^\p{{L}}\p{{N}}]*| [^\p{{L}}\p{{N}}]+', ' ', 'g'))
    ELSE lower(t) END;
CREATE MACRO days_out(d, y) AS
    greatest(date_diff('day', d, make_date(y - 1, 10, 1)), date_diff('day', make_date(y, 9, 30), d), 0);
"""

READ = """
CREATE TEMP TABLE read AS
FROM read_json($raw, format = 'newline_delimited', columns = {
    report_number: 'VARCHAR', title: 'VARCHAR', summary: 'VARCHAR', issue_date: 'VARCHAR', document_url: 'VARCHAR',
    agency: 'VARCHAR', fiscal_year: 'VARCHAR'});

CREATE TEMP TABLE said AS
SELECT rowid + 1 AS line, folded(report_number) AS stated_number, folded(title) AS stated_title,
    folded(issue_date) AS date, folded(document_url) AS link, agency AS cell, folded(fiscal_year) AS stated_year,
    report_number AS listed_number, title AS listed_title, issue_date AS listed_issue_date,
    document_url AS listed_document_url, agency AS listed_agency, fiscal_year AS listed_fiscal_year,
    summary = '' OR NOT regexp_matches(summary, '[^ \\t\\n\\r\\x{a0}]') AS summary_missing
FROM read;
"""

JUDGE = rf"""
CREATE TEMP TABLE judged AS
WITH spelled AS (
    SELECT *, regexp_replace(upper(stated_number), '[\s_\-\x{{2010}}-\x{{2015}}]+', '-', 'g') AS number,
        CASE WHEN regexp_full_match(stated_year, '(19|20)[0-9]{{2}}') THEN stated_year::INT END AS year,
        CASE WHEN date <> '' THEN coalesce(try_strptime(date, '%m/%d/%Y'), try_strptime(date[:10], '%Y-%m-%d'),
            try_strptime(date, '%m/%d/%y'))::DATE END AS issue_date
    FROM said
), parted AS (
    SELECT *, regexp_matches(number, '{NUMBER}') AS readable,
        regexp_extract(number, '{PARTS}', ['series', 'first', 'second', 'suffix']) AS parts
    FROM spelled
), dated AS (
    SELECT *, parts.series AS series, parts.suffix AS suffix,
        TRY_CAST(parts.first AS INT) AS first, TRY_CAST(parts.second AS INT) AS second,
        parts.series <> 'W' AND (parts.series NOT IN ('DA', 'DD', 'DS') OR first >= 7) AS means_first,
        parts.series IN ('DA', 'DD', 'DS') AND parts.second IN ('04', '05', '06') AS means_second,
        means_first AND (year IS NULL OR year = 2000 + first) AS fits_first,
        means_second AND (year IS NULL OR year = 2000 + second) AS fits_second
    FROM parted
), decided AS (
    SELECT *, stated_year <> '' AND year IS NULL AS year_broken,
        CASE WHEN NOT readable OR year_broken THEN NULL
             WHEN fits_first AND NOT fits_second THEN 2000 + first
             WHEN fits_second AND NOT fits_first THEN 2000 + second END AS fiscal_year,
        CASE WHEN fits_second THEN first ELSE second END AS sequence,
        CASE WHEN fiscal_year <= {field.LATEST} THEN days_out(issue_date, fiscal_year) END AS days_outside
    FROM dated
), known AS (
    SELECT decided.* EXCLUDE (suffix, sequence), nullif(decided.suffix, '') AS suffix,
        CASE WHEN fiscal_year IS NOT NULL THEN sequence END AS sequence,
        stated.codes AS named, len(named) > len(list_filter(named, lambda c: c IS NOT NULL)) AS agency_broken,
        CASE WHEN agency_broken THEN [] WHEN named IS NOT NULL THEN list_sort(list_distinct(named))
             ELSE coalesce(inferred.codes, []) END AS agencies,
        CASE WHEN agency_broken THEN NULL WHEN named IS NOT NULL THEN 'stated'
             WHEN len(inferred.codes) > 0 THEN 'inferred' END AS agency_source,
        CASE WHEN marks.line IS NULL THEN nullif(stated_title, '') ELSE marks.title END AS title,
        marks.line IS NOT NULL AND marks.bare <> stated_title AS title_repaired,
        coalesce(marks.is_redacted, false) AS is_redacted, coalesce(marks.is_revised, false) AS is_revised,
        marks.classification, coalesce(nullif(marks.kind, 'report'), {KIND}) AS kind
    FROM decided LEFT JOIN stated ON decided.cell = stated.cell
    LEFT JOIN inferred ON decided.line = inferred.line LEFT JOIN marks ON decided.line = marks.line
)
SELECT line, CASE WHEN readable THEN number END AS report_number, fiscal_year,
    CASE WHEN readable THEN series END AS series, sequence, suffix, title, issue_date, days_outside, agencies,
    agency_source, kind, is_redacted, is_revised, classification,
    CASE WHEN link LIKE '/%' THEN '{field.SITE}' || link ELSE nullif(link, '') END AS document_url,
    stated_number, stated_year, date, folded(cell) AS agency,
    concat_ws(' or ', CASE WHEN means_first THEN 2000 + first END, CASE WHEN means_second THEN 2000 + second END)
        AS years,
    listed_number, listed_title, listed_issue_date, listed_document_url, listed_agency, listed_fiscal_year,
    {{mask}} AS mask
FROM known ORDER BY line;
"""
HOLDS = {
    "agency_inferred": "agency_source = 'inferred'",
    "agency_missing": "agency_source IS NULL AND NOT coalesce(agency_broken, false)",
    "agency_unknown": "agency_broken",
    "date_edge": f"days_outside BETWEEN 1 AND {field.EDGE_DAYS}",
    "date_missing": "date = ''",
    "date_outside": f"days_outside > {field.EDGE_DAYS}",
    "date_unreadable": "date <> '' AND issue_date IS NULL",
    "document_missing": "link = ''",
    "fiscal_year_future": f"fiscal_year > {field.LATEST}",
    "fiscal_year_malformed": "year_broken",
    "fiscal_year_mismatch": "readable AND NOT year_broken AND fiscal_year IS NULL",
    "fiscal_year_missing": "stated_year = '' AND fiscal_year IS NOT NULL",
    "number_malformed": "stated_number <> '' AND NOT readable",
    "number_missing": "stated_number = ''",
    "number_repaired": "readable AND stated_number <> number",
    "sequence_large": f"sequence > {field.MAX_SEQUENCE}",
    "summary_missing": "summary_missing",
    "title_empty": "title IS NULL",
    "title_repaired": "title_repaired",
}
"""When a row breaks a rule."""

COMPARE = rf"""
CREATE TEMP TABLE keyed AS
SELECT line, report_number, fiscal_year, title, spelled_title(title) AS spelled,
    CASE WHEN NOT regexp_matches(document_url, '{PAGE}')
        THEN regexp_replace(document_url, '(?i)^https?://(?:www\.)?', '') END AS link
FROM judged WHERE mask & {ERRORS} = 0;

CREATE TEMP TABLE conflicts AS
WITH several AS (
    SELECT report_number, fiscal_year, spelled, min(title) AS title, list(DISTINCT link) AS links,
        list_distinct(string_split(spelled, ' ')) AS words
    FROM keyed SEMI JOIN (
        SELECT report_number, fiscal_year FROM keyed GROUP BY ALL HAVING min(spelled) <> max(spelled)
    ) USING (report_number, fiscal_year)
    GROUP BY report_number, fiscal_year, spelled
)
SELECT one.report_number, one.fiscal_year, one.spelled, min(other.title) AS rival_title
FROM several one JOIN several other USING (report_number, fiscal_year)
WHERE one.spelled <> other.spelled AND NOT list_has_any(one.links, other.links)
    AND NOT (starts_with(other.spelled, one.spelled) AND len(one.spelled) >= 20)
    AND NOT (starts_with(one.spelled, other.spelled) AND len(other.spelled) >= 20)
    AND len(list_intersect(one.words, other.words)) < 0.75 * least(len(one.words), len(other.words))
GROUP BY ALL;

CREATE TEMP TABLE together AS
WITH peaceful AS (FROM keyed ANTI JOIN conflicts USING (report_number, fiscal_year, spelled)),
titled AS (
    SELECT fiscal_year, spelled, list_sort(list(DISTINCT report_number)) AS numbers FROM peaceful
    GROUP BY ALL HAVING min(report_number) <> max(report_number)
), linked AS (
    SELECT fiscal_year, link, list_sort(list(DISTINCT report_number)) AS numbers FROM peaceful
    WHERE link IS NOT NULL GROUP BY ALL HAVING min(report_number) <> max(report_number)
)
SELECT line, NULL AS rival_title, numbers[CASE WHEN numbers[1] = report_number THEN 2 ELSE 1 END] AS other_number,
    NULL AS document_of
FROM peaceful JOIN titled USING (fiscal_year, spelled)
UNION ALL
SELECT line, NULL, NULL, numbers[CASE WHEN numbers[1] = report_number THEN 2 ELSE 1 END]
FROM peaceful JOIN linked USING (fiscal_year, link)
UNION ALL
SELECT line, rival_title, NULL, NULL FROM keyed JOIN conflicts USING (report_number, fiscal_year, spelled);

CREATE TEMP TABLE beside AS
SELECT line, max(rival_title) AS rival_title, max(other_number) AS other_number, max(document_of) AS document_of,
    (max(rival_title) IS NOT NULL)::BIGINT * {BITS["conflict"]}
    + (max(other_number) IS NOT NULL)::BIGINT * {BITS["title_shared"]}
    + (max(document_of) IS NOT NULL)::BIGINT * {BITS["document_shared"]} AS mask
FROM together GROUP BY line;
UPDATE judged SET mask = judged.mask + beside.mask FROM beside WHERE beside.line = judged.line;
"""

SIGHTINGS = f"""
COPY (
    SELECT '{tables.OFFICE}' AS office, $key || '-' || line AS sighting_id, $sha256 AS capture_sha256,
        $name AS capture_path, NULL::VARCHAR AS capture_url,
        NULL::TIMESTAMP AS retrieved_at, 'exchange' AS layout, NULL::VARCHAR AS source, line::INT AS ordinal,
        line::INT AS line, read.report_number AS listed_number, read.title AS listed_title,
        read.summary AS listed_summary, read.issue_date AS listed_issue_date, read.document_url AS listed_document_url,
        read.agency AS listed_agency, read.fiscal_year AS listed_fiscal_year, NULL::VARCHAR AS topic,
        NULL::VARCHAR AS listed_office,
        {", ".join(f"NULL::VARCHAR AS listed_{name}" for name in tables.LISTED_ELSEWHERE)},
        {", ".join(f"NULL::INT AS listed_{name}_line" for name in tables.LISTED_FIELDS)}, NULL::INT AS topic_line,
        NULL::INT AS listed_office_line,
        {", ".join(f"NULL::INT AS listed_{name}_line" for name in tables.LISTED_ELSEWHERE)},
        judged.report_number, judged.fiscal_year,
        CASE WHEN judged.mask & {ERRORS} = 0 THEN 'published' ELSE 'quarantined' END AS outcome, masks.names AS rules
    FROM read POSITIONAL JOIN judged JOIN masks USING (mask)
) TO '{{out}}/sightings.parquet' {FORMAT};
"""

MERGE = rf"""
CREATE TEMP TABLE merged AS
WITH keys AS (
    SELECT report_number, fiscal_year, count(*) AS seen FROM judged WHERE mask & {ERRORS} = 0 GROUP BY ALL
), accepted AS (
    SELECT * EXCLUDE (listed_summary), nullif(folded_prose(listed_summary), '') AS summary
    FROM (SELECT judged.*, read.summary AS listed_summary FROM read POSITIONAL JOIN judged)
    JOIN keys USING (report_number, fiscal_year)
    WHERE mask & {ERRORS} = 0
), grouped AS (
    SELECT report_number, fiscal_year, any_value(series) AS series, any_value(sequence) AS sequence,
        any_value(suffix) AS suffix,
        min({{'l': -len(title), 'v': title, 'id': line::VARCHAR}}) AS title,
        min({{'l': -len(summary), 'v': summary, 'id': line::VARCHAR}}) FILTER (summary IS NOT NULL) AS summary,
        min({{'v': issue_date, 'id': line::VARCHAR}}) FILTER (issue_date IS NOT NULL) AS issue_date,
        min({{'v': document_url, 'id': line::VARCHAR}}) FILTER (document_url IS NOT NULL) AS document_url,
        min({{'l': kind = 'report', 'v': kind, 'id': line::VARCHAR}}) AS kind,
        min({{'v': classification, 'id': line::VARCHAR}}) FILTER (classification IS NOT NULL) AS classification,
        coalesce(list_sort(list(DISTINCT document_url) FILTER (document_url IS NOT NULL)), []) AS document_urls,
        max(agency_source) AS agency_source,  -- by the alphabet, inferred comes before stated
        flatten(list(agencies) FILTER (agency_source = 'stated')) AS stated,
        flatten(list(agencies) FILTER (agency_source = 'inferred')) AS inferred,
        bool_or(is_redacted) AS is_redacted, bool_or(is_revised) AS is_revised,
        (bit_or(mask) & ~{WHEN_ALL}::BIGINT) | (bit_and(mask) & {WHEN_ALL}) AS mask, count(*)::INT AS sighting_count
    FROM accepted WHERE seen > 1 GROUP BY report_number, fiscal_year
)
SELECT report_number, fiscal_year, series, sequence, suffix, title, line::VARCHAR AS of_title,
    summary, CASE WHEN summary IS NOT NULL THEN line::VARCHAR END AS of_summary,
    issue_date, CASE WHEN issue_date IS NOT NULL THEN line::VARCHAR END AS of_issue_date,
    document_url, CASE WHEN document_url IS NOT NULL THEN line::VARCHAR END AS of_document_url,
    kind, line::VARCHAR AS of_kind,
    classification, CASE WHEN classification IS NOT NULL THEN line::VARCHAR END AS of_classification,
    CASE WHEN document_url IS NULL THEN [] ELSE [document_url] END AS document_urls, agencies, agency_source,
    is_redacted, is_revised, mask, 1 AS sighting_count
FROM accepted WHERE seen = 1
UNION ALL
SELECT report_number, fiscal_year, series, sequence, suffix, title.v, title.id, summary.v, summary.id,
    issue_date.v, issue_date.id, document_url.v, document_url.id, kind.v, kind.id, classification.v, classification.id,
    document_urls, list_sort(list_distinct(CASE agency_source WHEN 'stated' THEN stated WHEN 'inferred' THEN inferred
        ELSE [] END)), agency_source, is_redacted, is_revised, mask, sighting_count
FROM grouped;
"""
ORDER = "fiscal_year, series, sequence, suffix NULLS LAST, report_number"

REPORTS = f"""
COPY (
    SELECT '{tables.OFFICE}' AS office, report_number, fiscal_year::INT AS fiscal_year, series,
        sequence::INT AS sequence, suffix, title, summary,
        issue_date, document_url, document_urls, agencies, agency_source, []::VARCHAR[] AS topics, kind, is_redacted,
        is_revised, classification, NULL::VARCHAR AS report_type, []::VARCHAR[] AS components,
        questioned_costs, funds_for_better_use, unsupported_costs, recommendations, recommendations_concurred,
        recommendations_not_concurred, concurrence, agreement, NULL::INT AS recommendations_open,
        NULL::TIMESTAMP AS recommendations_as_of, recommendations_text, masks.names AS quality_flags,
        sighting_count, NULL::TIMESTAMP AS first_seen, NULL::TIMESTAMP AS last_seen
    FROM merged JOIN masks USING (mask) JOIN answers ON merged.rowid = answers.row
    ORDER BY {ORDER}
) TO '{{out}}/reports.parquet' {FORMAT};
COPY (
    SELECT '{tables.OFFICE}' AS office, report_number, fiscal_year::INT AS fiscal_year,
        {", ".join(f"$key || '-' || of_{name} AS {name}" for name in tables.FIELDS)},
        {", ".join(f"NULL::VARCHAR AS {name}" for name in tables.STATED_ELSEWHERE)}
    FROM merged ORDER BY {ORDER}
) TO '{{out}}/provenance.parquet' {FORMAT};
"""


def message(template: str) -> str:
    """Return the SQL of a message."""
    pieces = [piece.partition("}") for piece in template.replace("'", "''").split("{")]
    words = [f" || coalesce(({WORDS.get(name, name)})::VARCHAR, '(none)') || '{rest}'" for name, _, rest in pieces[1:]]
    return f"'{pieces[0][0]}'" + "".join(words)


def violations() -> str:
    """Return the SQL that writes the violations, rule by rule: each looks at the columns alone that it needs."""
    selects = []
    for code, (severity, column, template) in RULES.items():
        frame = "judged"
        if code in ("conflict", "title_shared", "document_shared"):
            frame = "judged JOIN beside USING (line)"
        elif column == "listed_summary":
            frame = "(SELECT judged.*, read.summary AS listed_summary FROM read POSITIONAL JOIN judged) AS judged"
        selects.append(
            f"SELECT '{tables.OFFICE}' AS office, $key || '-' || line AS sighting_id, $name AS capture_path, "
            f"line::INT AS line, '{code}' AS rule, "
            f"'{severity}' AS severity, '{column}' AS column_name, {column} AS value, {message(template)} AS message, "
            f"false AS acknowledged FROM {frame} WHERE judged.mask & {BITS[code]} <> 0"
        )
    return f"COPY ({' UNION ALL '.join(selects)}) TO '{{out}}/violations.parquet' {FORMAT};"


def run(raw: Path, out: Path) -> None:
    """Write the four tables."""
    out.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection, ThreadPoolExecutor(1) as pool:
        capture = pool.submit(field.capture_key, raw)
        parameters = {"raw": str(raw), "name": raw.name}

        def execute(sql: str) -> None:
            for statement in connection.extract_statements(sql.replace("{out}", str(out))):
                connection.execute(statement, {name: parameters[name] for name in statement.named_parameters})

        def ask(sql: str) -> pa.Table:
            return connection.sql(sql).to_arrow_table()

        execute(MACROS + READ)
        cells = ask("SELECT DISTINCT cell FROM said")
        connection.register("stated", cells.append_column("codes", field.stated_lists(cells["cell"])))
        unnamed = ask("SELECT line, stated_title FROM said JOIN stated USING (cell) WHERE codes IS NULL")
        connection.register(
            "inferred", pa.table([unnamed["line"], field.inferred_lists(unnamed["stated_title"])], ["line", "codes"])
        )
        signed = ask(f"SELECT line, stated_title FROM said WHERE regexp_matches(stated_title, '{field.SIGNS}')")
        connection.register("marks", field.title_marks(signed["stated_title"]).append_column("line", signed["line"]))
        execute(
            JUDGE.replace(
                "{mask}",
                " + ".join(f"coalesce({holds}, false)::BIGINT * {BITS[code]}" for code, holds in HOLDS.items()),
            )
        )
        execute(COMPARE)
        execute(MERGE)
        sets = ask("SELECT mask FROM judged UNION SELECT mask FROM merged")["mask"]
        names = pa.array([rules.names(mask) for mask in sets.to_pylist()], pa.list_(pa.string()))
        connection.register("masks", pa.table([sets, names], ["mask", "names"]))
        parameters["sha256"], parameters["key"] = capture.result()
        execute(violations() + SIGHTINGS)
        summaries = ask("SELECT rowid AS row, summary FROM merged")
        answers = field.summary_answers(summaries["summary"])
        connection.register("answers", answers.append_column("row", summaries["row"]))
        execute(REPORTS)


if __name__ == "__main__":
    run(*map(Path, sys.argv[1:]))
