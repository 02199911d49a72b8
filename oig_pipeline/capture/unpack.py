"""How much of a capture is read, and compressed captures.

Belongs here: the bounds of size, and gzip and Zstandard, known by their first bytes. Does not: what the content is.
"""

from __future__ import annotations

import pyarrow as pa

from oig_pipeline.capture.rows import Finding, Unreadable

LARGEST_FILE = 2**31
"""Most bytes that a file may hold; more rows go into several files."""
MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
LARGEST = 256 * 2**20
"""Most bytes that a capture may unpack to: far more than any page, far less than memory."""


def unpacked(content: bytes) -> bytes:
    """Return the content of a compressed file, other content as it is.

    Raises:
        Unreadable: the file is damaged, or unpacks to more than `LARGEST` bytes.
    """
    codec = next((name for magic, name in MAGIC.items() if content.startswith(magic)), None)
    if codec is None:
        return content
    try:
        with pa.CompressedInputStream(pa.BufferReader(content), codec) as stream:
            found = stream.read(LARGEST + 1)
    except OSError as error:
        said = f"the {codec} file is damaged: {error}".splitlines()[0]
        raise Unreadable(Finding("capture_unreadable", said)) from None
    if len(found) > LARGEST:
        said = f"the {codec} file unpacks to more than {LARGEST // 2**20} MiB"
        raise Unreadable(Finding("capture_unreadable", said))
    return bytes(found)
