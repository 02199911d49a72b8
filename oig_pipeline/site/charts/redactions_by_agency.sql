-- Redacted reports by agency
-- Reports whose title says that the published document is redacted, by agency, the largest share first.
SELECT
    agency,
    name,
    sum(reports)::BIGINT AS reports,
    sum(redacted)::BIGINT AS redacted,
    round(100 * sum(redacted) / sum(reports), 1) AS percent
FROM redactions_by_agency
LEFT JOIN (SELECT code AS agency, min(name) AS name FROM agencies GROUP BY code) USING (agency)
GROUP BY agency, name
HAVING sum(redacted) > 0
ORDER BY percent DESC, redacted DESC, agency
