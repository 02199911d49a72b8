-- How did the reports on CBP develop, and how much did it concur with?
SELECT fiscal_year, reports, made, concurred, reports_rated, concurrence_rate
FROM agency_years
WHERE agency = 'CBP' AND fiscal_year >= 2019
