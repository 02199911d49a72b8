-- Which recommendations were refused, and in which words?
SELECT report_number, refused, words, capture_path, line
FROM refusals
