-- Reports of each office on each agency by fiscal year, and their recommendations; the rate is of the reports_rated, whose answer is known.
SELECT
    office, agency, fiscal_year, reports, reports_stating, made, concurred, not_concurred, reports_rated, concurrence_rate
FROM ({recommendations})
WHERE NOT of_all_years
ORDER BY office, agency, fiscal_year
