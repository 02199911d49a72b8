-- What says that recommendations were not concurred with, or in part only: the words, and the line on which they stand; refused is how many, where that is said.
SELECT
    r.office,
    r.report_number,
    r.fiscal_year,
    recommendation,
    CASE WHEN says = 'not_concurred' THEN value::INTEGER WHEN recommendation IS NOT NULL THEN 1 END AS refused,
    coalesce(value = 'partly', false) AS is_in_part,
    title,
    agencies,
    words,
    capture_path,
    line
FROM statements AS s
JOIN reports AS r
    ON s.office = r.office
    AND s.report_number = r.report_number
    AND s.fiscal_year IS NOT DISTINCT FROM r.fiscal_year
WHERE
    is_of_report
    AND (
        (says = 'not_concurred' AND value <> '0')
        OR (says = 'concurrence' AND value = 'none')
        OR (says = 'response' AND value IN ('not_concurred', 'partly'))
    )
ORDER BY r.fiscal_year DESC NULLS LAST, r.office, r.report_number, recommendation NULLS FIRST, capture_path, line, words
