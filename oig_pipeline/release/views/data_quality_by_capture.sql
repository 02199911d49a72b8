-- How often each rule is broken in each capture, and for which share of the capture's rows.
SELECT
    v.capture_path,
    v.rule,
    v.severity,
    count(*) AS violations,
    count(*) FILTER (v.acknowledged) AS acknowledged,
    round(count(DISTINCT v.sighting_id) / nullif(any_value(c.sightings), 0), 4) AS share_of_rows
FROM violations AS v
LEFT JOIN captures AS c ON c.path = v.capture_path
GROUP BY v.capture_path, v.rule, v.severity
ORDER BY v.capture_path, v.severity, violations DESC, v.rule
