"""The data types that travel through the library, all immutable.

A `Document` is read (sources), cleaned into an `Article` (cleaning), stored and found (index);
a `Query` finds `SearchResults`, whose texts are `Highlighted`: plain text and spans, never HTML.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from dataclasses import field as attribute
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes as they were found, before anything is understood.

    source      where from: a path relative to what was read, `archive.zip!member`, `items.jsonl#12`
    content     the raw bytes (already un-gzipped)
    media_type  `text/html`, `text/plain` or `application/json` (one Scrapy-style item); a charset
                that the carrier named follows as usual: `text/html; charset=utf-8`
    url         the address it was fetched from, where the carrier says so, else ""
    """

    source: str
    content: bytes
    media_type: str
    url: str = ""


class BlockKind(StrEnum):
    """What a block of text is on its page."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    QUOTE = "quote"
    ITEM = "item"  # of a list
    ROW = "row"  # of a table, cells joined by " | "
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Removal:
    """A piece of text that a cleaning rule took out.

    `rule` is the rule's name; `text` what went; `why` what the rule saw, where there is more to say
    than its name (`seen on 41 of 57 pages of example.vn`).
    """

    rule: str
    text: str
    why: str = ""


@dataclass(frozen=True)
class Article:
    """One news article, cleaned.

    id          stable: the canonical URL where known, else the path relative to the source
    body        the text, one paragraph a line ("\\n"-separated), without lead and captions
    body_kinds  the kind of each line of `body` (`BlockKind` values); empty means all paragraphs
    captions    each once
    author      the names of the people who wrote it
    agency      the news agency credited (`TTXVN`); `publisher` who carried it (`Vietnam+`)
    published   with a time zone; None where unknown
    source      the `Document.source` it came from
    fingerprint hash of the document's bytes and of the cleaner's version; "" where unknown
    removed     what cleaning took out, in order
    """

    id: str
    title: str
    url: str = ""
    lead: str = ""
    body: str = ""
    body_kinds: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    agency: str = ""
    publisher: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    site: str = ""
    published: datetime | None = None
    source: str = ""
    fingerprint: str = ""
    removed: tuple[Removal, ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Article:
        """The article with these fields, the others empty. A list of results is made of them, and
        this takes a quarter of the time of `Article(**values)`.

        >>> Article.of({"id": "a", "title": "Tin"}) == Article(id="a", title="Tin")
        True
        """
        article = object.__new__(cls)
        vars(article).update(values)
        return article

    @property
    def text(self) -> str:
        """Lead and body, one paragraph a line."""
        return "\n".join(part for part in (self.lead, self.body) if part)

    def as_dict(self) -> dict[str, Any]:
        """The article as JSON-ready values; `from_dict` reads it back.

        >>> a = Article(id="a", title="Tin", removed=(Removal("share-bar", "Chia sẻ"),))
        >>> Article.from_dict(a.as_dict()) == a
        True
        """
        values: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self)}
        for name in ("body_kinds", "captions", "author", "tags"):
            values[name] = list(values[name])
        values["published"] = self.published.isoformat() if self.published else None
        values["removed"] = [{"rule": r.rule, "text": r.text, "why": r.why} for r in self.removed]
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Article:
        """The article that `as_dict` described; unknown keys are ignored."""
        known = {f.name: values[f.name] for f in fields(cls) if f.name in values}
        for name in ("body_kinds", "captions", "author", "tags"):
            if name in known:
                known[name] = tuple(known[name])
        if known.get("published"):
            known["published"] = datetime.fromisoformat(known["published"])
        if "removed" in known:
            known["removed"] = tuple(
                Removal(r["rule"], r["text"], r.get("why", "")) for r in known["removed"]
            )
        return cls(**known)


# ------------------------------------------------------------------------------------- queries


@dataclass(frozen=True, slots=True)
class Term:
    """One word (a Vietnamese syllable, a number), as typed. `exact`: marks as written, no more.

    field None means the article's text (title, lead, body and captions).
    """

    text: str
    field: str | None = None
    exact: bool = False


class QuotedTerm(Term):
    """A word in quotes: no other writing of it is looked for."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words next to each other in this order. `glued`: typed as one, with dots or hyphens between
    them (`F.B.I`, `U-20`, `1.500`), so that other writings are looked for too."""

    words: tuple[str, ...]
    field: str | None = None
    exact: bool = False
    glued: bool = attribute(default=False, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Prefix:
    """Every word that begins so: `lạng*`."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """Published at or after `start` and before `end`; None is open."""

    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class And:
    """All of the children."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the children."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alike(Or):
    """The same thing in several writings: first as typed (`f35`), then others (`"f 35"`).

    ranked  how many of the others are scored: those in more articles than what was typed
    """

    ranked: int = 0


@dataclass(frozen=True, slots=True)
class Not:
    """None of this."""

    child: Node


Node = Term | Phrase | Prefix | Range | And | Or | Not


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed and how it was understood.

    `root` None finds everything (the empty query). `truncated`: the text was longer than is read.
    `plain`: only bare words, no operator or field, so the ranker may relax and correct it.
    `not_dates`: the bounds of time that name no date (`since:2020-13`), which were set aside.
    `no_values`: the fields that nothing follows (`title:`); they were read as words.
    `alike`: some of the tree is in several writings.
    """

    text: str
    root: Node | None
    truncated: bool = False
    plain: bool = True
    not_dates: tuple[str, ...] = ()
    no_values: tuple[str, ...] = ()
    alike: bool = False


# ------------------------------------------------------------------------------------- results


class Sort(StrEnum):
    """The order of results."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Highlighted:
    """A text and the parts of it to light up: sorted, disjoint `(start, end)` code-point spans."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()

    def parts(self) -> Iterator[tuple[str, bool]]:
        """The text in pieces, each with whether it is lit; joined they are the text.

        >>> list(Highlighted("hòa bình", ((0, 3),)).parts())
        [('hòa', True), (' bình', False)]
        """
        at = 0
        for start, end in self.spans:
            if at < start:
                yield self.text[at:start], False
            yield self.text[start:end], True
            at = end
        if at < len(self.text):
            yield self.text[at:], False

    def as_dict(self) -> dict[str, Any]:
        """`{"text": …, "spans": [[start, end], …]}`."""
        return {"text": self.text, "spans": [list(s) for s in self.spans]}


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One article among the results.

    `duplicates` are near copies that are folded under this one, without their own duplicates.
    """

    article: Article
    score: float
    title: Highlighted
    snippet: Highlighted
    duplicates: tuple[SearchHit, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready: the article's metadata (not its body), texts with their spans."""
        a = self.article
        return {
            "id": a.id,
            "url": a.url,
            "title": self.title.as_dict(),
            "snippet": self.snippet.as_dict(),
            "site": a.site,
            "section": a.section,
            "agency": a.agency,
            "author": list(a.author),
            "tags": list(a.tags),
            "published": a.published.isoformat() if a.published else None,
            "score": round(self.score, 4),
            "duplicates": [d.as_dict() for d in self.duplicates],
        }


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet and how many of the results have it."""

    value: str
    count: int


class NoticeKind(StrEnum):
    """Things done to a query that its reader should know."""

    TRUNCATED = "truncated"  # the text was longer than is read
    NOT_A_DATE = "not-a-date"  # `detail` (`since:2020-13`) names no date and was set aside
    MARKS_SET_ASIDE = "marks-set-aside"  # nothing has these marks: they were ignored
    CORRECTED = "corrected"  # words unknown to the index were read as `detail`
    RELAXED = "relaxed"  # not every word had to be there; `detail`: those that most results lack
    BACKWARDS = "backwards"  # the range of time ends before it begins: nothing can be found
    NO_VALUE = "no-value"  # nothing follows the field `detail` (`title:`): it was read as a word
    NO_WORDS = "no-words"  # nothing in the text (`detail`) is a word: everything is shown
    TIMED_OUT = "timed-out"  # the search was cut short


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that was done to the query, with the text concerned."""

    kind: NoticeKind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a query typed without marks, and how many articles it finds."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchResults:
    """A page of results.

    total       articles found, near copies included: what `facets` add up to
    groups      of these, what is listed: articles with their near copies folded under them
    pages       number of pages there are: `groups` / `per_page`, rounded up
    facets      by field (`site section agency author tag year month`): values, most frequent first
                (`year` and `month`, as `2020` and `2020-09`, in order of time)
    suggestion  did-you-mean: a query text, "" where none
    readings    of a query without marks, likeliest first
    notices     what was done to the query
    took_ms     time taken, in milliseconds
    """

    query: Query
    total: int
    page: int
    per_page: int
    pages: int
    hits: tuple[SearchHit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]] = attribute(default_factory=dict)
    suggestion: str = ""
    readings: tuple[Reading, ...] = ()
    notices: tuple[Notice, ...] = ()
    took_ms: float = 0.0
    groups: int = 0

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready; the one shape used by the API, the CLI and exports."""
        return {
            "query": self.query.text,
            "total": self.total,
            "groups": self.groups,
            "page": self.page,
            "per_page": self.per_page,
            "pages": self.pages,
            "hits": [h.as_dict() for h in self.hits],
            "facets": {
                name: [{"value": v.value, "count": v.count} for v in values]
                for name, values in self.facets.items()
            },
            "suggestion": self.suggestion,
            "readings": [{"text": r.text, "count": r.count} for r in self.readings],
            "notices": [{"kind": str(n.kind), "detail": n.detail} for n in self.notices],
            "took_ms": round(self.took_ms, 2),
        }


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion of what is being typed, and how many articles have this phrase."""

    text: str
    count: int


# ------------------------------------------------------------------------------------- reports


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be used, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What an indexing run did. `seconds` is wall-clock time.

    unchanged   same content as indexed before
    removed     indexed before from this source, no longer there
    duplicates  near copies among the articles of the index, representatives not counted
    not_articles  recognised as home pages and the like, with the reason; not indexed
    ignored     files of types that are not read
    interrupted stopped by the user; what was done until then is stored
    stopped_at  the last document that was stored, where interrupted
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    duplicates: int = 0
    not_articles: tuple[Failure, ...] = ()
    ignored: int = 0
    failed: tuple[Failure, ...] = ()
    seconds: float = 0.0
    interrupted: bool = False
    stopped_at: str = ""

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        for name in ("not_articles", "failed"):
            values[name] = [{"source": x.source, "reason": x.reason} for x in values[name]]
        return values


@dataclass(frozen=True, slots=True)
class IndexStats:
    """Figures about an index.

    generation   number of the last commit; it grows with each
    modified     time of the last commit
    size_bytes   of all its files
    oldest, newest  publication times of the articles that have one
    by           articles per value: `site`, `section`, `year`, `month`
    """

    articles: int
    generation: int
    size_bytes: int
    modified: datetime | None
    oldest: datetime | None
    newest: datetime | None
    by: Mapping[str, tuple[FacetValue, ...]] = attribute(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""

        def iso(moment: datetime | None) -> str | None:
            return moment.isoformat() if moment else None

        return {
            "articles": self.articles,
            "generation": self.generation,
            "size_bytes": self.size_bytes,
            "modified": iso(self.modified),
            "oldest": iso(self.oldest),
            "newest": iso(self.newest),
            "by": {
                name: [{"value": v.value, "count": v.count} for v in values]
                for name, values in self.by.items()
            },
        }


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What `Index.verify` read and found. `problems` is empty when all is well."""

    files: int
    articles: int
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems
