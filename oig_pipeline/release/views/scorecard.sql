-- Reports of each agency by half-year of issue (1 October to March, 2 April to September; null where the day is not known), what they made, was refused and is open, and their money; made is of the reports_stating, refused of the reports_answered, open of the reports_listed.
SELECT
    office,
    agency,
    fiscal_year,
    half_year,
    count(*) AS reports,
    count(recommendations) AS reports_stating,
    sum(recommendations)::BIGINT AS made,
    count(recommendations_not_concurred) AS reports_answered,
    sum(recommendations_not_concurred)::BIGINT AS refused,
    count(recommendations_open) AS reports_listed,
    sum(recommendations_open)::BIGINT AS open,
    round(sum(questioned_costs), 2) AS questioned_costs,
    round(sum(funds_for_better_use), 2) AS funds_for_better_use
FROM (
    SELECT
        *,
        unnest(agencies) AS agency,
        CASE WHEN month(issue_date) BETWEEN 4 AND 9 THEN 2 WHEN issue_date IS NOT NULL THEN 1 END AS half_year
    FROM reports
)
GROUP BY office, agency, fiscal_year, half_year
ORDER BY office, agency, fiscal_year NULLS LAST, half_year NULLS LAST
