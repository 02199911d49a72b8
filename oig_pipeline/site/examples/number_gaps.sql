-- Which numbers of 2024 are missing between the known ones of the series OIG?
SELECT sequence
FROM number_gaps
WHERE office = 'dhs' AND series = 'OIG' AND fiscal_year = 2024
LIMIT 3
