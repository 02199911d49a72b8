-- Reports by agency
-- How many reports concern each agency. A report that concerns several counts under each; some agencies are inferred
-- from titles.
SELECT agency, sum(reports)::BIGINT AS reports, sum(inferred_from_title)::BIGINT AS inferred_from_title
FROM reports_by_agency
GROUP BY agency
ORDER BY reports DESC, agency
