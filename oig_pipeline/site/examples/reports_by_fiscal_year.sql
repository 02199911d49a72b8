-- How many reports are known of each recent year?
FROM reports_by_fiscal_year
ORDER BY fiscal_year DESC
LIMIT 3
