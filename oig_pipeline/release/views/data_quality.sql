-- How often each rule is broken, by how many sightings, in how many captures, and for which share of all sightings.
SELECT
    rule,
    severity,
    count(*) AS violations,
    count(*) FILTER (acknowledged) AS acknowledged,
    count(DISTINCT sighting_id) AS sightings,
    count(DISTINCT capture_path) AS captures,
    round(count(DISTINCT sighting_id) / nullif((SELECT count(*) FROM sightings), 0), 4) AS share_of_sightings
FROM violations
GROUP BY rule, severity
ORDER BY severity, violations DESC, rule
