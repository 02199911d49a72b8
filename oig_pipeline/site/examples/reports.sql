-- Which reports of fiscal year 2021 does the catalogue hold on CBP?
SELECT report_number, title
FROM reports
WHERE fiscal_year = 2021 AND list_contains(agencies, 'CBP')
ORDER BY sequence
LIMIT 3
