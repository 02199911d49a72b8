-- How many reports each fiscal year has, and how many of them are redacted or lack a date.
SELECT
    fiscal_year,
    count(*) AS reports,
    count(*) FILTER (is_redacted) AS redacted,
    count(*) FILTER (issue_date IS NULL) AS undated,
    sum(recommendations)::BIGINT AS recommendations
FROM reports
GROUP BY fiscal_year
ORDER BY fiscal_year
