"""What `_native_texts.c` offers; see there."""

from collections.abc import Mapping

from indexer.columnar.arrays import U8, U16, U32, Ints

Hit = tuple[int, int, tuple[object, ...]]

def texts(
    tokens: U16,
    base: int,
    rare: tuple[Ints, U32],
    raw: tuple[U8, Ints],
    separators: U8,
    separator_base: int,
    large: tuple[Ints, Ints],
    strings: tuple[U8, Ints],
    /,
) -> tuple[str, str, str, str] | None: ...
def wanted(words: list[bytes], prefixes: list[bytes], /) -> bytes: ...
def find(
    text: str, letters: bytes, wanted: bytes, known: Mapping[str, object], /
) -> list[tuple[int, int, object]]: ...
def beside(hits: list[Hit], pairs: bytes, size: int, next: int, /) -> bytes: ...
def tally(hits: list[Hit], flags: bytes, /) -> list[tuple[object, int, int]]: ...
def window(
    hits: list[Hit],
    pairs: bytes,
    size: int,
    next: int,
    width: int,
    exact: float,
    pair: float,
    /,
) -> tuple[int, int]: ...
