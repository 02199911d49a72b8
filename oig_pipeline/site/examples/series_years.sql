-- How complete is the series OIG of each year?
SELECT fiscal_year, first_known, last_known, known, missing
FROM series_years
WHERE office = 'dhs' AND series = 'OIG'
ORDER BY fiscal_year DESC
LIMIT 3
