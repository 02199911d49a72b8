-- How many reports does each source show that no other does?
SELECT source, count(*) AS reports
FROM in_one_source
GROUP BY source
ORDER BY reports DESC
