-- Which capture has which faults?
SELECT capture_path, rule, violations
FROM data_quality_by_capture
WHERE severity = 'error'
