"""What is true of OIG reports: numbers, years, agencies, titles, recommendations.

Belongs here: facts and grammars about the reports, as values, functions and column expressions.
Does not: files, frames, rules, anything that reads or writes.
"""
