-- Whose reports are most often redacted?
FROM redactions_by_agency
LIMIT 3
