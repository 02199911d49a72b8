-- On which line stands the summary that is published for a report?
SELECT p.report_number, s.capture_path, coalesce(s.listed_summary_line, s.line) AS line
FROM provenance AS p
JOIN sightings AS s ON s.sighting_id = p.summary
ORDER BY report_number
LIMIT 3
