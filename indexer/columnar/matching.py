"""Which articles a query tree finds: one truth value for each article of a part.

The rule for words is `vietnamese.matches`: what was typed must be there, what was left out is
free. A word typed with marks is found unmarked too in articles that were written without marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from indexer.columnar.arrays import I32, I64, Bools
from indexer.columnar.clock import Clock, OutOfTimeError
from indexer.columnar.coded import Coded, docs_of
from indexer.columnar.open_part import OpenPart
from indexer.columnar.records import UNDATED, microseconds
from indexer.columnar.segment import Inverted
from indexer.models import And, Node, Not, Or, Phrase, Prefix, Range, Term
from indexer.vietnamese import exact_forms, fold, matches, matches_prefix

_TEXT_FIELDS = ("title", "lead", "body", "caption")
_FIELD_END = -2
# A prefix with marks is compared with so many forms at most.
_MAX_PREFIX_FORMS = 20_000
# Articles of which the tokens are read at once: some milliseconds of work.
_READ_AT_ONCE = 4_096


def mask_of(
    part: OpenPart, node: Node | None, clock: Clock | None = None, *, every: bool = False
) -> Bools:
    """The live articles of `part` that `node` finds (`every`: deleted ones may be among them); None
    finds all.

    When the time of `clock` is over, those that are known by then: fewer than there are, and
    `clock.late` says so. Raises `OutOfTimeError` where none are.
    """
    if node is None:
        return part.everything()
    found = _mask(part, node, clock or Clock())
    if part.live is not None and not every:
        found &= part.live
    return found


def rows_of(part: OpenPart, node: Node | None, clock: Clock | None = None) -> I64:
    """The same as article numbers, ascending."""
    if isinstance(node, Phrase) and node.field is None and len(node.words) == 2:
        found = list(_pairs(part, *node.words, exact=node.exact))
        if len(found) == 1 and found[0][1]:  # as most phrases are: no need to look at all articles
            docs = docs_of(found[0][0])
            return docs if part.live is None else docs[part.live[docs]]
    return np.flatnonzero(mask_of(part, node, clock))


def _mask(part: OpenPart, node: Node, clock: Clock) -> Bools:
    clock.check()
    match node:
        case Term():
            return _term(part, node, clock)
        case Phrase():
            return _phrase(part, node, clock)
        case Prefix():
            return _prefix(part, node, clock)
        case Range():
            return published_in(part, node)
        case And():
            return _all(part, node.children, clock)
        case Or():
            return _any(part, (_mask(part, child, clock) for child in node.children), clock)
        case Not():
            excluded = _mask(part, node.child, clock)
            clock.check()  # of what is not all known, nobody can say what is not in it
            return ~excluded


def _all(part: OpenPart, children: Sequence[Node], clock: Clock) -> Bools:
    found = _mask(part, children[0], clock)
    for child in children[1:]:
        if not found.any():
            break
        found &= _mask(part, child, clock)
    return found


def _any(part: OpenPart, masks: Iterable[Bools], clock: Clock) -> Bools:
    """What any of the masks has, of those that are made in time."""
    found = part.nothing()
    try:
        for mask in masks:
            found |= mask
            clock.check()
    except OutOfTimeError:
        if not found.any():
            raise
    return found


# --------------------------------------------------------------------------------------- words


def _term(part: OpenPart, term: Term, clock: Clock) -> Bools:
    if term.field in (None, "title"):
        return _word(part, term.text, title=term.field == "title", exact=term.exact)
    if term.field in _TEXT_FIELDS:
        return _in_tokens(part, (term.text,), term.field, clock, exact=term.exact)
    return _value(part, str(term.field), (term.text,), exact=term.exact)


def _word(part: OpenPart, word: str, *, title: bool, exact: bool) -> Bools:
    segment = part.segment
    numbers = part.numbers(word)
    by_exact = segment.titles if title else segment.words
    if exact:
        return _list(part, by_exact, numbers.exact)
    if numbers.folded < 0:
        return part.nothing()
    if numbers.compatible is None:
        return _list(part, segment.title_bare if title else segment.bare, numbers.folded)
    found = part.nothing()
    for number in numbers.compatible:
        found |= _list(part, by_exact, number)
    unmarked = numbers.unmarked
    if unmarked >= 0 and len(part.all_written_without_marks):
        found |= _list(part, by_exact, unmarked) & part.written_without_marks
    return found


def _list(part: OpenPart, inverted: Inverted, number: int) -> Bools:
    if number < 0:
        return part.nothing()
    if inverted.is_dense(number):
        dense: Bools = inverted.dense(number) != 0
        return dense
    return part.mask(inverted.postings(number)[0])


def _prefix(part: OpenPart, prefix: Prefix, clock: Clock) -> Bools:
    segment = part.segment
    if prefix.field not in (None, "title"):
        if prefix.field in _TEXT_FIELDS:
            return _prefix_in_tokens(part, prefix, clock)
        return _value(part, str(prefix.field), (prefix.text,), exact=False, prefix=True)
    folded = segment.folded_range(fold(prefix.text))
    if not len(folded):
        return part.nothing()
    if prefix.text.isascii():
        inverted = segment.bare if prefix.field is None else segment.title_bare
        return part.mask(inverted.lists(folded.start, folded.stop).docs)
    inverted = segment.words if prefix.field is None else segment.titles
    forms = _forms_with_prefix(part, prefix.text)
    return _any(part, (_list(part, inverted, number) for number in forms), clock)


def _forms_with_prefix(part: OpenPart, prefix: str) -> list[int]:
    segment = part.segment
    folded = segment.folded_range(fold(prefix))
    if not len(folded):
        return []
    first = int(segment.folded_first[folded.start])
    last = int(segment.folded_first[folded.stop])
    numbers = range(first, min(last, first + _MAX_PREFIX_FORMS))
    return [i for i in numbers if matches_prefix(prefix, segment.exact[i])]


# ------------------------------------------------------------------------------------- phrases


def _phrase(part: OpenPart, phrase: Phrase, clock: Clock) -> Bools:
    words = phrase.words
    if phrase.field is not None and phrase.field not in _TEXT_FIELDS:
        return _value(part, phrase.field, words, exact=phrase.exact)
    if len(words) == 1:
        return _term(part, Term(words[0], phrase.field, phrase.exact), clock)
    if len(words) == 2 and phrase.field is None:
        return _pair(part, words[0], words[1], exact=phrase.exact)
    return _in_tokens(part, words, phrase.field, clock, exact=phrase.exact)


def allowed(part: OpenPart, word: str, *, exact: bool) -> frozenset[int] | None:
    """The exact numbers that a word of a phrase may have; None where there is none at all."""
    numbers = part.numbers(word)
    if exact:
        return frozenset({numbers.exact}) if numbers.exact >= 0 else None
    if numbers.folded < 0:
        return None
    if numbers.compatible is None:
        return frozenset(part.segment.variants(numbers.folded))
    unmarked = {numbers.unmarked} if numbers.unmarked >= 0 else frozenset()
    found = frozenset(numbers.compatible) | unmarked
    return found or None


def _pair(part: OpenPart, first: str, second: str, *, exact: bool) -> Bools:
    found = part.nothing()
    for pair, as_asked in _pairs(part, first, second, exact=exact):
        docs = docs_of(pair)
        found[docs if as_asked else docs[part.written_without_marks[docs]]] = True
    return found


def _pairs(part: OpenPart, first: str, second: str, *, exact: bool) -> Iterator[tuple[Coded, bool]]:
    """The articles with two words side by side, by the forms that the words have there; and whether
    these forms have the marks that were asked for (else only texts without marks count)."""
    pairs = part.segment.pairs
    one, two = part.numbers(first), part.numbers(second)
    if one.folded < 0 or two.folded < 0:
        return
    of_first, of_second = allowed(part, first, exact=exact), allowed(part, second, exact=exact)
    if of_first is None or of_second is None:
        return
    for entry in pairs.of_folded(one.folded, two.folded):
        a, b = pairs.forms(entry, one.folded)
        if a in of_first and b in of_second:
            as_asked = exact or (_asked(part, first, a) and _asked(part, second, b))
            yield pairs.coded(entry), as_asked


def _asked(part: OpenPart, typed: str, number: int) -> bool:
    return matches(typed, part.segment.exact[number])


def _in_tokens(
    part: OpenPart, words: Sequence[str], field: str | None, clock: Clock, *, exact: bool
) -> Bools:
    """Words side by side, found by reading the tokens of the articles that hold them all."""
    sets = [allowed(part, word, exact=exact) for word in words]
    if any(s is None for s in sets):
        return part.nothing()
    title = field == "title"
    candidates = (
        _word(part, words[0], title=title, exact=exact) if len(words) == 1 or title else None
    )
    for first, second in pairwise(words):
        clock.check()
        both = _pair(part, first, second, exact=exact)
        candidates = both if candidates is None else candidates & both
        if not candidates.any():
            break
    if candidates is None:
        return part.nothing()
    if part.live is not None:
        candidates &= part.live
    articles = np.flatnonzero(candidates)
    size = len(part.segment.exact)

    def holding(articles: I64) -> Bools:
        tokens, at = part.segment.exact_tokens_of(articles)
        hits = np.arange(max(0, len(tokens) - len(words) + 1))
        for i, numbers in enumerate(sets):
            if not len(hits):
                break
            fits = np.zeros(size + 2, dtype=bool)  # its last two stay False: breaks are -1 and -2
            fits[list(numbers or ())] = True
            hits = hits[fits[tokens[hits + i]]]
        return _articles_with(part, articles, at, hits, tokens, field)

    starts = range(0, len(articles), _READ_AT_ONCE)
    return _any(part, (holding(articles[at : at + _READ_AT_ONCE]) for at in starts), clock)


def _prefix_in_tokens(part: OpenPart, prefix: Prefix, clock: Clock) -> Bools:
    numbers = np.array(_forms_with_prefix(part, prefix.text), np.int32)
    articles = np.flatnonzero(_prefix(part, Prefix(prefix.text), clock))

    def holding(articles: I64) -> Bools:
        tokens, at = part.segment.exact_tokens_of(articles)
        hits = np.flatnonzero(np.isin(tokens, numbers))
        return _articles_with(part, articles, at, hits, tokens, prefix.field)

    starts = range(0, len(articles), _READ_AT_ONCE)
    return _any(part, (holding(articles[at : at + _READ_AT_ONCE]) for at in starts), clock)


def _articles_with(
    part: OpenPart, articles: I64, at: I64, hits: I64, tokens: I32, field: str | None
) -> Bools:
    """The articles in which some hit (a place in `tokens`) stands in `field`."""
    of_hit = np.searchsorted(at, hits, side="right") - 1
    if field is not None:
        fields_before = np.cumsum(tokens == _FIELD_END)
        at_start = np.append(0, fields_before)[at[of_hit]]
        in_field = fields_before[hits] - at_start == _TEXT_FIELDS.index(field)
        of_hit = of_hit[in_field]
    return part.mask(articles[np.unique(of_hit)])


# ------------------------------------------------------------------------------------ metadata


def published_in(part: OpenPart, node: Range) -> Bools:
    """The articles that were published in a range of time: none without a date."""
    published = part.segment.published
    found: Bools = published != UNDATED
    if node.start is not None:
        found &= published >= microseconds(node.start)
    if node.end is not None:
        found &= published < microseconds(node.end)
    return found


def _value(
    part: OpenPart, name: str, words: Sequence[str], *, exact: bool, prefix: bool = False
) -> Bools:
    """Articles one of whose values of a facet holds the words side by side (`exact`: is them)."""
    facet = part.facet(name)
    codes = [
        code
        for code, value in enumerate(facet.values)
        if _holds(exact_forms(value), words, exact=exact, prefix=prefix)
    ]
    return with_codes(part, name, codes)


def _holds(forms: Sequence[str], words: Sequence[str], *, exact: bool, prefix: bool) -> bool:
    if exact:
        return list(forms) == list(words)
    size = len(words)
    return any(
        all(
            matches_prefix(w, f) if prefix else matches(w, f)
            for w, f in zip(words, forms[i : i + size], strict=True)
        )
        for i in range(len(forms) - size + 1)
    )


def with_codes(part: OpenPart, name: str, codes: Sequence[int]) -> Bools:
    """The articles that have one of these codes of a facet."""
    facet = part.facet(name)
    if not codes:
        return part.nothing()
    wanted = np.zeros(len(facet.values), dtype=bool)
    wanted[list(codes)] = True
    places = np.flatnonzero(wanted[facet.codes])
    return part.mask(np.searchsorted(facet.first, places, side="right") - 1)
