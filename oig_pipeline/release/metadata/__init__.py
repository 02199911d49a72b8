"""What a release says of itself, in the standards that catalogues read.

Belongs here: one module for each document: its name, and its content as a function of `about.DatasetInfo`. Does not: a
column, a rule or a table; all of that is taken from the contract.
"""
