-- How many reports does each office have, and what do they recommend and question?
SELECT office, reports, recommendations, questioned_costs
FROM reports_by_office
