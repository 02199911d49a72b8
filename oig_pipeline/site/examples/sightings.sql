-- Which rows of the listings show the number OIG-21-49, and on which line?
SELECT capture_path, line, listed_title, outcome
FROM sightings
WHERE report_number = 'OIG-21-49'
