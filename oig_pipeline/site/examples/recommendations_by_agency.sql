-- Which agency concurs with how much?
FROM recommendations_by_agency
