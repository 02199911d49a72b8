-- Questioned costs, unsupported costs and funds for better use of each agency by office, in dollars; a report on several agencies counts for each, and reports_stating of its reports state an amount.
SELECT
    office,
    agency,
    count(*) AS reports,
    count(*) FILTER (
        coalesce(questioned_costs, unsupported_costs, funds_for_better_use) IS NOT NULL
    ) AS reports_stating,
    round(sum(questioned_costs), 2) AS questioned_costs,
    round(sum(unsupported_costs), 2) AS unsupported_costs,
    round(sum(funds_for_better_use), 2) AS funds_for_better_use
FROM (SELECT *, unnest(agencies) AS agency FROM reports)
GROUP BY office, agency
HAVING reports_stating > 0
ORDER BY coalesce(sum(questioned_costs), 0) + coalesce(sum(funds_for_better_use), 0) DESC, office, agency
