-- Recommendations of each office's reports on an agency by fiscal year and, where of_all_years, in all; the rate is of the reports_rated, whose answer is known.
SELECT
    office,
    agency,
    fiscal_year,
    grouping(fiscal_year) = 1 AS of_all_years,
    count(*) AS reports,
    count(recommendations) AS reports_stating,
    sum(recommendations)::BIGINT AS made,
    sum(recommendations_concurred)::BIGINT AS concurred,
    sum(recommendations_not_concurred)::BIGINT AS not_concurred,
    count(rated) AS reports_rated,
    round(
        coalesce(sum(recommendations_concurred) FILTER (rated IS NOT NULL), 0) / nullif(sum(rated), 0), 3
    ) AS concurrence_rate
FROM (
    SELECT
        *,
        unnest(agencies) AS agency,
        CASE
            WHEN recommendations IS NULL THEN NULL
            WHEN recommendations_concurred IS NULL THEN recommendations_not_concurred
            ELSE recommendations
        END AS rated
    FROM reports
)
GROUP BY GROUPING SETS ((office, agency, fiscal_year), (office, agency))
