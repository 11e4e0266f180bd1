"""Searches to try on the home page, taken from the collection, so that each finds something."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

from indexer import Index

TITLES_READ = 200
# A name inside a title: two or three capitalised syllables, not the first word of a sentence.
_NAME = re.compile(r"(?<=[^\W\d_] )([^\W\d_a-z]\w+(?: [A-ZĐ\u00c0-\u1ef9]\w+){1,2})(?!\w)")
_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){1,3}")


class Examples:
    """The examples of an index, chosen anew for each of its commits."""

    def __init__(self) -> None:
        self._known: tuple[str, tuple[str, ...]] | None = None

    def of(self, index: Index) -> tuple[str, ...]:
        """Two subjects, one of them typed without marks, and a section; fewer where few are."""
        known, commit = self._known, index.commit
        if known is None or known[0] != commit:
            known = self._known = (commit, choose_examples(index))
        return known[1]


def choose_examples(index: Index) -> tuple[str, ...]:
    """The examples, each of which finds something in the index."""
    everything = index.search("", per_page=1, snippets=False)
    tags = (v.value for v in everything.facets.get("tag", ()))
    sections = (v.value for v in everything.facets.get("section", ()) if '"' not in v.value)
    chosen: list[str] = []
    for subject in _subjects(tags, (hit.title.text for hit in index.newest(TITLES_READ))):
        shown = without_marks(subject) if chosen else subject
        taken = {without_marks(c).casefold() for c in chosen}
        if without_marks(subject).casefold() not in taken and _finds(index, shown):
            chosen.append(shown.casefold() if chosen else shown)
        if len(chosen) == 2:
            break
    for section in sections:
        if _finds(index, example := f'section:"{section}"'):
            return (*chosen, example)
    return tuple(chosen)


def without_marks(text: str) -> str:
    """The text as typed without marks.

    >>> without_marks("Đồng bằng sông Hồng")
    'Dong bang song Hong'
    """
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in letters if not unicodedata.combining(c))


def _subjects(tags: Iterable[str], titles: Iterable[str]) -> Iterator[str]:
    """What the articles are about: their tags, names in their titles, how the titles begin."""
    titles = list(titles)
    yield from (tag for tag in list(tags)[:20] if _WORDS.fullmatch(tag))
    names = Counter(name for title in titles for name in _NAME.findall(title))
    yield from (name for name, _ in names.most_common(20))
    yield from (found[0] for title in titles[:20] if (found := _WORDS.search(title)))


def _finds(index: Index, query: str) -> bool:
    return index.search(query, per_page=1, snippets=False, facets=False).total > 0
