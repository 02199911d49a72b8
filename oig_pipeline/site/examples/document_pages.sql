-- Which reports speak of overtime, and on which page?
SELECT r.report_number, p.page
FROM document_pages AS p
JOIN documents AS d ON p.sha256 = d.sha256
JOIN reports AS r ON d.url = r.document_url
WHERE p.text LIKE '%overtime%'
ORDER BY r.report_number, p.page
