-- Reports of each agency by fiscal year, and their recommendations; the rate is of the reports_rated, whose answer is known.
SELECT
    agency, fiscal_year, reports, reports_stating, made, concurred, not_concurred, reports_rated, concurrence_rate
FROM ({recommendations})
WHERE NOT of_all_years
ORDER BY agency, fiscal_year
