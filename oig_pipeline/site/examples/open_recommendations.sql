-- What has been open longest, and which line says so?
SELECT report_number, recommendation, agencies, text, age_in_days, capture_path, line
FROM open_recommendations
LIMIT 3
