-- Reports by fiscal year
-- How many reports the catalogue holds of each federal fiscal year, and above them the numbers that it does not hold
-- between the lowest and the highest of each series. A missing number was never captured, or never published.
SELECT fiscal_year, reports, coalesce(missing, 0) AS missing
FROM reports_by_fiscal_year
LEFT JOIN (SELECT fiscal_year, sum(missing)::BIGINT AS missing FROM series_years GROUP BY fiscal_year)
    USING (fiscal_year)
ORDER BY fiscal_year
