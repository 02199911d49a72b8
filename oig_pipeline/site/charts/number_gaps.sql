-- Gaps between report numbers
-- Numbers of each fiscal year between the first and the last known of their series: how many of them the catalogue
-- holds, and how many it does not. A missing number was never captured, or never published.
SELECT fiscal_year, sum(known)::BIGINT AS known, sum(missing)::BIGINT AS missing
FROM series_years
GROUP BY fiscal_year
ORDER BY fiscal_year
