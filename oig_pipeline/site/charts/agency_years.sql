-- Reports by agency and fiscal year
-- How many reports concern each agency in each year: the number in a field, and the more, the stronger the field. Empty
-- fields have none in the catalogue.
SELECT agency, name, fiscal_year, sum(reports)::BIGINT AS reports
FROM agency_years
LEFT JOIN (SELECT code AS agency, min(name) AS name FROM agencies GROUP BY code) USING (agency)
GROUP BY agency, name, fiscal_year
ORDER BY agency, fiscal_year
