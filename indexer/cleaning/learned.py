"""What a corpus teaches about its sites: lines that a site repeats, and links to other documents.

Two things give noise away without any rule about its site:

* **site furniture**: a line that recurs on many of a site's pages. News does not repeat itself:
  what stands on half of a site's pages word for word is not reporting.
* **other documents' titles**: a line, or better a run of lines, that equals the titles of other
  documents of the corpus is a box of related links, whatever its heading.

`Learner` watches cleaned articles go by, in bounded memory, and is kept with the index, so that a
run over a few new pages knows what earlier ones taught. `Learned` is what it knows at one moment;
it takes the noise out of articles. Neither parses a page again.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from indexer.cleaning.hashes import HashSet, hash_text, prefix_hash, words_of
from indexer.cleaning.links import TitleIndex, find_links
from indexer.models import Article, BlockKind, Removal

# Fewer pages prove nothing: on five pages of one event the same background paragraph may stand on
# all. Eight pages with different titles, six of them with the same line, are a site's habit.
FEWEST_PAGES = 8
FEWEST_TIMES = 6
# Anywhere in the text: a corpus about one affair repeats a background paragraph on fewer pages.
SHARE = 0.5
# At the ends of the text, where furniture stands (sign-offs, appeals, notices), a section's own
# furniture is on fewer of the site's pages; more pages must then bear it out.
EDGE_SHARE = 0.15
EDGE_FEWEST_TIMES = 12
EDGE_FIRST, EDGE_LAST = 1, 4  # lines from the beginning, from the end
# Above this part of an article's text the site writes to a template (weather, lottery, prices):
# then only lines at the ends may go.
MOST_OF_TEXT = 0.4

# Lossy counting (Manku & Motwani 2002): once in so many pages the lines that are on fewer than one
# in so many are forgotten. A line on EDGE_SHARE of the pages never is.
_FORGET_EVERY = 64
_MOST_SITES = 4096

_MAGIC = b"timtin-learned-1\0"
_HEAD = struct.Struct("<QQQQ")

FURNITURE, TITLES = "site-furniture", "other-titles"


@dataclass(slots=True)
class _Line:
    """How many of a site's pages have a line: anywhere, at the ends; `missed`: at most before."""

    times: int
    edge_times: int
    missed: int


class _Site:
    """A site's pages and lines."""

    def __init__(self) -> None:
        self.pages = 0
        self.lines: dict[int, _Line] = {}

    def observe(self, lines: Mapping[int, bool]) -> None:
        """One page's lines, each with whether it stands at an end of the text."""
        self.pages += 1
        missed = self.pages // _FORGET_EVERY
        for line, edge in lines.items():
            known = self.lines.get(line)
            if known is None:
                self.lines[line] = _Line(1, int(edge), missed)
            else:
                known.times += 1
                known.edge_times += edge
        if self.pages % _FORGET_EVERY == 0:
            kept = {k: v for k, v in self.lines.items() if v.times + v.missed > missed + 1}
            self.lines = kept

    def furniture(self) -> dict[int, _Furniture]:
        """The lines that are furniture."""
        if self.pages < FEWEST_PAGES:
            return {}
        found = {}
        for line, seen in self.lines.items():
            everywhere = seen.times >= max(FEWEST_TIMES, SHARE * self.pages)
            at_edges = seen.edge_times >= max(EDGE_FEWEST_TIMES, EDGE_SHARE * self.pages)
            if everywhere or at_edges:
                found[line] = _Furniture(seen.times, self.pages, everywhere)
        return found


@dataclass(frozen=True, slots=True)
class _Furniture:
    times: int
    pages: int
    everywhere: bool  # else only at the ends of the text


class Learned:
    """What is known of the sites at one moment; it does not change."""

    def __init__(self, furniture: Mapping[str, Mapping[int, _Furniture]], titles: TitleIndex):
        self._furniture = furniture
        self._titles = titles

    def apply(self, article: Article) -> Article:
        """The article without its site's furniture and without other documents' titles.

        What went is added to `removed`. The same article comes back where nothing goes.
        """
        lines = _lines_of(article)
        removals = self._furniture_in(article, lines)
        body = [i for i, line in enumerate(lines) if line.part == "body" and i not in removals]
        titles = find_links(
            [lines[i].text for i in body],
            [lines[i].kind for i in body],
            article.title,
            self._titles,
        )
        for at, why in titles.items():
            removals[body[at]] = Removal(TITLES, lines[body[at]].text, why)
        for i, line in enumerate(lines):
            if line.part == "captions" and i not in removals:
                why = self._titles.why_other_title(line.text, words_of(article.title))
                if why:
                    removals[i] = Removal(TITLES, line.text, why)
        return _without(article, lines, removals) if removals else article

    def _furniture_in(self, article: Article, lines: list[_Part]) -> dict[int, Removal]:
        site = _site_of(article)
        furniture = self._furniture.get(site)
        if not furniture:
            return {}
        found: dict[int, Removal] = {}
        for i, line in enumerate(lines):
            known = furniture.get(hash_text(line.text))
            if known is None or not (known.everywhere or line.edge):
                continue
            if line.introduces and i + 1 < len(lines):
                continue  # "Nguyên liệu:", a recipe's heading: text of its own follows
            why = f"seen on {known.times} of {known.pages} pages of {site}"
            found[i] = Removal(FURNITURE, line.text, why)
        size = sum(len(line.text) for line in lines) or 1
        if sum(len(lines[i].text) for i in found) > MOST_OF_TEXT * size:
            found = {i: removal for i, removal in found.items() if lines[i].edge}
        return found


class Learner:
    """Learns from articles as they are cleaned, and forgets nothing that it may need."""

    def __init__(self) -> None:
        self._sites: dict[str, _Site] = {}
        self._seen = HashSet()  # articles, by id, and by site and title: a page crawled twice
        self._titles = HashSet()
        self._prefixes = HashSet()

    def observe(self, article: Article) -> None:
        """Learn from an article as it was cleaned, before `Learned.apply`; twice is as once."""
        words = words_of(article.title)
        known = {hash_text(f"id\0{article.id}")}
        site = _site_of(article)
        if words:
            known.add(hash_text(f"page\0{site}\0{' '.join(words)}"))
        if any(self._seen.has(value) for value in known):
            return
        self._seen.add(*known)
        if TitleIndex.is_title(words):
            self._titles.add(hash_text(" ".join(words)))
            self._prefixes.add(prefix_hash(words))
        if site not in self._sites and len(self._sites) >= _MOST_SITES:
            del self._sites[min(self._sites, key=lambda name: self._sites[name].pages)]
        lines: dict[int, bool] = {}
        for line in _lines_of(article):
            value = hash_text(line.text)
            lines[value] = lines.get(value, False) or line.edge
        self._sites.setdefault(site, _Site()).observe(lines)

    def learned(self) -> Learned:
        """What is known now."""
        furniture = {name: found for name, s in self._sites.items() if (found := s.furniture())}
        return Learned(furniture, TitleIndex(self._titles.array(), self._prefixes.array()))

    def to_bytes(self) -> bytes:
        """The whole state; `from_bytes` reads it back."""
        sites = {
            name: [
                site.pages,
                [[k, v.times, v.edge_times, v.missed] for k, v in site.lines.items()],
            ]
            for name, site in self._sites.items()
        }
        head = zlib.compress(json.dumps(sites, ensure_ascii=False).encode(), 1)
        arrays = [s.array() for s in (self._seen, self._titles, self._prefixes)]
        lengths = _HEAD.pack(len(head), *map(len, arrays))
        return b"".join([_MAGIC, lengths, head, *(a.tobytes() for a in arrays)])

    @classmethod
    def from_bytes(cls, data: bytes) -> Learner:
        """The learner that `to_bytes` wrote; from no bytes, one that knows nothing.

        Raises:
            ValueError: the bytes are not one.
        """
        learner = cls()
        if not data:
            return learner
        at = len(_MAGIC) + _HEAD.size
        if not data.startswith(_MAGIC) or len(data) < at:
            raise ValueError("not the state of a Learner")
        head, *counts = _HEAD.unpack_from(data, len(_MAGIC))
        if len(data) != at + head + 8 * sum(counts):
            raise ValueError("the state of a Learner, cut off")
        try:
            sites = json.loads(zlib.decompress(data[at : at + head]))
        except zlib.error as error:
            raise ValueError("the state of a Learner, damaged") from error
        for name, (pages, lines) in sites.items():
            site = learner._sites[name] = _Site()
            site.pages = pages
            site.lines = {key: _Line(*rest) for key, *rest in lines}
        at += head
        for values, count in zip(
            (learner._seen, learner._titles, learner._prefixes), counts, strict=True
        ):
            values.load(np.frombuffer(data, "<u8", count, at))
            at += 8 * count
        return learner


# ----------------------------------------------------------------------------- an article's lines


@dataclass(frozen=True, slots=True)
class _Part:
    """A line of an article; `part`: lead, body or captions; `edge`: at an end of the text."""

    text: str
    part: str
    kind: str
    edge: bool

    @property
    def introduces(self) -> bool:
        """Whether it belongs to what follows it."""
        return self.part == "body" and (
            self.kind == BlockKind.HEADING or self.text.rstrip().endswith(":")
        )


def _lines_of(article: Article) -> list[_Part]:
    parts = []
    if article.lead:
        parts.append(_Part(article.lead, "lead", BlockKind.PARAGRAPH, True))
    lines = article.body.split("\n") if article.body else []
    kinds = article.body_kinds or (BlockKind.PARAGRAPH,) * len(lines)
    for i, (text, kind) in enumerate(zip(lines, kinds, strict=False)):
        edge = i < EDGE_FIRST or i >= len(lines) - EDGE_LAST
        parts.append(_Part(text, "body", kind, edge))
    # A caption that recurs is a logo's, or an apology: it must recur on half of the pages.
    parts += [_Part(text, "captions", BlockKind.CAPTION, False) for text in article.captions]
    return parts


def _without(article: Article, lines: list[_Part], removals: Mapping[int, Removal]) -> Article:
    kept = [line for i, line in enumerate(lines) if i not in removals]
    body = [line for line in kept if line.part == "body"]
    return replace(
        article,
        lead=next((line.text for line in kept if line.part == "lead"), ""),
        body="\n".join(line.text for line in body),
        body_kinds=tuple(line.kind for line in body) if article.body_kinds else (),
        captions=tuple(line.text for line in kept if line.part == "captions"),
        removed=(*article.removed, *(removals[i] for i in sorted(removals))),
    )


def _site_of(article: Article) -> str:
    """The article's site, or where that is unknown the folder or file that it was found in."""
    if article.site:
        return article.site
    file, mark, _ = article.source.partition("#")
    return file if mark else file.rpartition("/")[0] or file.rpartition("!")[0] or "this folder"
