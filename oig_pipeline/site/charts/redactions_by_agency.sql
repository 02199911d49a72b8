-- Redacted reports by agency
-- Reports whose title says that the published document is redacted, by agency, the largest share first.
SELECT
    agency,
    sum(reports)::BIGINT AS reports,
    sum(redacted)::BIGINT AS redacted,
    round(100 * sum(redacted) / sum(reports), 1) AS percent
FROM redactions_by_agency
GROUP BY agency
HAVING sum(redacted) > 0
ORDER BY percent DESC, redacted DESC, agency
