-- Which agencies had another take their place, and which one?
SELECT office, code, name, successor
FROM agencies
WHERE successor IS NOT NULL
ORDER BY office, code
