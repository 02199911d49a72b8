-- Reports with recommendations that were not concurred with, the most refused first, and the words that say so.
SELECT
    office,
    report_number,
    fiscal_year,
    title,
    agencies,
    recommendations AS made,
    recommendations_concurred AS concurred,
    recommendations_not_concurred AS not_concurred,
    recommendations_text AS words
FROM reports
WHERE recommendations_not_concurred > 0
ORDER BY not_concurred DESC, fiscal_year DESC, office, report_number
