"""Article + query → the words to light, and the passage that shows best why it was found.

A word lights where `vietnamese.matches` the query: `dai hoi` lights Đại hội, `hoà` lights hòa. In a
text that was itself written without marks, dai hoi is lit for `đại hội` too. Which of these places
are meant, `query_words` tells.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from indexer.models import Article, Highlighted, Node, Query
from indexer.snippets.best_passage import passage, spans
from indexer.snippets.query_words import TEXT_FIELDS, QueryWords

MAX_CHARS = 240
# A snippet is looked for in so much of an article, ten times the longest feature of a newspaper.
MAX_READ = 50_000

_PASSAGE_FIELDS = (None, "lead", "body")
# Between the parts of an article: longer than any two words that stand together have.
_BETWEEN = "\n\n\n"


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

    reading  for each word of the query, in order, the form that it most likely stands for; where
             a text has it, other forms of a word without marks stay dark
    """

    def __init__(self, query: Query | Node | None, *, reading: Sequence[str] = ()) -> None:
        root = query.root if isinstance(query, Query) else query
        self._words = QueryWords(root, reading=reading)

    def highlight(self, text: str, *, field: str | None = None) -> Highlighted:
        """The text with every word lit that the query asks for.

        `field` says what the text is (`title`, `lead`, `body`, `caption`): words that the query
        wants in another field stay dark. None lights them all.
        """
        fields = TEXT_FIELDS if field is None else (None, field)
        return Highlighted(text, spans(text, self._words.hits(text, fields)))

    def article(self, article: Article) -> LitArticle:
        """The whole article, lit: what a word is, all of its text tells."""
        lines = article.body.split("\n")
        parts = (article.title, article.lead, *lines, *article.captions)
        text = _BETWEEN.join(parts)
        found = spans(text, self._words.hits(text, TEXT_FIELDS))
        lit, at, first = [], 0, 0
        for part in parts:
            last = first
            while last < len(found) and found[last][1] <= at + len(part):
                last += 1
            lit.append(Highlighted(part, tuple((s - at, e - at) for s, e in found[first:last])))
            at, first = at + len(part) + len(_BETWEEN), last
        title, lead, *rest = lit
        return LitArticle(title, lead, tuple(rest[: len(lines)]), tuple(rest[len(lines) :]))

    def snippet(self, article: Article, *, max_chars: int = MAX_CHARS) -> Highlighted:
        """The passage of lead and body with the most of the query, at most `max_chars` characters.

        Whole sentences where they fit, else cut between words, with … where it was cut. Without
        anything to light it is the beginning of the text.
        """
        text = article.text[:MAX_READ]
        return passage(text, self._words.hits(text, _PASSAGE_FIELDS), self._words, max_chars)

    def title_and_snippet(self, article: Article) -> tuple[Highlighted, Highlighted]:
        """Both, each lit with what the other tells about the words."""
        if self._words.ask_fields:
            return self.highlight(article.title), self.snippet(article)
        text, shift = article.text[:MAX_READ], len(article.title) + len(_BETWEEN)
        hits = self._words.hits(f"{article.title}{_BETWEEN}{text}", _PASSAGE_FIELDS)
        first = bisect_left(hits, shift, key=itemgetter(0))
        title = Highlighted(article.title, spans(article.title, hits[:first]))
        moved = [(start - shift, end - shift, found) for start, end, found in hits[first:]]
        return title, passage(text, moved, self._words, MAX_CHARS)


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
