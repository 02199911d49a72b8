-- How many reports each office has, of which years, and what they recommend, question and would put to better use.
SELECT
    r.office,
    any_value(o.name) AS name,
    count(*) AS reports,
    min(r.fiscal_year) AS first_fiscal_year,
    max(r.fiscal_year) AS last_fiscal_year,
    sum(r.recommendations)::BIGINT AS recommendations,
    round(sum(r.questioned_costs), 2) AS questioned_costs,
    round(sum(r.funds_for_better_use), 2) AS funds_for_better_use
FROM reports AS r
LEFT JOIN offices AS o ON r.office = o.code
GROUP BY r.office
ORDER BY reports DESC, r.office
