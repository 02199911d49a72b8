"""Portions → what all captures are, and where each portion stands among them.

Belongs here: putting together what was read side by side: captures out of their stretches, rows before each stretch,
what came of each correction. Does not: looking at rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from oig_pipeline.capture import chunks
from oig_pipeline.capture.captures import Capture
from oig_pipeline.capture.chunks import Heard
from oig_pipeline.capture.reader import Told
from oig_pipeline.curate.outcomes import Fit
from oig_pipeline.run.batches import Portion
from oig_pipeline.run.capture_chunks import Source
from oig_pipeline.run.curate_partition import Placed, blocks


@dataclass(frozen=True)
class Whole:
    """What was read.

    Attributes:
        readings: what each capture is, in order.
        placed: the portions whose rows count, in the order of their captures.
        fits: how corrections met these rows.
    """

    readings: tuple[Told, ...]
    placed: tuple[Placed, ...]
    fits: tuple[Fit, ...]

    @property
    def rows(self) -> int:
        """How many sightings there are."""
        return sum(one.portion.rows for one in self.placed)

    @property
    def years(self) -> dict[int | None, list[int]]:
        """The fiscal years that there are, with their blocks."""
        return blocks(one.portion for one in self.placed)


def whole(sources: Sequence[Source], portions: Iterable[Portion]) -> Whole:
    """Return what was read of all sources.

    Args:
        sources: all sources, in order.
        portions: what they gave, in any order; each source is in one of them.
    """
    portions = list(portions)
    told = {token: said for portion in portions for token, said in zip(portion.tokens, portion.told, strict=True)}
    readings: list[Told] = []
    before: dict[str, tuple[int, int]] = {}
    lost: set[str] = set()
    for capture, own in _by_capture(sources):
        said = [told[source.token] for source in own]
        heard = [one for one in said if isinstance(one, Heard)]
        if not heard:
            (one,) = said
            assert isinstance(one, Told)
            readings.append(replace(one, capture=capture))
            continue
        readings.append(chunks.conclude(capture, heard))
        rows = lines = 0
        for source, one in zip(own, heard, strict=True):
            before[source.token] = rows, lines
            rows, lines = rows + one.told.rows, lines + one.told.lines
        if readings[-1].status != "read":
            lost |= {source.token for source in own}
    place = {source.token: n for n, source in enumerate(sources)}
    portions.sort(key=lambda portion: place[portion.tokens[0]])
    placed = [Placed(p, *before.get(p.tokens[0], (0, 0))) for p in portions if p.tokens[0] not in lost]
    return Whole(tuple(readings), tuple(placed), tuple(fit for one in placed for fit in _fits(one)))


def _by_capture(sources: Sequence[Source]) -> list[tuple[Capture, list[Source]]]:
    found: list[tuple[Capture, list[Source]]] = []
    for source in sources:
        if source.start and found and found[-1][0] is source.capture:
            found[-1][1].append(source)
        else:
            found.append((source.capture, [source]))
    return found


def _fits(placed: Placed) -> Iterable[Fit]:
    """Yield how corrections met the rows of a portion, sightings named as they are in the whole capture."""
    for fit in placed.portion.fits:
        moved = (re.sub(r"\d+$", lambda m: str(int(m[0]) + placed.rows), key) for key in fit.ids)
        yield replace(fit, ids=tuple(moved)) if placed.rows else fit
