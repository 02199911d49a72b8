"""What a site shows instead of the page that was asked for.

Belongs here: the words and forms of refusals, challenges, errors and notices of maintenance. Does not: pages of the
site that hold no reports (see `absence.py`): of those, each proves itself.
"""

from __future__ import annotations

import re

from oig_pipeline.capture.html import words_of

CHALLENGE = "a challenge page of the site's protection"
REFUSED = "a page by which the site refuses access"
SERVER_ERROR = "an error page of the site's server"
MAINTENANCE = "a notice that the site is under maintenance"
NOT_FOUND = "a page that was not found"
LOGIN = "a login page"
OF_ALL = frozenset((CHALLENGE, REFUSED, MAINTENANCE, LOGIN))
"""What a site shows instead of every page: it is of no use to ask for others."""
_WORDS = {
    CHALLENGE: (
        r"just a moment|checking (?:if the site connection is secure|your browser)|are you (?:a )?(?:human|robot)"
        r"|verify(?:ing)? (?:that )?you are (?:a )?human|attention required|enable javascript(?: and cookies)?"
        r"|incapsula|captcha|pardon our interruption|ddos protection|unusual traffic|security (?:check|challenge)"
        r"|javascript is (?:disabled|required)|solve (?:this|the) (?:puzzle|challenge)|not a (?:ro)?bot"
        r"|powered and protected by|performance (?:&|and) security by"
    ),
    REFUSED: (
        r"access (?:is |was |has been )?(?:denied|forbidden|restricted|blocked)"
        r"|(?:request|you) (?:is |was |were |has been |have been )?(?:blocked|rejected)"
        r"|access to this (?:page|site|website|resource|content) (?:is|was|has been)"
        r"|not authori[sz]ed|permission to access|40[13] (?:unauthori[sz]ed|forbidden)|too many requests"
        r"|rate limit(?:ed)?"
    ),
    SERVER_ERROR: (
        r"50[0-4] (?:internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out)"
        r"|error(?: code)? 5\d\d|http (?:error |status )?5\d\d|backend fetch failed|no healthy upstream"
        r"|upstream (?:request timeout|connect error)|web server is down|origin is unreachable"
        r"|internal server error|bad gateway|gateway time-?out|service (?:is )?(?:temporarily )?unavailable"
        r"|an (?:unexpected )?error (?:has )?occurred|(?:encountered|was) an (?:unexpected )?error|something went wrong"
        r"|error establishing a database connection|try again (?:later|in a few)|proxy error"
    ),
    MAINTENANCE: (
        r"(?:under|scheduled|for|site|system) maintenance|maintenance mode|temporarily (?:unavailable|offline|down)"
        r"|(?:will|ll) (?:return|be back)|be (?:right )?back (?:soon|shortly|online)"
        r"|currently (?:down|offline|unavailable)"
    ),
    NOT_FOUND: (
        r"page not found|page (?:you requested )?(?:could|can) ?not be found|404 not found"
        r"|(?:404|error 404).{0,3}(?:not found)?$"
    ),
}
_PATTERNS = {what: re.compile(rf"(?im)\b(?:{words})\b") for what, words in _WORDS.items()}
_TITLE = re.compile(r"<(?:title|h1)\b[^<>]*>([^<]*)", re.I)
_LOGIN = re.compile(r"<(?:title|h1)\b[^<>]*>\s*(?:log|sign)[ -]?(?:in|on)\b", re.I)
# What loads a challenge in place of the page, which then says nothing itself.
_LOADS = re.compile(r"_Incapsula_Resource|\.awswaf\.com/|/cdn-cgi/challenge-platform/\S*orchestrate", re.I)
_PASSWORD = re.compile(r"<input[^<>]*\btype\s*=\s*[\"']?password", re.I)
_RELOADS = re.compile(r"<meta[^<>]*\bhttp-equiv\s*=\s*[\"']?refresh", re.I)
MAX_WORDS = 200
"""Most words of a page that is taken for a refusal by its text: a longer one may speak of such things."""

MAX_BARE = 20
"""Most words of a page that is nothing but a challenge: the site's own pages carry scripts of its protection too."""


def refusal(text: str, max_words: float = MAX_WORDS) -> str | None:
    """Return what a page is that stands instead of another one, None where its words are none of these.

    Args:
        text: the page.
        max_words: most words of a page whose text is looked at; of a longer one only title and heading are.
    """
    if _PASSWORD.search(text) or _LOGIN.search(text):
        return LOGIN
    words = words_of(text)
    content = "\n".join(_TITLE.findall(text))
    if len(words.split()) <= max_words:
        content = f"{content}\n{words}"
    if (what := next((what for what, pattern in _PATTERNS.items() if pattern.search(content)), None)) is not None:
        return what
    is_bare = len(words.split()) <= MAX_BARE and _LOADS.search(text)
    return CHALLENGE if is_bare or _RELOADS.search(text) else None
