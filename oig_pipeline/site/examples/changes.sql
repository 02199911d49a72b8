-- What happened since a date?
SELECT changed_at, report_number, change
FROM changes
WHERE changed_at >= '2024-01-01'
