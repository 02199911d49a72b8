-- Each office's series by fiscal year: its first and last known number, how many between them are known, and how many missing.
SELECT
    office,
    series,
    fiscal_year,
    min(sequence) AS first_known,
    max(sequence) AS last_known,
    count(DISTINCT sequence) AS known,
    max(sequence) - min(sequence) + 1 - count(DISTINCT sequence) AS missing
FROM reports
WHERE series IS NOT NULL
GROUP BY office, series, fiscal_year
ORDER BY office, series, fiscal_year
