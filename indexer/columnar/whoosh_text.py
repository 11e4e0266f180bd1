"""Vietnamese text as Whoosh's own queries and parsers see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh.analysis.acore import Token
from whoosh.analysis.tokenizers import Tokenizer

from indexer.vietnamese import fold, tokens


class ExactTokenizer(Tokenizer):  # type: ignore[misc]
    """Exact forms, as `vietnamese.tokens` gives them."""

    def __init__(self) -> None:
        self.folded = False

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    def __call__(self, value: str, **options: Any) -> Iterator[Token]:
        token = Token(
            positions=options.get("positions", False),
            chars=options.get("chars", False),
            mode=options.get("mode", ""),
        )
        place = options.get("start_pos", 0)
        for found in tokens(value):
            token.text = fold(found.exact) if self.folded else found.exact
            token.boost = 1.0
            token.stopped = False
            token.pos = place
            token.startchar, token.endchar = found.start, found.end
            place += 1
            yield token


class FoldedTokenizer(ExactTokenizer):
    """The same without marks."""

    def __init__(self) -> None:
        self.folded = True
