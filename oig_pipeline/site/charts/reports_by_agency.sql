-- Reports by agency
-- How many reports concern each agency. A report that concerns several counts under each; some agencies are inferred
-- from titles.
SELECT agency, reports, inferred_from_title
FROM reports_by_agency
ORDER BY reports DESC, agency
