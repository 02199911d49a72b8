-- How many reports of each office concern each agency. A report that concerns several counts under each.
SELECT
    office,
    agency,
    count(*) AS reports,
    count(*) FILTER (agency_source = 'inferred') AS inferred_from_title,
    min(fiscal_year) AS first_fiscal_year,
    max(fiscal_year) AS last_fiscal_year
FROM (SELECT *, unnest(agencies) AS agency FROM reports)
GROUP BY office, agency
ORDER BY reports DESC, office, agency
