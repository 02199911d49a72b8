-- Which recommendations does a page no longer list as open?
SELECT report_number, recommendation, old_seen, new_seen
FROM recommendation_history
WHERE new_value = 'not_listed'
