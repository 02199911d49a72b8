"""Bodies as they are received.

Belongs here: undoing the encodings of a body within a bound on what it unpacks to. Does not: what the content is.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping

import brotli
import pyarrow as pa

from oig_pipeline.fetch.failures import Fault, TooMuch

_STEP = 2**16


class Incomplete(Exception):
    """The body ends before its content does: asking again may give the rest."""


Decoder = Callable[[Iterable[bytes]], Iterable[bytes]]


def decoded(
    parts: Iterable[bytes], encoding: str, most: int, known: Mapping[str, Decoder] | None = None
) -> Iterator[bytes]:
    """Yield the content of a body in parts of bounded size.

    Args:
        parts: the body as it comes.
        encoding: its Content-Encoding, of several the last undone first.
        most: most bytes that it may unpack to.
        known: the encodings that are undone; what this project asks the site for unless given.

    Raises:
        Fault: an encoding is not among them, or the body is damaged.
        TooMuch: it holds more than `most` bytes.
        Incomplete: the body breaks off.
    """
    decoders = ASKED_FOR if known is None else known
    for name in reversed([name.strip() for name in encoding.lower().split(",")]):
        if name not in decoders:
            raise Fault(
                f"the body is encoded as {name}, which {'was not asked for' if known is None else 'is not known'}"
            )
        parts = _bounded(decoders[name](parts), most)
    yield from parts


def _bounded(parts: Iterable[bytes], most: int) -> Iterator[bytes]:
    count = 0
    for part in parts:
        count += len(part)
        if count > most:
            raise TooMuch(f"the body holds more than {most / 2**20:g} MiB")
        yield part


def _gunzipped(parts: Iterable[bytes]) -> Iterator[bytes]:
    return _inflated(parts, 31)


def _undeflated(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what is deflated, in the format of zlib as the standard says, or bare as some servers send it."""
    parts = iter(parts)
    begin = b""
    while len(begin) < 2 and (part := next(parts, None)) is not None:
        begin += part
    is_zlib = len(begin) >= 2 and begin[0] & 0x0F == 8 and int.from_bytes(begin[:2], "big") % 31 == 0
    yield from _inflated(_behind(begin, parts), 15 if is_zlib else -15)


def _behind(begin: bytes, parts: Iterable[bytes]) -> Iterator[bytes]:
    yield begin
    yield from parts


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


def _unbrotlied(parts: Iterable[bytes]) -> Iterator[bytes]:
    decompressor = brotli.Decompressor()
    try:
        for part in parts:
            content = decompressor.process(part, output_buffer_limit=_STEP)
            while content:
                yield content
                more = not decompressor.is_finished()
                content = decompressor.process(b"", output_buffer_limit=_STEP) if more else b""
    except brotli.error as error:
        raise Fault(f"the body is damaged: {error}") from None
    if not decompressor.is_finished():
        raise Incomplete("the compressed body breaks off")


def _unzstd(parts: Iterable[bytes]) -> Iterator[bytes]:
    content = b"".join(parts)
    try:
        with pa.CompressedInputStream(pa.BufferReader(content), "zstd") as stream:
            while part := stream.read(_STEP):
                yield bytes(part)
    except OSError as error:
        if "runcated" in str(error):
            raise Incomplete("the compressed body breaks off") from None
        raise Fault(f"the body is damaged: {error}".splitlines()[0]) from None


ASKED_FOR: dict[str, Decoder] = {
    "": lambda parts: parts,
    "identity": lambda parts: parts,
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _undeflated,
}
"""Content-Encoding → what undoes it, in parts of bounded size."""
ARCHIVED: dict[str, Decoder] = {**ASKED_FOR, "br": _unbrotlied, "zstd": _unzstd}
"""The same with what browsers ask for whose answers are archived."""
