"""A replica of the OIG's site on 127.0.0.1, which misbehaves on demand.

`facts.py` says what it shows, `pages.py` how its pages look, `server.py` answers and counts, `misdeeds.py` goes wrong.
"""
