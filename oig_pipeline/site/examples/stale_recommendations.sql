-- Which recommendations are still open more than a year later?
SELECT report_number, recommendation, agencies, age_in_days
FROM stale_recommendations
LIMIT 5
