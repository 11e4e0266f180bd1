"""Where sentences of a news text begin and end, and how to cut a passage out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]]*\s+|\n\s*")
# A full stop after these ends no sentence: TP. Hồ Chí Minh, PGS. TS. Nguyễn, Q. 1.
_ABBREVIATION = re.compile(r"(?<![^\W_])(?:[A-ZĐ]{1,3}|Th[Ss]|Tp|Tr|Dr|Mrs?|Ms|St|No)\.$")
# Where a boundary is looked for, this much text around it says whether it is one.
_AROUND = 40


def sentence_breaks(text: str, lo: int = 0, hi: int | None = None) -> Iterator[tuple[int, int]]:
    """The breaks within `text[lo:hi]`: where a sentence ends, and where the next one starts.

    A line break is one; a full stop too, unless it ends an abbreviation or a small letter follows.

    >>> text = "TP. Huế đón mưa. Lũ lên nhanh."
    >>> [(text[:end], text[start:]) for end, start in sentence_breaks(text)]
    [('TP. Huế đón mưa.', 'Lũ lên nhanh.')]
    """
    for match in _SENTENCE_END.finditer(text, lo, len(text) if hi is None else hi):
        start = match.end()
        if match[0][0] == "\n":
            yield lo + len(text[lo : match.start()].rstrip()), start
            continue
        end = match.start() + len(match[0].rstrip())
        if "\n" in match[0] or not (
            text[start : start + 1].islower()
            or _ABBREVIATION.search(text, max(0, end - _AROUND), end)
        ):
            yield end, start


def begins_sentence(text: str, start: int) -> bool:
    """Whether a sentence starts at `start`."""
    lo = max(0, start - _AROUND)
    return start <= len(text) - len(text.lstrip()) or any(
        s == start for _, s in sentence_breaks(text, lo, start)
    )


def ends_sentence(text: str, end: int) -> bool:
    """Whether a sentence ends at `end`."""
    lo, hi = max(0, end - _AROUND), end + _AROUND
    return end >= len(text.rstrip()) or any(e == end for e, _ in sentence_breaks(text, lo, hi))


def fit_passage(text: str, first: int, last: int, max_chars: int) -> tuple[int, int]:
    """Where to cut `text` to show `first:last` well in `max_chars`, an … at each cut included.

    From the start of a sentence to the end of one, where that fits and fills at least half of the
    room; else between words.
    """
    stop = len(text.rstrip())
    earliest = max(0, last - max_chars + 2)
    starts = [s for _, s in sentence_breaks(text, earliest, first)]
    if earliest == 0:
        starts.insert(0, min(len(text) - len(text.lstrip()), first))
    if starts:
        start, room = starts[-1], max_chars
    else:
        context = max(0, max_chars - 2 - (last - first)) // 3
        start, room = _word_start(text, max(first - context, earliest), first), max_chars - 1
    if start + room >= stop and starts:  # up to the end of the text: there may be room before
        return min((s for s in starts if s + max_chars >= stop), default=start), max(start, stop)
    limit = min(start + room, stop)
    ends = [e for e, _ in sentence_breaks(text, last, limit + _AROUND) if e <= limit]
    if limit == stop or (ends and ends[-1] - start >= max_chars // 2):
        end = stop if limit == stop else ends[-1]
        return start if starts else _word_start(text, max(1, end - room), first), end
    return start, max(last, _word_end(text, start, limit - 1))


def _word_start(text: str, at: int, latest: int) -> int:
    """The first start of a word, after a space, from `at` on; `latest` if there is none before."""
    while at < latest and (text[at].isspace() or not text[at - 1].isspace()):
        at += 1
    return at


def _word_end(text: str, start: int, stop: int) -> int:
    """The last end of a word, before a space, in `text[start:stop]`; `stop` in an endless word."""
    at = stop
    while at > start and not text[at].isspace():
        at -= 1
    at = at if at > start else stop
    while at > start and (text[at - 1].isspace() or text[at - 1] in ",;:-–—("):
        at -= 1
    return at if at > start else stop
