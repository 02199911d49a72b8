-- Quality by rule
-- How often each rule is broken. An error keeps its row out of the reports; a warning publishes it with a note.
SELECT rule, severity, violations, acknowledged, round(100 * share_of_sightings, 1) AS percent_of_rows
FROM data_quality
ORDER BY violations DESC, rule
