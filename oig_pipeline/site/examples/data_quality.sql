-- Which errors are most frequent?
SELECT rule, violations, share_of_sightings
FROM data_quality
WHERE severity = 'error'
