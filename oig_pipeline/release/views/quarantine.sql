-- One row per rule that kept a sighting out of reports: what the listing says, where, and why.
SELECT
    s.office,
    s.sighting_id,
    s.listed_number,
    s.listed_title,
    s.listed_fiscal_year,
    v.rule,
    v.column_name,
    v.value,
    v.message,
    v.acknowledged,
    s.capture_path,
    v.line
FROM sightings AS s
JOIN violations AS v USING (sighting_id)
WHERE s.outcome = 'quarantined' AND v.severity = 'error'
ORDER BY s.capture_path, v.line, v.rule
