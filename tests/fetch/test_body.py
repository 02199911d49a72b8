"""Bodies as they are received: whole whatever their parts, bounded, and never taken when they break off."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import brotli
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.fetch.body import ARCHIVED, Incomplete, decoded
from oig_pipeline.fetch.failures import FetchError, TooLarge

ENCODE: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gzip": gzip.compress,
    "GZIP": gzip.compress,
    "deflate": zlib.compress,
    "Deflate": lambda content: zlib.compress(content, wbits=-15),
    "br": brotli.compress,
    "zstd": lambda content: bytes(pa.compress(content, codec="zstd", asbytes=True)),
    "gzip, br": lambda content: brotli.compress(gzip.compress(content)),
    "identity": bytes,
}


def decode_all(parts: list[bytes], encoding: str, limit: int = 10**6) -> bytes:
    return b"".join(decoded(parts, encoding, limit, ARCHIVED))


def cut(content: bytes, size: int) -> list[bytes]:
    return [content[place : place + size] for place in range(0, len(content), size)]


@given(st.binary(max_size=3000), st.sampled_from(list(ENCODE)), st.integers(1, 400))
def test_a_body_is_the_same_in_whatever_parts_it_comes(content: bytes, encoding: str, size: int) -> None:
    assert decode_all(cut(ENCODE[encoding](content), size), encoding) == content


@given(st.binary(min_size=100, max_size=3000), st.integers(1, 40), st.sampled_from(["gzip", "deflate", "br", "zstd"]))
def test_a_compressed_body_that_breaks_off_is_not_taken(content: bytes, missing: int, encoding: str) -> None:
    with pytest.raises(Incomplete):
        decode_all([ENCODE[encoding](content)[:-missing]], encoding)


@pytest.mark.parametrize("encoding", ["", "gzip", "br", "zstd", "gzip, br"])
def test_a_body_that_holds_too_much_is_not_taken(encoding: str) -> None:
    content = bytes(2000)
    assert decode_all([ENCODE[encoding](content)], encoding, limit=2000) == content
    with pytest.raises(TooLarge):
        decode_all([ENCODE[encoding](content)], encoding, limit=1999)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_is_left_before_it_has_unpacked(encoding: str) -> None:
    sizes: list[int] = []
    bomb = decoded([ENCODE[encoding](bytes(20 * 2**20))], encoding, 2**20, ARCHIVED)
    with pytest.raises(TooLarge):
        sizes.extend(len(chunk) for chunk in bomb)
    assert sum(sizes) <= 2**20
    assert max(sizes) <= 2**17


@pytest.mark.parametrize(
    ("body", "encoding"), [(b"plain", "gzip"), (b"plain", "deflate"), (b"x", "br"), (b"x", "gzip, br"), (b"x", "zstd")]
)
def test_what_was_not_offered_or_is_damaged_is_a_fault(body: bytes, encoding: str) -> None:
    with pytest.raises(FetchError):
        list(decoded([body], encoding, 10**6))


@pytest.mark.parametrize(("body", "encoding"), [(b"<html><p>plain</p>", "br"), (b"plain", "zstd"), (b"x", "lzma")])
def test_what_an_archive_holds_damaged_is_a_fault(body: bytes, encoding: str) -> None:
    with pytest.raises(FetchError):
        decode_all([body], encoding)
