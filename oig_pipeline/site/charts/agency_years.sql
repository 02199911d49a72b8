-- Reports by agency and fiscal year
-- The stronger a field, the more reports concern the agency in that year. Empty fields have none in the catalogue.
SELECT agency, fiscal_year, sum(reports)::BIGINT AS reports
FROM agency_years
GROUP BY agency, fiscal_year
ORDER BY agency, fiscal_year
