"""Bodies as they are received.

Belongs here: undoing the encoding of a body within a bound on what it unpacks to. Does not: what the content is.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from oig_pipeline.fetch.faults import Fault, TooMuch

ENCODINGS = {"": None, "identity": None, "gzip": 31, "x-gzip": 31, "deflate": 15}
"""Content-Encoding → the window of zlib by which it is undone."""
_STEP = 2**16


class Incomplete(Exception):
    """The body ends before its content does: asking again may give the rest."""


def decoded(parts: Iterable[bytes], encoding: str, most: int) -> Iterator[bytes]:
    """Yield the content of a body in parts of bounded size.

    Args:
        parts: the body as it comes.
        encoding: its Content-Encoding.
        most: most bytes that it may unpack to.

    Raises:
        Fault: the encoding is not one that was offered, or the body is damaged.
        TooMuch: it holds more than `most` bytes.
        Incomplete: the body breaks off.
    """
    encoding = encoding.strip().lower()
    if encoding not in ENCODINGS:
        raise Fault(f"the body is encoded as {encoding}, which was not asked for")
    window, count = ENCODINGS[encoding], 0
    for part in parts if window is None else _inflated(parts, window):
        count += len(part)
        if count > most:
            raise TooMuch(f"the body holds more than {most / 2**20:g} MiB")
        yield part


def _inflated(parts: Iterable[bytes], window: int) -> Iterator[bytes]:
    inflater = zlib.decompressobj(window)
    try:
        for part in parts:
            rest = part
            while rest and not inflater.eof:
                yield inflater.decompress(rest, _STEP)
                rest = inflater.unconsumed_tail
    except zlib.error as error:
        raise Fault(f"the body is damaged: {error}") from None
    if not inflater.eof:
        raise Incomplete("the compressed body breaks off")
