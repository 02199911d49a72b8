"""What a table must be, declared once: rules, columns, and the surfaces derived from them.

Belongs here: the rule registry, the Pandera schemas, their translations. Does not: reading, judging or writing rows.
"""
