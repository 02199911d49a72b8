-- How many reports of each office on an agency are published redacted, and which share of them that is.
SELECT
    office,
    agency,
    count(*) AS reports,
    count(*) FILTER (is_redacted) AS redacted,
    round(count(*) FILTER (is_redacted) / count(*), 3) AS redaction_rate
FROM (SELECT *, unnest(agencies) AS agency FROM reports)
GROUP BY office, agency
ORDER BY redaction_rate DESC, redacted DESC, office, agency
