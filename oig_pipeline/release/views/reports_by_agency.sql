-- How many reports concern each agency. A report that concerns several counts under each.
SELECT
    agency,
    count(*) AS reports,
    count(*) FILTER (agency_source = 'inferred') AS inferred_from_title,
    min(fiscal_year) AS first_fiscal_year,
    max(fiscal_year) AS last_fiscal_year
FROM (SELECT *, unnest(agencies) AS agency FROM reports)
GROUP BY agency
ORDER BY reports DESC, agency
