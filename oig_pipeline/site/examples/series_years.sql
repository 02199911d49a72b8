-- How complete is each series of recent years?
SELECT office, series, fiscal_year, first_known, last_known, known, missing
FROM series_years
ORDER BY fiscal_year DESC, office, series
LIMIT 3
