-- How did each agency do, half-year by half-year?
SELECT agency, fiscal_year, half_year, reports, made, refused, open
FROM scorecard
WHERE made > 0
