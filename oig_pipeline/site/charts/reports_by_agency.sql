-- Reports by agency
-- How many reports concern each agency. A report that concerns several counts under each; some agencies are inferred
-- from titles.
SELECT agency, name, reports, inferred_from_title
FROM reports_by_agency
LEFT JOIN (SELECT code AS agency, min(name) AS name FROM agencies GROUP BY code) USING (agency)
ORDER BY reports DESC, agency
