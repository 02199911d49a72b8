-- Reports by agency and fiscal year
-- The stronger a field, the more reports concern the agency in that year. Empty fields have none in the catalogue.
SELECT agency, fiscal_year, reports
FROM agency_years
ORDER BY agency, fiscal_year
