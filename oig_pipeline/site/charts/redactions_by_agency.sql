-- Redacted reports by agency
-- Reports whose title says that the published document is redacted, by agency, the largest share first.
SELECT agency, name, reports, redacted, round(100 * redaction_rate, 1) AS percent
FROM redactions_by_agency
LEFT JOIN (SELECT code AS agency, min(name) AS name FROM agencies GROUP BY code) USING (agency)
WHERE redacted > 0
ORDER BY percent DESC, redacted DESC, agency
