-- What happened to reports when, newest first: first seen, changed, left a listing, came back. Filter on changed_at.
SELECT first_seen AS changed_at, office, report_number, fiscal_year, title, 'first seen' AS change, NULL AS old_value, NULL AS new_value
FROM reports
WHERE first_seen IS NOT NULL
UNION ALL
SELECT
    h.new_seen,
    h.office,
    h.report_number,
    h.fiscal_year,
    r.title,
    CASE
        WHEN h.field <> 'listing' THEN h.field || ' changed'
        WHEN h.new_value IS NULL THEN 'left its listing'
        ELSE 'came back to its listing'
    END,
    h.old_value,
    h.new_value
FROM report_history AS h
JOIN reports AS r
    ON h.office = r.office AND h.report_number = r.report_number AND h.fiscal_year IS NOT DISTINCT FROM r.fiscal_year
ORDER BY changed_at DESC, fiscal_year DESC, office, report_number, change
