"""Made-up prose.

Belongs here: sentences, what summaries say of recommendations, and titles; they compress like those of reports. Does
not: rows.

No sentence of a corpus stands in another summary, as in listings: whoever reads each distinct sentence once gains
nothing by it.
"""

from __future__ import annotations

import itertools
import random
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
SUBJECTS = (
    "CBP", "FEMA", "ICE", "TSA", "USCIS", "DHS", "The Coast Guard", "The Secret Service",
    "U.S. Customs and Border Protection", "The Transportation Security Administration",
)  # fmt: skip
"""With what titles begin that name an agency."""
COUNTS = ("two", "three", "four", "five", "eight")


@dataclass(frozen=True)
class Pool:
    """Texts, of which the first are the most frequent, as in prose."""

    texts: list[str]
    weights: list[float]

    def pick(self, rng: random.Random, min_count: int, max_count: int) -> str:
        """Return some of them, with blanks between."""
        return " ".join(rng.choices(self.texts, cum_weights=self.weights, k=rng.randint(min_count, max_count)))


@dataclass(frozen=True)
class Words:
    """What texts are put together from."""

    phrases: Pool
    openings: list[str]
    endings: list[str]

    def sentence(self, rng: random.Random) -> str:
        """Return a sentence like no other."""
        end = ".\u201d" if rng.random() < 0.02 else "."
        return self.phrases.pick(rng, 5, 20).capitalize() + end

    def recommendations(self, rng: random.Random) -> list[str]:
        """Return the sentences that say how many recommendations were made, and mostly who concurred with them."""
        count, chance = rng.choice(COUNTS), rng.random()
        sentences = [f"We made {count} recommendations to {self.phrases.pick(rng, 3, 8)}."]
        who = rng.choice(SUBJECTS)
        if chance < 0.6:
            sentences.append(f"{who} concurred with all {count} recommendations; {self.phrases.pick(rng, 2, 5)}.")
        elif chance < 0.7:
            sentences.append(f"{who} did not concur with one recommendation; {self.phrases.pick(rng, 2, 5)}.")
        return sentences

    def title(self, rng: random.Random) -> str:
        """Return a title; of three, two name an agency."""
        title = f"{rng.choice(self.openings)} {rng.choice(self.endings)}"
        return f"{rng.choice(SUBJECTS)} {title}" if rng.random() < 0.67 else title


@cache
def words(seed: int) -> Words:
    """Return phrases and halves of titles over a vocabulary in which few words are frequent, as in prose."""
    rng = random.Random(f"{seed} words")
    syllables = " ".join(SYLLABLES).split()
    pseudowords = {"".join(rng.choices(syllables, k=rng.choice((3, 4, 4, 5)))) for _ in range(6_000)}
    vocabulary = _pool([*" ".join(COMMON).split(), *sorted(pseudowords, key=lambda word: (len(word), word))])
    phrases = _pool([vocabulary.pick(rng, 1, 3) for _ in range(80_000)])
    halves = [[vocabulary.pick(rng, 3, 7).title() for _ in range(20_000)] for _ in range(2)]
    return Words(phrases, *halves)


def _pool(texts: list[str]) -> Pool:
    return Pool(texts, list(itertools.accumulate(1 / (rank + 60) for rank in range(len(texts)))))
