-- Reports by fiscal year
-- How many reports the catalogue holds of each federal fiscal year. It holds what was captured: a low bar may mean
-- that few of that year's listings were captured.
SELECT fiscal_year, reports
FROM reports_by_fiscal_year
ORDER BY fiscal_year
