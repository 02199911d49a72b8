-- Recommendations that were still open more than a year after their report was issued, the longest open first; of those without an age, those of fiscal years before the newest.
SELECT office, report_number, fiscal_year, recommendation, title, text, agencies, as_of, age_in_days, capture_path, line
FROM open_recommendations
WHERE coalesce(age_in_days > 365, fiscal_year < (SELECT max(fiscal_year) FROM reports))
ORDER BY age_in_days DESC NULLS LAST, fiscal_year NULLS LAST, office, report_number, place
