-- Questioned costs, unsupported costs and funds for better use of each agency, in dollars; a report on several agencies counts for each, and reports_stating of its reports state an amount.
SELECT
    agency,
    count(*) AS reports,
    count(*) FILTER (
        coalesce(questioned_costs, unsupported_costs, funds_for_better_use) IS NOT NULL
    ) AS reports_stating,
    sum(questioned_costs) AS questioned_costs,
    sum(unsupported_costs) AS unsupported_costs,
    sum(funds_for_better_use) AS funds_for_better_use
FROM (SELECT *, unnest(agencies) AS agency FROM reports)
GROUP BY agency
HAVING reports_stating > 0
ORDER BY coalesce(sum(questioned_costs), 0) + coalesce(sum(funds_for_better_use), 0) DESC, agency
