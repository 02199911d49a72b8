-- Which agencies did the most reports of 2021 concern, and how much did each concur with?
SELECT agency, reports, made, concurred, reports_rated, concurrence_rate
FROM agency_years
WHERE fiscal_year = 2021
ORDER BY reports DESC, agency
LIMIT 3
