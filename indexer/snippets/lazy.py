"""Highlighting that waits until someone looks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from indexer.models import Article, Highlighted, Node, Query
from indexer.snippets.highlighter import Highlighter

_set = object.__setattr__  # what is found late goes into a frozen value


class LazyHighlighter:
    """A highlighter that is made, and titles that are lit, when someone first looks at them.

    Programs that read only articles never do; it is a third of the time of a short query.
    """

    def __init__(self, query: Query | Node | None, *, reading: Sequence[str] = ()) -> None:
        self._query = query
        self._reading = reading

    @cached_property
    def _made(self) -> Highlighter:
        return Highlighter(self._query, reading=self._reading)

    def highlight(self, text: str) -> Highlighted:
        """As `Highlighter.highlight`, without a field."""
        return _Unlit(text, self)

    def spans(self, text: str) -> tuple[tuple[int, int], ...]:
        """The spans of `text` to light."""
        return self._made.highlight(text).spans

    def title_and_snippet(self, article: Article) -> tuple[Highlighted, Highlighted]:
        """As `Highlighter.title_and_snippet`."""
        return self._made.title_and_snippet(article)


class _Unlit(Highlighted):
    """A text whose spans are found when they are first asked for."""

    __slots__ = ("_by", "_spans")
    _by: LazyHighlighter
    _spans: tuple[tuple[int, int], ...] | None

    def __init__(self, text: str, by: LazyHighlighter) -> None:
        _set(self, "text", text)
        _set(self, "_by", by)
        _set(self, "_spans", None)

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        if self._spans is None:
            _set(self, "_spans", self._by.spans(self.text))
        return self._spans or ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Highlighted):
            return NotImplemented
        return (self.text, self.spans) == (other.text, other.spans)

    def __hash__(self) -> int:
        return hash((self.text, self.spans))
