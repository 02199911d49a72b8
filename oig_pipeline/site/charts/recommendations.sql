-- Recommendations and concurrence
-- Recommendations that summaries count, by agency, and how many were concurred with. Reports without a summary, and
-- summaries without counts, are not in here.
SELECT
    agency,
    name,
    reports_stating,
    made,
    coalesce(concurred, 0) AS concurred,
    coalesce(not_concurred, 0) AS not_concurred,
    greatest(made - coalesce(concurred, 0) - coalesce(not_concurred, 0), 0) AS not_stated
FROM recommendations_by_agency
LEFT JOIN (SELECT code AS agency, min(name) AS name FROM agencies GROUP BY code) USING (agency)
ORDER BY made DESC, agency
