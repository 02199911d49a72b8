-- Sequence numbers between the first and the last known of an office's series and fiscal year that are not in the catalogue.
WITH spans AS (
    SELECT office, series, fiscal_year, min(sequence) AS first_known, max(sequence) AS last_known
    FROM reports
    WHERE series IS NOT NULL
    GROUP BY office, series, fiscal_year
),
expected AS (
    SELECT office, series, fiscal_year, first_known, last_known, unnest(range(first_known, last_known + 1))::INTEGER AS sequence
    FROM spans
)
SELECT office, series, fiscal_year, sequence, first_known, last_known
FROM expected
ANTI JOIN reports USING (office, series, fiscal_year, sequence)
ORDER BY office, series, fiscal_year, sequence
