"""How much of a capture is read, and compressed captures.

Belongs here: the bounds of size, and gzip and Zstandard, known by their first bytes. Does not: what the content is.
"""

from __future__ import annotations

import pyarrow as pa

from oig_pipeline.capture.rows import Finding, Unreadable

LARGEST_FILE = 2**31
"""Most bytes that a file may hold; more rows go into several files."""
MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
_TRUNCATED = "Truncated compressed stream"
_AMOUNTS = (2**20, 2**12, 2**6, 1)
LARGEST = 256 * 2**20
"""Most bytes that a capture may unpack to: far more than any page, far less than memory."""


def unpacked(content: bytes) -> tuple[bytes, bool]:
    """Return the content of a compressed file, other content as it is, and whether the file breaks off.

    Raises:
        Unreadable: the file is damaged, or unpacks to more than `LARGEST` bytes.
    """
    codec = next((name for magic, name in MAGIC.items() if content.startswith(magic)), None)
    if codec is None:
        return content, False
    unpacked_bytes, is_cut = b"", False
    try:
        with _stream(content, codec) as stream:
            unpacked_bytes = stream.read(LARGEST + 1)
    except OSError as error:
        if not str(error).startswith(_TRUNCATED):
            message = f"the {codec} file is damaged: {error}".splitlines()[0]
            raise Unreadable(Finding("capture_unreadable", message)) from None
        unpacked_bytes, is_cut = _beginning(content, codec), True
    if len(unpacked_bytes) > LARGEST:
        message = f"the {codec} file unpacks to more than {LARGEST // 2**20} MiB"
        raise Unreadable(Finding("capture_unreadable", message))
    return bytes(unpacked_bytes), is_cut


def _stream(content: bytes, codec: str) -> pa.CompressedInputStream:
    return pa.CompressedInputStream(pa.BufferReader(content), codec)


def _beginning(content: bytes, codec: str) -> bytes:
    """Return the content of a compressed file that breaks off, to its last byte.

    A read that meets the end returns nothing at all, so the rest is read again in ever smaller blocks.
    """
    data = b""
    for size in _AMOUNTS:
        with _stream(content, codec) as stream:
            blocks = [stream.read(len(data))] if data else []
            try:
                while sum(map(len, blocks)) <= LARGEST and (block := stream.read(size)):
                    blocks.append(block)
            except OSError:
                pass  # the end, which is where the next amount begins
        data = b"".join(blocks)
    return data
