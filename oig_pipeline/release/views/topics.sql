-- The topic pages on which reports stood, with how many reports of which years.
SELECT
    topic,
    count(*) AS reports,
    min(fiscal_year) AS first_fiscal_year,
    max(fiscal_year) AS last_fiscal_year
FROM (SELECT *, unnest(topics) AS topic FROM reports)
GROUP BY topic
ORDER BY reports DESC, topic
