"""Words beside an agreement that take it back.

Belongs here: what stands before or behind "concurred" where nobody agreed, may have agreed, or not with all. Does not:
what is counted (see `recommendations.py`).
"""

from __future__ import annotations

import re

LOOK_BACK = 80
"""Characters before an agreement that are looked at."""
# What stands before a "concurred" that did not happen, may not have, or not wholly: nothing is counted of it.
UNSURE = re.compile(
    r"""(?:\bpartial(?:ly)?
       |(?:\b(?:has|have|had|was|were|is|are)\s+not|n['\u2019]t|\bnever)(?:\s+(?:yet|ever|fully|formally|initially))*
       |\b(?:may|might|would|could|should|will|must)(?:\s+(?:not|have|only|also))*
       |\b(?:neither|none)\b[^,;.]*
       |\bno\s+\w+(?:\s+\w+)?
       |\b(?:if|whether|unless|until|unclear|unknown)\b[^,;.]*)\s+$""",
    re.I | re.X,
)
HEDGED = re.compile(r"\b(?:generally|largely|mostly|mainly|partly|substantially)\s+(?:non-?)?concur\w*$", re.I)
EXCEPT = re.compile(r"[^.;]{0,40}?\b(?:except|but\s+(?!did|does|do\b|non|not))", re.I)
