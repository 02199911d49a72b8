-- Recommendations made, concurred and not concurred with, by agency, over the reports whose summaries state counts.
SELECT
    agency,
    count(recommendations) AS reports_stating,
    sum(recommendations)::BIGINT AS made,
    sum(recommendations_concurred)::BIGINT AS concurred,
    sum(recommendations_not_concurred)::BIGINT AS not_concurred,
    round(
        sum(recommendations_concurred) FILTER (recommendations IS NOT NULL)
        / nullif(sum(recommendations) FILTER (recommendations_concurred IS NOT NULL), 0),
        3
    ) AS concurrence_rate
FROM (SELECT *, unnest(agencies) AS agency FROM reports)
GROUP BY agency
HAVING count(recommendations) > 0
ORDER BY made DESC, agency
