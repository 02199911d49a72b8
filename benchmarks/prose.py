"""Made-up prose.

Belongs here: sentences and halves of titles that compress like summaries of reports, about 3.7 times with zstd. Does
not: rows.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

COMMON = (
    "the of to and in a for that not did its with on their was were is from as by which these had been be it or also",
    "recommendations program report management security officials oversight requirements process policies guidance",
    "costs border data staff funds review agency internal controls information grant contract because ensure component",
)
SYLLABLES = (
    "ab ac ad al am an ap ar as at be ca ce ci co com con cu de di dis do du ef el em en ev ex fe fi fo fu ge gi go",
    "gra ha im in inter ju la le li lo ma me mi mo na ne no nu ob op or pa pe per pla po pre pro qua ra re ri ro sa se",
    "si so sta stra su sub sur ta te ti to tra tri tu un us va ve vi vo ti on al ed er ing ly ment ness tion ty",
)


@dataclass(frozen=True)
class Words:
    """What texts are put together from."""

    sentences: list[str]
    openings: list[str]
    endings: list[str]


@cache
def words(seed: int) -> Words:
    """Return sentences and halves of titles over a vocabulary in which few words are frequent, as in prose."""
    rng = random.Random(f"{seed} words")
    syllables = " ".join(SYLLABLES).split()
    pseudowords = {"".join(rng.choices(syllables, k=rng.choice((3, 4, 4, 5)))) for _ in range(6_000)}
    vocabulary = [*" ".join(COMMON).split(), *sorted(pseudowords, key=lambda word: (len(word), word))]

    def picks(pool: list[str]) -> Callable[[int, int], str]:
        weights = list(itertools.accumulate(1 / (rank + 60) for rank in range(len(pool))))
        return lambda min_count, max_count: " ".join(
            rng.choices(pool, cum_weights=weights, k=rng.randint(min_count, max_count))
        )

    word = picks(vocabulary)
    phrase = picks([word(1, 3) for _ in range(80_000)])
    ends = (".\u201d", *["."] * 49)
    sentences = [phrase(5, 20).capitalize() + rng.choice(ends) for _ in range(40_000)]
    halves = [[word(3, 7).title() for _ in range(20_000)] for _ in range(2)]
    return Words(sentences, *halves)
