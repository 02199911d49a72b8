-- How many reports of each agency are published redacted, and for which share of its reports.
SELECT
    agency,
    count(*) AS reports,
    count(*) FILTER (is_redacted) AS redacted,
    round(count(*) FILTER (is_redacted) / count(*), 3) AS redaction_rate
FROM (SELECT *, unnest(agencies) AS agency FROM reports)
GROUP BY agency
ORDER BY redaction_rate DESC, redacted DESC, agency
