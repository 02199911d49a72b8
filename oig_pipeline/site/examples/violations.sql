-- What do the violations of one rule say?
SELECT capture_path, line, message
FROM violations
WHERE rule = 'title_shared'
