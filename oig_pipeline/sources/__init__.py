"""Where captures come from.

Belongs here: one folder for each source, with its facts (hosts, listing addresses) and its layouts. Does not: an
engine, frames, or the facts of an office.
"""
