-- Reports that only one source shows, and which one that is; null for files that name none.
SELECT office, report_number, fiscal_year, any_value(title) AS title, any_value(source) AS source
FROM reports
JOIN sightings USING (office, report_number, fiscal_year)
WHERE outcome = 'published'
GROUP BY office, report_number, fiscal_year
HAVING count(DISTINCT coalesce(source, '')) = 1
ORDER BY fiscal_year DESC, office, report_number
