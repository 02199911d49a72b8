-- What was kept out, and why?
SELECT listed_number, rule, value, capture_path, line
FROM quarantine
