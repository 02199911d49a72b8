-- Recommendations of each office by agency, as summaries count them; the rate is of the reports_rated, whose answer is known.
SELECT office, agency, reports_stating, made, concurred, not_concurred, reports_rated, concurrence_rate
FROM ({recommendations})
WHERE of_all_years AND reports_stating > 0
ORDER BY made DESC, office, agency
