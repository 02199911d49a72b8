-- How much money did reports on each agency question?
FROM money_by_agency
