-- What was recommended to whom?
SELECT report_number, recommendation, addressees, text
FROM recommendations
LIMIT 3
