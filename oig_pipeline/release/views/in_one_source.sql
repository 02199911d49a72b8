-- Reports that only one source shows, and which one that is; null for files that name none.
SELECT r.office, r.report_number, r.fiscal_year, any_value(title) AS title, any_value(source) AS source
FROM reports AS r
JOIN sightings AS s
    ON r.office = s.office AND r.report_number = s.report_number AND r.fiscal_year IS NOT DISTINCT FROM s.fiscal_year
WHERE outcome = 'published'
GROUP BY ALL
HAVING count(DISTINCT coalesce(source, '')) = 1
ORDER BY r.fiscal_year DESC, r.office, r.report_number
