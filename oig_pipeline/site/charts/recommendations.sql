-- Recommendations and concurrence
-- Recommendations that summaries count, by agency, and how many were concurred with. Reports without a summary, and
-- summaries without counts, are not in here.
SELECT
    agency,
    name,
    sum(reports_stating)::BIGINT AS reports_stating,
    sum(made)::BIGINT AS made,
    coalesce(sum(concurred), 0)::BIGINT AS concurred,
    coalesce(sum(not_concurred), 0)::BIGINT AS not_concurred,
    sum(greatest(made - coalesce(concurred, 0) - coalesce(not_concurred, 0), 0))::BIGINT AS not_stated
FROM recommendations_by_agency
LEFT JOIN (SELECT code AS agency, min(name) AS name FROM agencies GROUP BY code) USING (agency)
GROUP BY agency, name
ORDER BY made DESC, agency
