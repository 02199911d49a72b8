-- Which listed titles speak of medical care, and on which line?
SELECT capture_path, line, listed_title, outcome
FROM sightings
WHERE listed_title LIKE '%Medical%'
ORDER BY capture_path, line
