-- Redacted reports by fiscal year
-- Reports whose title says that the published document is redacted, among all of the year.
SELECT fiscal_year, redacted, reports - redacted AS not_redacted, round(100 * redacted / reports, 1) AS percent
FROM reports_by_fiscal_year
ORDER BY fiscal_year
