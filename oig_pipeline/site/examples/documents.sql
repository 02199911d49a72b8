-- Which documents could not be read, and why?
SELECT url, status, note
FROM documents
WHERE status <> 'read'
ORDER BY url
