-- Which pages speak of body cameras?
SELECT sha256, page, text
FROM document_pages
WHERE text LIKE '%body camera%'
