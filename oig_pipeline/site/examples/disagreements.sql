-- Which recommendations were not concurred with?
SELECT report_number, agencies, made, not_concurred
FROM disagreements
