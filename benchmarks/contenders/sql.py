r"""The same job in DuckDB SQL alone.

    python sql.py RAW OUT

RAW is an NDJSON file. The rules, and what is left out, are those of `usual.py`; titles are compared by the words they
share. A plain `CREATE TABLE AS` keeps the order of lines in DuckDB 2.0, so that `rowid` tells the line; `same.py`
proves it at each size. (`row_number()` over the reader tells it too, but reads on one core.)
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

WHITESPACE = r"[ \t\n\r\x{a0}]{2,}|[\t\n\r\x{a0}]"
AGENCIES = [
    "CBP", "FEMA", "ICE", "MGMT", "TSA", "USCIS", "USCG", "USSS", "Others", "CISA", "NPPD", "DHS", "S&T", "I&A", "FPS",
    "FLETC", "CWMD", "DNDO", "OHA", "OIG", "PRIV",
]  # fmt: skip
NUMBER = (
    r"^(?:OIG-\d\d-(?:0[1-9]|[1-9]\d{1,5})(?:-(?:D|VR|SR|MA|IQO|UNSUM))?"
    r"|(?:D[ADS]|GC-[A-Z]{2}|W)-\d\d-(?:0[1-9]|[1-9]\d{1,5}))$"
)
PARTS = r"^([A-Z]+(?:-[A-Z]{2})?)-(\d\d)-(\d+)(?:-([A-Z]+))?$"
LEAD = (
    r"(?i)^(?:\(U\) ?|(?:revised report|capping report|special report|verification review"
    r"|management (?:alert|advisory)|cancellation of (?:OIG )?audit) ?[-:\x{2013}] ?)+"
)
MARK = (
    r"(?i) ?(?:[-:\x{2013}] ?)?\( ?(?:redacted|revised|unclassified summary|ssi|sensitive security information|les"
    r"|law enforcement sensitive) ?\)"
)
FORMAT = "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3, ROW_GROUP_SIZE 16384)"

SQL = f"""
CREATE MACRO folded(t) AS trim(regexp_replace(t, '{WHITESPACE}', ' ', 'g'));
CREATE MACRO days_out(d, y) AS
    greatest(date_diff('day', d, make_date(y - 1, 10, 1)), date_diff('day', make_date(y, 9, 30), d), 0);

CREATE TEMP TABLE read AS
FROM read_json($raw, format = 'newline_delimited', columns = {{
    report_number: 'VARCHAR', title: 'VARCHAR', summary: 'VARCHAR', issue_date: 'VARCHAR', document_url: 'VARCHAR',
    agency: 'VARCHAR', fiscal_year: 'VARCHAR'}});

CREATE TEMP TABLE judged AS
WITH said AS (
    SELECT rowid + 1 AS line, folded(report_number) AS stated_number, folded(title) AS title,
        folded(summary) AS summary, folded(issue_date) AS said_date, folded(document_url) AS link, agency,
        folded(fiscal_year) AS stated_year
    FROM read
), spelled AS (
    SELECT *, regexp_replace(upper(stated_number), '[\\s_\\-\\x{{2010}}-\\x{{2015}}]+', '-', 'g') AS number,
        CASE WHEN regexp_full_match(stated_year, '(19|20)[0-9]{{2}}') THEN stated_year::INT END AS year,
        coalesce(try_strptime(said_date, '%m/%d/%Y'), try_strptime(said_date[:10], '%Y-%m-%d'),
                 try_strptime(said_date, '%m/%d/%y'))::DATE AS issue_date,
        list_sort(list_distinct(list_filter(list_transform(
            regexp_split_to_array(coalesce(agency, ''), '[,;|/]'), lambda a: folded(a)), lambda a: a <> '')))
            AS agencies
    FROM said
), parted AS (
    SELECT *, regexp_matches(number, '{NUMBER}') AS readable,
        regexp_extract(number, '{PARTS}', ['series', 'first', 'second', 'suffix']) AS parts
    FROM spelled
), dated AS (
    SELECT *, parts.series AS series, parts.suffix AS suffix,
        TRY_CAST(parts.first AS INT) AS first, TRY_CAST(parts.second AS INT) AS second,
        (parts.series NOT IN ('W', 'DA', 'DD', 'DS') OR parts.series <> 'W' AND first >= 7)
            AND (year IS NULL OR year = 2000 + first) AS fits_first,
        parts.series IN ('DA', 'DD', 'DS') AND parts.second IN ('04', '05', '06')
            AND (year IS NULL OR year = 2000 + second) AS fits_second
    FROM parted
), decided AS (
    SELECT *, CASE WHEN NOT readable OR stated_year <> '' AND year IS NULL THEN NULL
                   WHEN fits_first AND NOT fits_second THEN 2000 + first
                   WHEN fits_second AND NOT fits_first THEN 2000 + second END AS fiscal_year,
        CASE WHEN fits_second THEN first ELSE second END AS sequence,
        trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
            title, '^[> ]+', ''), '[ (*,]+$', ''), '{LEAD}', ''), '{MARK}', '', 'g'), ' (*,') AS clean
    FROM dated
)
SELECT line, number AS report_number, fiscal_year, series, sequence, suffix, clean AS title,
    nullif(summary, '') AS summary, issue_date,
    CASE WHEN link LIKE '/%' THEN 'https://www.oig.dhs.gov' || link ELSE nullif(link, '') END AS document_url,
    agencies,
    list_sort(list_filter([
        CASE WHEN stated_number = '' THEN 'number_missing' END,
        CASE WHEN stated_number <> '' AND NOT readable THEN 'number_malformed' END,
        CASE WHEN stated_year <> '' AND year IS NULL THEN 'fiscal_year_malformed' END,
        CASE WHEN readable AND (stated_year = '' OR year IS NOT NULL) AND fiscal_year IS NULL
            THEN 'fiscal_year_mismatch' END,
        CASE WHEN fiscal_year > 2027 THEN 'fiscal_year_future' END,
        CASE WHEN NOT list_has_all($agencies, agencies) THEN 'agency_unknown' END,
        CASE WHEN clean = '' THEN 'title_empty' END,
        CASE WHEN said_date <> '' AND issue_date IS NULL THEN 'date_unreadable' END,
        CASE WHEN fiscal_year <= 2027 AND days_out(issue_date, fiscal_year) > 45 THEN 'date_outside' END
    ], lambda rule: rule IS NOT NULL)) AS rules
FROM decided;
DROP TABLE read;

CREATE TEMP TABLE conflicts AS
WITH keyed AS (
    SELECT report_number, fiscal_year, document_url,
        trim(regexp_replace(lower(strip_accents(title)), '[^\\p{{L}}\\p{{N}}]+', ' ', 'g')) AS spelled
    FROM judged WHERE len(rules) = 0
), several AS (
    SELECT report_number, fiscal_year, spelled, list(DISTINCT document_url) AS links,
        list_distinct(string_split(spelled, ' ')) AS words
    FROM keyed SEMI JOIN (
        FROM keyed SELECT report_number, fiscal_year GROUP BY ALL HAVING count(DISTINCT spelled) > 1
    ) USING (report_number, fiscal_year)
    GROUP BY report_number, fiscal_year, spelled
)
SELECT DISTINCT one.report_number, one.fiscal_year
FROM several one JOIN several other USING (report_number, fiscal_year)
WHERE one.spelled < other.spelled AND NOT list_has_any(one.links, other.links)
    AND NOT (starts_with(other.spelled, one.spelled) AND len(one.spelled) >= 20)
    AND len(list_intersect(one.words, other.words)) < 0.75 * least(len(one.words), len(other.words));

CREATE TEMP VIEW outcome AS
SELECT judged.* EXCLUDE (rules), CASE WHEN conflicts.report_number IS NOT NULL AND len(rules) = 0 THEN ['conflict']
    ELSE rules END AS rules
FROM judged LEFT JOIN conflicts USING (report_number, fiscal_year);

COPY (
    SELECT $name AS capture, line, array_to_string(rules, ', ') AS rules FROM outcome WHERE len(rules) > 0 ORDER BY line
) TO '{{out}}/quarantine.parquet' {FORMAT};

CREATE TEMP TABLE repeated AS
FROM outcome SELECT report_number, fiscal_year WHERE len(rules) = 0 GROUP BY ALL HAVING count(*) > 1;

COPY (
    SELECT report_number, fiscal_year, title, summary, issue_date, document_url,
        array_to_string(agencies, ', ') AS agencies, sighting_count
    FROM (
        SELECT report_number, fiscal_year, series, sequence, suffix, title, summary, issue_date, document_url, agencies,
            1 AS sighting_count
        FROM outcome ANTI JOIN repeated USING (report_number, fiscal_year) WHERE len(rules) = 0
        UNION ALL
        SELECT report_number, fiscal_year, series, sequence, suffix, arg_min(title, (-len(title), title)),
            arg_min(summary, (-len(summary), summary)), min(issue_date), min(document_url),
            list_sort(list_distinct(flatten(list(agencies)))), count(*)
        FROM outcome SEMI JOIN repeated USING (report_number, fiscal_year) WHERE len(rules) = 0
        GROUP BY ALL
    )
    ORDER BY fiscal_year, series, sequence, nullif(suffix, '') NULLS LAST, report_number
) TO '{{out}}/reports.parquet' {FORMAT};
"""

if __name__ == "__main__":
    raw, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    parameters = {"raw": str(raw), "name": raw.name, "agencies": AGENCIES}
    with duckdb.connect() as connection:
        for statement in connection.extract_statements(SQL.replace("{out}", str(out))):
            values = {name: parameters[name] for name in statement.named_parameters}
            connection.execute(statement, values)
