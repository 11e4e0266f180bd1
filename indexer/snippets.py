"""Article + query → the words to light, and the passage that shows best why it was found.

A word lights where `vietnamese.matches` the query: `dai hoi` lights Đại hội, `hoà` lights hòa. In a
text that was itself written without marks, dai hoi is lit for `đại hội` too. Words of a phrase
light where they stand together; words under a negation never. A syllable that the text writes with
its neighbour in the query is mostly part of one word there, so alone it stays dark: with đại hội,
the đại of đại biểu; with giá vàng, for `gia vang`, the gia of chuyên gia.

A page of results asks for ten snippets at once, so the words of a text are not all looked at: one
regular expression finds those that begin with a letter that some query word begins with (a sixth
of a text for two words), and a dict says what each of these is to the query.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise, product
from math import log
from operator import itemgetter
from typing import NamedTuple

from indexer import vietnamese
from indexer.models import And, Article, Highlighted, Node, Not, Or, Phrase, Prefix, Query, Term
from indexer.sentences import begins_sentence, ends_sentence, fit_passage

MAX_CHARS = 240
# A snippet is looked for in so much of an article, ten times the longest feature of a newspaper.
MAX_READ = 50_000

_TEXT_FIELDS = (None, "title", "lead", "body", "caption")
_PASSAGE_FIELDS = (None, "lead", "body")

# Letters of ordinary text. One character outside of this (a combining mark, a look-alike, another
# script) and every word of that text is looked at.
_VIETNAMESE = "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
_MARKED_LETTERS = _VIETNAMESE + _VIETNAMESE.upper()
_ODD = re.compile(
    f"[^\\x00-\\x5e\\x60-\\x7f{_MARKED_LETTERS}\u00a0\u00a7\u00a9\u00ab\u00ae\u00b0\u00b7\u00bb"
    "\u2010-\u2027\u2030-\u205e\u20ab\u20ac]"
)
_MARKED = re.compile(f"[{_MARKED_LETTERS}\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]")
# Between two words that are no farther apart than this, a third one has no room.
_NEXT = 2

_SPACE = re.compile(r"[^\S ]")
# Between the parts of an article: longer than any two words that stand together have.
_BETWEEN = "\n\n\n"
# A syllable is a word of its own where it stands alone more than so many times as often as not.
_MOSTLY = 3
_JOINT = re.compile(r"[\s/‐‑–-]")


class _Found(NamedTuple):
    """What a written word is to the query: numbers of query words, and of those written exactly.

    `form`: the word as it is compared, normalised.
    """

    words: tuple[int, ...]
    exact: tuple[int, ...]
    form: str


class _Hit(NamedTuple):
    """A place in a text that a query word matches."""

    start: int
    end: int
    found: _Found


class LitArticle(NamedTuple):
    """An article with the words of a query lit: `lines` are those of its body."""

    title: Highlighted
    lead: Highlighted
    lines: tuple[Highlighted, ...]
    captions: tuple[Highlighted, ...]

    @property
    def is_lit(self) -> bool:
        """Whether any word is lit."""
        return any(part.spans for part in (self.title, self.lead, *self.lines, *self.captions))


class Highlighter:
    """A query made ready to light texts. Make one per query and use it for all of its results.

    reading  for each word of the query, in order, the form that it most likely stands for; where a
             text has it, other forms of a word without marks stay dark
    """

    def __init__(self, query: Query | Node | None, *, reading: Sequence[str] = ()) -> None:
        root = query.root if isinstance(query, Query) else query
        self._by_folded: dict[str, list[tuple[int, str, bool]]] = {}
        self._prefixes: list[tuple[int, str]] = []
        self._numbers: dict[tuple[str, str | None, str], int] = {}
        self._alone: set[int] = set()
        self._phrases: dict[int, set[tuple[int, ...]]] = {}  # by their first word
        self._pairs: set[tuple[int, int]] = set()
        self._field_of: list[str | None] = []
        before: tuple[int, ...] = ()
        in_order: list[int] = []
        for leaf in _positive_leaves(root):
            numbers = self._add(leaf)
            in_order += () if isinstance(leaf, Prefix) else numbers
            if len(numbers) > 1:
                self._phrases.setdefault(numbers[0], set()).add(numbers)
            else:
                self._alone.update(numbers)
            self._pairs.update(pairwise((*before, *numbers)))
            before = numbers[-1:]
        self._repeated = {n for n, count in Counter(in_order).items() if count > 1}
        self._meant: dict[int, str] = {}
        if len(reading) == len(in_order):
            self._meant = dict(zip(in_order, reading, strict=True))
        # Words of which any may be missing are not parts of one word.
        self._binds = bool(self._pairs) and not _has_or(root)
        self._prefix_starts = tuple(vietnamese.fold(start) for _, start in self._prefixes)
        # What words are to the query, by whether their text has no marks at all.
        self._found = (_Lookup(self, unmarked=False), _Lookup(self, unmarked=True))
        self._first_letters = self._compile_first_letters()

    def _add(self, leaf: Term | Phrase | Prefix) -> tuple[int, ...]:
        words = leaf.words if isinstance(leaf, Phrase) else (leaf.text,)
        kind = "prefix" if isinstance(leaf, Prefix) else "exact" if leaf.exact else "free"
        form = vietnamese.normalize_prefix if kind == "prefix" else vietnamese.normalize
        numbers = []
        for word in filter(None, map(form, words)):
            known = len(self._numbers)
            number = self._numbers.setdefault((kind, leaf.field, word), known)
            numbers.append(number)
            if number < known:
                continue
            self._field_of.append(leaf.field)
            if kind == "prefix":
                self._prefixes.append((number, word))
            else:
                same = self._by_folded.setdefault(vietnamese.fold(word), [])
                same.append((number, word, kind == "exact"))
        return tuple(numbers)

    def _compile_first_letters(self) -> re.Pattern[str] | None:
        """Words of ordinary text that begin with the first letter of some query word."""
        starts = {word[0] for word in self._by_folded}
        starts |= {vietnamese.fold(start)[0] for _, start in self._prefixes}
        if not starts:
            return None
        letters = "".join(s + s.upper() + _letters_like(s) for s in sorted(starts))
        return re.compile(rf"[{letters}](?<!\w.)\w*")

    def matching(self, written: str, *, unmarked: bool) -> _Found:
        """What a word is to the query; `unmarked`: its text has no marks at all."""
        exact, folded = vietnamese.normalize(written), _FOLDED[written]
        words, same = [], []
        for number, word, exactly in self._by_folded.get(folded, ()):
            if word == exact:
                words.append(number)
                same.append(number)
            elif not exactly and (
                (unmarked and exact == folded) or vietnamese.matches(word, exact)
            ):
                words.append(number)
        for number, start in self._prefixes:
            if vietnamese.matches_prefix(start, exact):
                words.append(number)
        return _Found(tuple(words), tuple(same), exact)

    def highlight(self, text: str, *, field: str | None = None) -> Highlighted:
        """The text with every word lit that the query asks for.

        `field` says what the text is (`title`, `lead`, `body`, `caption`): words that the query
        wants in another field stay dark. None lights them all.
        """
        fields = _TEXT_FIELDS if field is None else (None, field)
        return Highlighted(text, _spans(text, self._hits(text, fields)))

    def article(self, article: Article) -> LitArticle:
        """The whole article, lit: what a word is, all of its text tells."""
        lines = article.body.split("\n")
        parts = (article.title, article.lead, *lines, *article.captions)
        text = _BETWEEN.join(parts)
        spans = _spans(text, self._hits(text, _TEXT_FIELDS))
        lit, at, first = [], 0, 0
        for part in parts:
            last = first
            while last < len(spans) and spans[last][1] <= at + len(part):
                last += 1
            lit.append(Highlighted(part, tuple((s - at, e - at) for s, e in spans[first:last])))
            at, first = at + len(part) + len(_BETWEEN), last
        title, lead, *rest = lit
        return LitArticle(title, lead, tuple(rest[: len(lines)]), tuple(rest[len(lines) :]))

    def snippet(self, article: Article, *, max_chars: int = MAX_CHARS) -> Highlighted:
        """The passage of lead and body with the most of the query, at most `max_chars` characters.

        Whole sentences where they fit, else cut between words, with … where it was cut. Without
        anything to light it is the beginning of the text.
        """
        text = article.text[:MAX_READ]
        return self._passage(text, self._hits(text, _PASSAGE_FIELDS), max_chars)

    def title_and_snippet(self, article: Article) -> tuple[Highlighted, Highlighted]:
        """Both, each lit with what the other tells about the words."""
        if any(self._field_of):
            return self.highlight(article.title), self.snippet(article)
        text, shift = article.text[:MAX_READ], len(article.title) + len(_BETWEEN)
        hits = self._hits(f"{article.title}{_BETWEEN}{text}", _PASSAGE_FIELDS)
        first = bisect_left(hits, shift, key=itemgetter(0))
        title = Highlighted(article.title, _spans(article.title, hits[:first]))
        moved = [_Hit(start - shift, end - shift, found) for start, end, found in hits[first:]]
        return title, self._passage(text, moved, MAX_CHARS)

    def _passage(self, text: str, hits: list[_Hit], max_chars: int) -> Highlighted:
        at, to = self._best_window(hits, max_chars - 2)
        start, end = fit_passage(text, at, to, max_chars)
        before = "" if begins_sentence(text, start) else "…"
        after = "" if ends_sentence(text, end) else "…"
        shift = len(before) - start
        inside = [hit for hit in hits if hit[0] >= start and hit[1] <= end]
        spans = tuple((s + shift, e + shift) for s, e in _spans(text, inside))
        return Highlighted(before + _SPACE.sub(" ", text[start:end]) + after, spans)

    def _hits(self, text: str, fields: tuple[str | None, ...]) -> list[_Hit]:
        """The places to light, in order."""
        if self._first_letters is None:
            return []
        lookup = self._found[_MARKED.search(text) is None]
        hits = []
        if _ODD.search(text):
            for match in vietnamese.pattern_for(text).finditer(text):
                found = lookup[match[0]]
                if found.words:
                    hits.append(_Hit(*match.span(), found))
        else:
            # Finding the few again is faster than to have finditer say where all candidates are.
            end = 0
            for written in self._like_the_query(self._first_letters.findall(text)):
                found = lookup[written]
                if found.words:
                    start = _find_word(text, written, end)
                    end = start + len(written)
                    hits.append(_Hit(start, end, found))
        if any(name not in fields for name in self._field_of):
            hits = self._only_fields(hits, fields)
        if self._phrases:
            hits = self._only_together(text, hits)
        return self._only_as_meant(hits) if self._binds or self._meant else hits

    def _like_the_query(self, words: list[str]) -> list[str]:
        """The words whose letters, without marks, are those of some word of the query."""
        folded, wanted = _FOLDED, self._by_folded
        if not self._prefixes:
            return [word for word in words if folded[word] in wanted]
        starts = self._prefix_starts
        return [w for w in words if folded[w] in wanted or folded[w].startswith(starts)]

    def _only_fields(self, hits: list[_Hit], fields: tuple[str | None, ...]) -> list[_Hit]:
        wanted = {n for n, name in enumerate(self._field_of) if name in fields}
        return _narrow(hits, [wanted] * len(hits))

    def _only_together(self, text: str, hits: list[_Hit]) -> list[_Hit]:
        """The hits of words that stand alone in the query, or in their phrase in the text."""
        wanted = [set(self._alone) for _ in hits]
        for at, hit in enumerate(hits):
            for number in hit.found.words:
                for phrase in self._phrases.get(number, ()):
                    if _stands_at(phrase, hits[at : at + len(phrase)], text):
                        for offset, part in enumerate(phrase):
                            wanted[at + offset].add(part)
        return _narrow(hits, wanted)

    def _only_as_meant(self, hits: list[_Hit]) -> list[_Hit]:
        """The hits without syllables that are part of some other word, as far as the text tells."""
        beside = self._beside(hits) if self._binds else set()
        if not beside and not self._meant:
            return hits
        together: dict[str, int] = {}  # by form: how often it stands beside its neighbour
        alone: dict[str, int] = {}
        forms: dict[str, tuple[int, ...]] = {}
        for at, (_, _, (words, _, form)) in enumerate(hits):
            counts = together if at in beside else alone
            counts[form] = counts.get(form, 0) + 1
            if forms.setdefault(form, words) is not words:  # in and out of a phrase
                forms[form] = (*forms[form], *words)
        bound = {number for form in together for number in forms[form]}

        def is_meant(number: int, form: str) -> bool:
            if number in self._repeated:
                return True
            if number in bound:
                return 0 < _MOSTLY * together.get(form, 0) < alone[form]
            meant = self._meant.get(number, form)
            return meant == form or meant not in alone

        kept = {form: {n for n in forms[form] if is_meant(n, form)} for form in alone}
        if all(numbers.issuperset(forms[form]) for form, numbers in kept.items()):
            return hits
        everything = set(range(len(self._numbers)))
        wanted = [
            everything if at in beside else kept[hit.found.form] for at, hit in enumerate(hits)
        ]
        return _narrow(hits, wanted)

    def _beside(self, hits: list[_Hit]) -> set[int]:
        """Which of the hits stand beside their neighbour in the query."""
        beside = set()
        pairs = self._pairs
        before = -_NEXT - 1
        left: tuple[int, ...] = ()
        for at, (start, end, found) in enumerate(hits):
            right = found.words
            if start - before <= _NEXT and not pairs.isdisjoint(product(left, right)):
                beside.add(at - 1)
                beside.add(at)
            before, left = end, right
        return beside

    def _best_window(self, hits: list[_Hit], width: int) -> tuple[int, int]:
        """The stretch of text, within `width` characters, whose hits show most of the query.

        Each distinct query word counts, the less the more often the article has it; more when it is
        written exactly as typed; more again next to its neighbour in the query.
        """
        if not hits:
            return 0, 0
        shows = self._evidence(hits)
        seen: dict[object, int] = {}
        best, window, score, first = 0.0, (0, 0), 0.0, 0
        for last, (_, end, _) in enumerate(hits):
            for key, value in shows[last]:
                count = seen.get(key, 0)
                seen[key] = count + 1
                if not count:
                    score += value
            while hits[first].start < end - width and first < last:
                for key, value in shows[first]:
                    seen[key] -= 1
                    if not seen[key]:
                        score -= value
                first += 1
            if score > best + 1e-9:
                best, window = score, (first, last)
        first, last = window
        needed = {key for at in range(first, last + 1) for key, _ in shows[at]}
        while needed == {key for at in range(first + 1, last + 1) for key, _ in shows[at]}:
            first += 1
        return hits[first].start, hits[last].end

    def _evidence(self, hits: list[_Hit]) -> list[list[tuple[object, float]]]:
        """For each hit, what it shows of the query and how much each of these counts."""
        counts: dict[int, int] = {}
        for _, _, found in hits:
            for number in found.words:
                counts[number] = counts.get(number, 0) + 1
        worth = {number: 1 / (1 + log(count)) for number, count in counts.items()}
        by_word: dict[int, list[tuple[object, float]]] = {}
        shows = []
        before = -_NEXT - 1
        left: tuple[int, ...] = ()
        for start, end, found in hits:
            here = by_word.get(id(found))
            if here is None:
                here = [(number, worth[number]) for number in found.words]
                here += [(-1 - number, 0.3 * worth[number]) for number in found.exact]
                by_word[id(found)] = here
            if start - before <= _NEXT:
                pairs = [(a, b) for a in left for b in found.words if (a, b) in self._pairs]
                if pairs:
                    here = here + [(pair, 0.8) for pair in pairs]
            shows.append(here)
            before, left = end, found.words
        return shows


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
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "_by", by)
        object.__setattr__(self, "_spans", None)

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        if self._spans is None:
            object.__setattr__(self, "_spans", self._by.spans(self.text))
        return self._spans or ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Highlighted):
            return NotImplemented
        return (self.text, self.spans) == (other.text, other.spans)

    def __hash__(self) -> int:
        return hash((self.text, self.spans))


class _Folded(dict[str, str]):
    """Folded forms by word as written: texts share most of their words. Emptied when too large."""

    def __missing__(self, written: str) -> str:
        if len(self) >= 1 << 16:
            self.clear()
        folded = self[written] = vietnamese.fold(vietnamese.normalize(written))
        return folded


_FOLDED = _Folded()


class _Lookup(dict[str, _Found]):
    """What each word as written is to a query, worked out when it is first met."""

    def __init__(self, owner: Highlighter, *, unmarked: bool) -> None:
        super().__init__()
        self._owner = owner
        self._unmarked = unmarked

    def __missing__(self, written: str) -> _Found:
        found = self[written] = self._owner.matching(written, unmarked=self._unmarked)
        return found


def highlight(text: str, query: Query | Node | None, *, field: str | None = None) -> Highlighted:
    """`text` with the words of the query lit; see `Highlighter.highlight`.

    >>> from indexer.query import parse_query
    >>> list(highlight("Khai mạc Đại hội Đảng bộ", parse_query("dai hoi")).parts())
    [('Khai mạc ', False), ('Đại hội', True), (' Đảng bộ', False)]
    """
    return _highlighter(query).highlight(text, field=field)


def snippet(
    article: Article, query: Query | Node | None, *, max_chars: int = MAX_CHARS
) -> Highlighted:
    """The best passage of the article for the query, lit; see `Highlighter.snippet`."""
    return _highlighter(query).snippet(article, max_chars=max_chars)


@lru_cache(maxsize=32)
def _highlighter(query: Query | Node | None) -> Highlighter:
    return Highlighter(query)


def _positive_leaves(root: Node | None) -> Iterator[Term | Phrase | Prefix]:
    """The words that make a text a result, in the order of the query."""
    todo = [root] if root is not None else []
    while todo:
        match todo.pop():
            case And(children) | Or(children):
                todo.extend(reversed(children))
            case (Term() | Phrase() | Prefix()) as leaf if leaf.field in _TEXT_FIELDS:
                yield leaf
            case Not(Not(child)):
                todo.append(child)
            case _:
                pass


def _has_or(root: Node | None) -> bool:
    todo = [root] if root is not None else []
    while todo:
        match todo.pop():
            case Or():
                return True
            case And(children):
                todo.extend(children)
            case Not(child):
                todo.append(child)
            case _:
                pass
    return False


@lru_cache(maxsize=64)
def _letters_like(letter: str) -> str:
    """The Vietnamese letters, small and capital, that fold to `letter`.

    >>> _letters_like("d")
    'đĐ'
    """
    return "".join(c for c in _MARKED_LETTERS if vietnamese.fold(c.lower()) == letter)


def _find_word(text: str, word: str, at: int) -> int:
    """Where `word`, which is there, next stands as a whole word, from `at` on."""
    while True:
        at = text.find(word, at)
        end = at + len(word)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            return at
        at += 1


def _adjacent(text: str, left: _Hit, right: _Hit) -> bool:
    return right.start - left.end <= _NEXT or _WORD.search(text, left.end, right.start) is None


def _stands_at(phrase: tuple[int, ...], run: list[_Hit], text: str) -> bool:
    """Whether the hits are the words of the phrase, next to each other."""
    return (
        len(run) == len(phrase)
        and all(word in hit.found.words for word, hit in zip(phrase, run, strict=True))
        and all(_adjacent(text, left, right) for left, right in pairwise(run))
    )


def _narrow(hits: list[_Hit], wanted: list[set[int]]) -> list[_Hit]:
    """The hits with only the wanted query words, without those that have none left."""
    kept = []
    for hit, numbers in zip(hits, wanted, strict=True):
        start, end, found = hit
        if numbers.issuperset(found.words):
            kept.append(hit)
        elif words := tuple(n for n in found.words if n in numbers):
            exact = tuple(n for n in found.exact if n in numbers)
            kept.append(_Hit(start, end, _Found(words, exact, found.form)))
    return kept


def _spans(text: str, hits: list[_Hit]) -> tuple[tuple[int, int], ...]:
    """The hits as spans; those with one space or dash between them become one."""
    spans: list[tuple[int, int]] = []
    for start, end, _ in hits:
        if spans and start - spans[-1][1] == 1 and _JOINT.match(text, start - 1):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(spans)
