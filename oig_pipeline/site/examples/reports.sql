-- Which reports of fiscal year 2021 were listed without a summary?
SELECT report_number, title
FROM reports
WHERE fiscal_year = 2021 AND list_contains(quality_flags, 'summary_missing')
ORDER BY sequence
LIMIT 3
