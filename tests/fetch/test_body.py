"""Bodies as they are received: whole whatever their parts, bounded, and never taken when they break off."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.fetch.body import Incomplete, decoded
from oig_pipeline.fetch.faults import Fault, TooMuch

ENCODE: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gzip": gzip.compress,
    "GZIP": gzip.compress,
    "deflate": zlib.compress,
}


def whole(parts: list[bytes], encoding: str, most: int = 10**6) -> bytes:
    return b"".join(decoded(parts, encoding, most))


def cut(content: bytes, size: int) -> list[bytes]:
    return [content[place : place + size] for place in range(0, len(content), size)]


@given(st.binary(max_size=3000), st.sampled_from(list(ENCODE)), st.integers(1, 400))
def test_a_body_is_the_same_in_whatever_parts_it_comes(content: bytes, encoding: str, size: int) -> None:
    assert whole(cut(ENCODE[encoding](content), size), encoding) == content


@given(st.binary(min_size=100, max_size=3000), st.integers(1, 40))
def test_a_compressed_body_that_breaks_off_is_not_taken(content: bytes, missing: int) -> None:
    with pytest.raises(Incomplete):
        whole([gzip.compress(content)[:-missing]], "gzip")


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_a_body_that_holds_too_much_is_not_taken(encoding: str) -> None:
    content = bytes(2000)
    assert whole([ENCODE[encoding](content)], encoding, most=2000) == content
    with pytest.raises(TooMuch):
        whole([ENCODE[encoding](content)], encoding, most=1999)


def test_a_bomb_is_left_before_it_has_unpacked() -> None:
    taken: list[int] = []
    bomb = decoded([gzip.compress(bytes(50 * 2**20))], "gzip", 2**20)
    with pytest.raises(TooMuch):
        taken.extend(len(part) for part in bomb)
    assert sum(taken) <= 2**20
    assert max(taken) <= 2**16


@pytest.mark.parametrize(
    ("body", "encoding"), [(b"plain", "gzip"), (b"plain", "deflate"), (b"x", "br"), (b"x", "gzip, br")]
)
def test_what_was_not_offered_or_is_damaged_is_a_fault(body: bytes, encoding: str) -> None:
    with pytest.raises(Fault):
        whole([body], encoding)
