"""Bodies as they are received.

Belongs here: undoing the encodings of a body within a bound on what it unpacks to. Does not: what the content is.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping

import brotli
import pyarrow as pa

from oig_pipeline.fetch.failures import FetchError, TooLarge

_STEP = 2**16


class Incomplete(Exception):
    """The body ends before its content does: asking again may give the rest."""


Decoder = Callable[[Iterable[bytes]], Iterable[bytes]]


def decoded(
    parts: Iterable[bytes], encoding: str, limit: int, decoders: Mapping[str, Decoder] | None = None
) -> Iterator[bytes]:
    """Yield the content of a body in parts of bounded size.

    Args:
        parts: the body as it comes.
        encoding: its Content-Encoding; of several encodings, the last is decoded first.
        limit: maximum size of the decoded content, in bytes.
        decoders: the supported encodings and their decoders; those that requests ask for if None.

    Raises:
        FetchError: an encoding is not supported, or the body is damaged.
        TooLarge: it holds more than `limit` bytes.
        Incomplete: the body breaks off.
    """
    supported = ASKED_FOR if decoders is None else decoders
    for name in reversed([name.strip() for name in encoding.lower().split(",")]):
        if name not in supported:
            raise FetchError(
                f"the body is encoded as {name}, which {'was not asked for' if decoders is None else 'is not known'}"
            )
        parts = _bounded(supported[name](parts), limit)
    yield from parts


def _bounded(parts: Iterable[bytes], limit: int) -> Iterator[bytes]:
    count = 0
    for chunk in parts:
        count += len(chunk)
        if count > limit:
            raise TooLarge(f"the body holds more than {limit / 2**20:g} MiB")
        yield chunk


def _gunzipped(parts: Iterable[bytes]) -> Iterator[bytes]:
    return _inflated(parts, 31)


def _undeflated(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield decompressed deflate data, with a zlib header as in the standard or without, as some servers send it."""
    parts = iter(parts)
    begin = b""
    while len(begin) < 2 and (chunk := next(parts, None)) is not None:
        begin += chunk
    is_zlib = len(begin) >= 2 and begin[0] & 0x0F == 8 and int.from_bytes(begin[:2], "big") % 31 == 0
    yield from _inflated(_behind(begin, parts), 15 if is_zlib else -15)


def _behind(begin: bytes, parts: Iterable[bytes]) -> Iterator[bytes]:
    yield begin
    yield from parts


def _inflated(parts: Iterable[bytes], window: int) -> Iterator[bytes]:
    inflater = zlib.decompressobj(window)
    try:
        for chunk in parts:
            rest = chunk
            while rest and not inflater.eof:
                yield inflater.decompress(rest, _STEP)
                rest = inflater.unconsumed_tail
    except zlib.error as error:
        raise FetchError(f"the body is damaged: {error}") from None
    if not inflater.eof:
        raise Incomplete("the compressed body breaks off")


def _unbrotlied(parts: Iterable[bytes]) -> Iterator[bytes]:
    decompressor = brotli.Decompressor()
    try:
        for chunk in parts:
            content = decompressor.process(chunk, output_buffer_limit=_STEP)
            while content:
                yield content
                more = not decompressor.is_finished()
                content = decompressor.process(b"", output_buffer_limit=_STEP) if more else b""
    except brotli.error as error:
        raise FetchError(f"the body is damaged: {error}") from None
    if not decompressor.is_finished():
        raise Incomplete("the compressed body breaks off")


def _unzstd(parts: Iterable[bytes]) -> Iterator[bytes]:
    content = b"".join(parts)
    try:
        with pa.CompressedInputStream(pa.BufferReader(content), "zstd") as stream:
            while chunk := stream.read(_STEP):
                yield bytes(chunk)
    except OSError as error:
        if "runcated" in str(error):
            raise Incomplete("the compressed body breaks off") from None
        raise FetchError(f"the body is damaged: {error}".splitlines()[0]) from None


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
