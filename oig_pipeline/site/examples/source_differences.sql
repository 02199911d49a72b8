-- Where do the two sites differ?
SELECT report_number, field, value_there, value_here
FROM source_differences
