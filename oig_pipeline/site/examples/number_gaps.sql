-- Which numbers of 2024 are missing between the known ones of their series?
SELECT office, series, sequence
FROM number_gaps
WHERE fiscal_year = 2024
LIMIT 3
