-- Which line says how many recommendations were made?
SELECT report_number, value AS made, words, capture_path, line
FROM statements
WHERE says = 'made'
LIMIT 3
