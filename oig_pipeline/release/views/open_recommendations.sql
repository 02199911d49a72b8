-- Recommendations that were open when a page last spoke of them, the longest open first; where a page bears no date, or the report none, the age is null, and the oldest fiscal years come first.
SELECT
    r.office,
    r.report_number,
    r.fiscal_year,
    recommendation,
    place,
    r.title,
    text,
    addressees,
    CASE WHEN len(c.agencies) > 0 THEN c.agencies ELSE r.agencies END AS agencies,
    response,
    is_significant,
    c.questioned_costs,
    c.funds_for_better_use,
    issue_date,
    as_of,
    date_diff('day', issue_date, as_of::DATE) AS age_in_days,
    completion_path AS capture_path,
    completion_line AS line
FROM recommendations AS c
JOIN reports AS r
    ON c.office = r.office
    AND c.report_number = r.report_number
    AND c.fiscal_year IS NOT DISTINCT FROM r.fiscal_year
WHERE completion = 'open'
ORDER BY age_in_days DESC NULLS LAST, r.fiscal_year NULLS LAST, r.office, r.report_number, place
