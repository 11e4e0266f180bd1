"""The stretch of a text that shows most of a query, cut out and lit."""

from __future__ import annotations

import re
from math import log

from indexer.columnar import kernels
from indexer.models import Highlighted
from indexer.sentences import begins_sentence, ends_sentence, fit_passage
from indexer.snippets.query_words import NEXT, QueryWords
from indexer.snippets.word_places import Hit

_SPACE = re.compile(r"[^\S ]")
_JOINT = re.compile(r"[\s/‐‑–-]")
# What a word counts more for being written exactly as typed, in parts, and a pair of neighbours.
_EXACT, _PAIR = 0.3, 0.8
# What a hit shows of the query, and how much that counts.
_Shown = list[tuple[object, float]]


def passage(text: str, hits: list[Hit], words: QueryWords, max_chars: int) -> Highlighted:
    """The best passage of `text` for its `hits`, at most `max_chars` characters, … included."""
    at, to = _best_window(hits, words, max_chars - 2)
    start, end = fit_passage(text, at, to, max_chars)
    before = "" if begins_sentence(text, start) else "…"
    after = "" if ends_sentence(text, end) else "…"
    shift = len(before) - start
    inside = [hit for hit in hits if hit[0] >= start and hit[1] <= end]
    lit = tuple([(s + shift, e + shift) for s, e in spans(text, inside)])
    return Highlighted(before + _SPACE.sub(" ", text[start:end]) + after, lit)


def spans(text: str, hits: list[Hit]) -> tuple[tuple[int, int], ...]:
    """The hits as spans; those with one space or dash between them become one."""
    joined: list[tuple[int, int]] = []
    for start, end, _ in hits:
        if joined and start - joined[-1][1] == 1 and _JOINT.match(text, start - 1):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _best_window(hits: list[Hit], words: QueryWords, width: int) -> tuple[int, int]:
    """The stretch of text, within `width` characters, whose hits show most of the query.

    Each distinct query word counts, the less the more often the article has it; more when it is
    written exactly as typed; more again next to its neighbour in the query.
    """
    if not hits:
        return 0, 0
    if kernels.native_texts is not None:
        first, last = kernels.native_texts.window(
            hits, words.pair_table, len(words), NEXT, width, _EXACT, _PAIR
        )
        return hits[first][0], hits[last][1]
    shows = _evidence(hits, words)
    seen: dict[object, int] = {}
    best, window, score, first = 0.0, (0, 0), 0.0, 0
    for last, (_, end, _) in enumerate(hits):
        for key, value in shows[last]:
            count = seen.get(key, 0)
            seen[key] = count + 1
            if not count:
                score += value
        while hits[first][0] < end - width and first < last:
            for key, value in shows[first]:
                seen[key] -= 1
                if not seen[key]:
                    score -= value
            first += 1
        if score > best + 1e-9:
            best, window = score, (first, last)
    first, last = window
    # From the left, what later hits show as well is left out.
    counts: dict[object, int] = {}
    for at in range(first, last + 1):
        for key, _ in shows[at]:
            counts[key] = counts.get(key, 0) + 1
    while all(counts[key] > 1 for key, _ in shows[first]):
        for key, _ in shows[first]:
            counts[key] -= 1
        first += 1
    return hits[first][0], hits[last][1]


def _evidence(hits: list[Hit], words: QueryWords) -> list[_Shown]:
    """For each hit, what it shows of the query and how much each of these counts."""
    counts: dict[int, int] = {}
    for _, _, found in hits:
        for number in found.words:
            counts[number] = counts.get(number, 0) + 1
    worth = {number: 1 / (1 + log(count)) for number, count in counts.items()}
    by_word: dict[int, _Shown] = {}
    shows = []
    before, left = -NEXT - 1, hits[0][2]
    for start, end, found in hits:
        here = by_word.get(id(found))
        if here is None:
            here = [(number, worth[number]) for number in found.words]
            here += [(-1 - number, _EXACT * worth[number]) for number in found.exact]
            by_word[id(found)] = here
        if start - before <= NEXT and (pairs := words.pairs_of(left, found)):
            here = here + [(pair, _PAIR) for pair in pairs]
        shows.append(here)
        before, left = end, found
    return shows
