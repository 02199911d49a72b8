-- Of which offices is the grammar of report numbers declared?
SELECT code, name
FROM offices
WHERE has_grammar
ORDER BY code
