"""Completions of what is being typed, from the titles of the articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from indexer.models import Suggestion
from indexer.vietnamese import matches, tokens

# A completion goes on for this many syllables past what was typed.
_AHEAD = 3


def complete(titles: Iterable[str], prefix: str, *, limit: int) -> list[Suggestion]:
    """Phrases of titles that begin with the words of `prefix` (the last may be unfinished).

    >>> [s.text for s in complete(["Đại hội Đảng bộ tỉnh"], "dai ho", limit=1)]
    ['Đại hội Đảng bộ tỉnh']
    """
    typed = [token.exact for token in tokens(prefix)]
    counts: Counter[str] = Counter()
    if not typed:
        return []
    for title in titles:
        found = list(tokens(title))
        for at in range(len(found) - len(typed) + 1):
            window = found[at : at + len(typed)]
            whole = all(matches(t, w.exact) for t, w in zip(typed[:-1], window, strict=False))
            last = window[-1].exact
            if whole and matches(typed[-1], last[: len(typed[-1])]):
                end = min(at + len(typed) + _AHEAD, len(found)) - 1
                counts[title[window[0].start : found[end].end]] += 1
    best = sorted(counts.items(), key=lambda kv: (-kv[1], len(kv[0]), kv[0]))
    return [Suggestion(text, count) for text, count in best[:limit]]
