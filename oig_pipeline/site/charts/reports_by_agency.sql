-- Reports by agency
-- How many reports concern each agency. A report that concerns several counts under each; some agencies are inferred
-- from titles.
SELECT agency, name, sum(reports)::BIGINT AS reports, sum(inferred_from_title)::BIGINT AS inferred_from_title
FROM reports_by_agency
LEFT JOIN (SELECT code AS agency, min(name) AS name FROM agencies GROUP BY code) USING (agency)
GROUP BY agency, name
ORDER BY reports DESC, agency
