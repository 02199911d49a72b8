r"""What counts as blank.

Belongs here: the characters that separate words without being seen. Spelled out, since Python and Rust disagree on
what `\s` is, and rules written for both must read the same text.
"""

from __future__ import annotations

BLANKS = (
    " \t\n\r\f\v\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
