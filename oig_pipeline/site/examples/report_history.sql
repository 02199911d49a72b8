-- Which titles changed between captures of one listing?
SELECT report_number, old_value, new_value, new_seen
FROM report_history
WHERE field = 'title'
