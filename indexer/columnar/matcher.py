"""A posting list, as Whoosh's queries walk through it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any, Protocol

from whoosh.matching import LeafMatcher, ReadTooFar


class Values(Protocol):
    """The values of a list's postings, by place in the list."""

    def bytes_at(self, place: int) -> bytes: ...

    def decoded_at(self, name: str, place: int) -> Any: ...


class ListWalker(LeafMatcher):  # type: ignore[misc]
    """Walks through documents and weights that are all decoded; the whole list is one block."""

    def __init__(
        self,
        ids: list[Any],
        weights: list[float],
        values: Values,
        format_: Any,
        *,
        term: tuple[str, bytes] | None = None,
        scorer: Any = None,
        lengths: tuple[int, int] = (0, 0),
    ) -> None:
        self._ids = ids
        self._weights = weights
        self._values = values
        self.format = format_
        self._term = term
        self.scorer = scorer
        self._lengths = lengths
        self._max_weight = max(weights, default=0.0)
        self._i = 0
        self._skipped = False  # past the only block: Whoosh still asks where we stood then

    def is_active(self) -> bool:
        return not self._skipped and self._i < len(self._ids)

    def reset(self) -> None:
        self._i = 0
        self._skipped = False

    def copy(self) -> ListWalker:
        other = ListWalker(
            self._ids,
            self._weights,
            self._values,
            self.format,
            term=self._term,
            scorer=self.scorer,
            lengths=self._lengths,
        )
        other._i, other._skipped = self._i, self._skipped
        return other

    def id(self) -> Any:
        # Some of Whoosh's matchers ask once more after the end, and then look at `is_active`.
        return self._ids[min(self._i, len(self._ids) - 1)]

    def all_ids(self) -> Iterator[Any]:
        return iter(self._ids[self._i :])

    def next(self) -> bool:
        if not self.is_active():
            raise ReadTooFar
        self._i += 1
        return self._i == len(self._ids)

    def skip_to(self, targetid: Any) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._i = bisect_left(self._ids, targetid, self._i)

    def skip_to_quality(self, minquality: float) -> int:
        if self.is_active() and self.block_quality() <= minquality:
            self._skipped = True
            return 1
        return 0

    def weight(self) -> float:
        return self._weights[self._i]

    def value(self) -> bytes:
        return self._values.bytes_at(self._i)

    def value_as(self, astype: str) -> Any:
        return self._values.decoded_at(astype, self._i)

    def items_as(self, astype: str) -> Iterator[tuple[Any, Any]]:
        for place in range(self._i, len(self._ids)):
            yield self._ids[place], self._values.decoded_at(astype, place)

    def block_min_id(self) -> Any:
        return self._ids[0]

    def block_max_id(self) -> Any:
        return self._ids[-1]

    def block_min_length(self) -> int:
        return self._lengths[0]

    def block_max_length(self) -> int:
        return self._lengths[1]

    def block_max_weight(self) -> float:
        return self._max_weight
