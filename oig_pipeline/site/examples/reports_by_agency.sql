-- Which agencies do most reports concern?
FROM reports_by_agency
LIMIT 3
