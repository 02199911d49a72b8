"""What sentences and cells say of a report's recommendations.

Belongs here: readers of one thing each (how many, who agreed, what became of them, how much money, who was asked), as
pure functions of text, and `statement_reader`, which puts them together. Does not: frames, files, or guesses: what the
words leave open is None.
"""
