"""Query text → Query tree. Plain text is never a syntax error.

    đại hội                 all of the words           "đại hội"   next to each other, in this order
    mưa OR nắng             either; binds least:       a b OR c d  is (a b) OR (c d), because
                                                       Vietnamese words are often two syllables
    mưa AND nắng            the same as mưa nắng       -mưa  -"…"  -(…)   none of it
    (mưa OR nắng) lũ        groups                     lạng*       words that begin so
    =đại  ="đại hội"        exactly as written: the marks typed and no others
    title:lũ  title:"lũ quét"  title:(lũ OR bão)       in one field of the text:
                                                       title lead body caption
    site: section: agency: author: tag:                in the metadata (below)
    since:2020-09  until:27/9/2020                     published from the first moment of the one
                                                       to the last moment of the other, UTC+7

A field's metadata value is a text of words like any other: `section:trị`, `section:"chính trị"`
and `site:vnexpress.net` hold when their words stand in one of the values, next to each other and
in this order (so the last finds `e.vnexpress.net` too). With `=` they are the whole value:
`section:="Thế giới"` does not find `Thế giới trẻ`.

What cannot be an operator is text: an unclosed quote or parenthesis, a lone `-` or `AND`, a
`title:` without a value (told: `Query.no_values`), an unknown field (`12:30`). A bound of time that
names no date (`since:2020-13`) is set aside and told (`Query.not_dates`). Operators are upper case;
field names are not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from dataclasses import field as factory
from datetime import datetime, timedelta, timezone
from typing import TypeVar

from indexer import vietnamese
from indexer.errors import QueryError
from indexer.models import And, Node, Not, Or, Phrase, Prefix, Query, QuotedTerm, Range, Term

# Longer texts are cut, at a space where there is one: nobody reads what they type beyond this, and
# the work that a query can ask for stays bounded.
MAX_CHARS = 4_000
MAX_WORDS = 256
MAX_DEPTH = 20  # deeper parentheses are ignored

TEXT_FIELDS = ("title", "lead", "body", "caption")
METADATA_FIELDS = ("author", "site", "section", "agency", "tag")

# Dates without a zone are Vietnam's (UTC+7 all year round, no summer time since 1975).
VIETNAM = timezone(timedelta(hours=7))

# Quotes that phones and word processors make of ", full-width forms that some keyboards type.
_TYPED = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″＂", '"'),
        **dict(zip("（）：－＝＊", "():-=*", strict=True)),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\u00ad\ufeff"),
    }
)
_OPERATORS = frozenset({"OR", "AND", "NOT"})
_T = TypeVar("_T")
_NAMES = "|".join((*TEXT_FIELDS, *METADATA_FIELDS))
_ITEM = re.compile(
    rf"""
      (?P<minus> (?<![^\s(])
          (?: - (?=[^\s\-)]) | NOT \s+ (?! (?:OR|AND|NOT)(?!\S) ) (?=[^\s)]) ) )?
      (?:
        (?P<bound> (?i:since|until) ) : \s* (?P<quote>"?) (?P<date> \d[\d/.-]* ) (?P=quote)
        (?=[\s()"]|$)
      |
        (?: (?P<field> (?i:{_NAMES}) ) :
            (?: (?=[^\s)]) | \s+ (?! - | (?:OR|AND)(?!\S) | (?i:{_NAMES}|since|until): ) (?=[^)]) )
        )?
        (?P<exact> = (?=["\w]) )?
        (?: (?P<open> \( ) | "(?P<quoted> [^"]* )" | (?P<word> [^\s()"]+ ) )
      )
    | (?P<close> \) )
    """,
    re.VERBOSE,
)
_NO_VALUE = re.compile(rf"(?i:{_NAMES}|since|until):")
_DATE = re.compile(
    r"(?P<y>\d{4})(?:[-/.](?P<m>\d{1,2})(?:[-/.](?P<d>\d{1,2}))?)?"
    r"|(?:(?P<d2>\d{1,2})[-/.])?(?P<m2>\d{1,2})[-/.](?P<y2>\d{4})"
)
_QUOTES = re.compile(r'(?P<operator>[-=:]\s*)?"(?P<inside>[^"]*)"')
# Between two tokens these make one word of them: 2020-2025, 27/9, TP.HCM, 12:30, 1,5, http://…
_JOINER = re.compile(r"[-–‑/.:'’&_@+]|://|(?<=\d),")

# And these leave it the same word: F.B.I, M-TP, U-20, 1.500; not 27/9, 2020-2025.
_GLUE = re.compile(r"\d[.,]\d|(?!\d\D\d)\w[.\-–‑]\w")


def parse_query(text: str) -> Query:
    """The query that `text` asks for. Never raises; takes time in proportion to what is read.

    `Query.text` is the text that was read: at most `MAX_CHARS` characters and `MAX_WORDS` words of
    what was typed; where that cut something off, `truncated` is true.

    >>> parse_query("Đại hội -COVID-19").root
    And(children=(Term(text='đại', field=None, exact=False), \
Term(text='hội', field=None, exact=False), \
Not(child=Phrase(words=('covid', '19'), field=None, exact=False))))
    """
    read = _cut(text)
    if words := _only_words(read):
        terms = tuple(map(Term, words))
        return Query(read, And(terms) if len(terms) > 1 else terms[0], len(read) < len(text))
    builder = _Builder()
    typed = read.translate(_TYPED)
    if typed.count('"') % 2:
        before, _, after = typed.rpartition('"')
        typed = f"{before} {after}"
    for match in _ITEM.finditer(typed):
        builder.take(match)
    root = builder.finish()
    if root is None and builder.operators:  # `AND` alone is a word
        root = _all([Term(t.exact) for t in vietnamese.tokens(typed)][:MAX_WORDS])
        builder.plain = True
    truncated = builder.cut or len(read) < len(text)
    return Query(
        read, root, truncated, builder.plain, tuple(builder.not_dates), tuple(builder.no_values)
    )


def _only_words(text: str) -> list[str]:
    """The words of a text that is nothing but words and spaces, as most queries are; else none."""
    words = text.split()
    if (
        len(words) > MAX_WORDS
        or not all(map(str.isalnum, words))
        or not _OPERATORS.isdisjoint(words)
    ):
        return []
    return vietnamese.exact_forms(text)


def parse_period(since: str = "", until: str = "") -> Range | None:
    """The time from the first moment of `since` to the last of `until`; None where both are open.

    A bound is a year, a month or a day, as after `since:` in a query. Raises `QueryError` for text
    that is none of these.

    >>> parse_period("2020-09", "27/9/2020").end.isoformat()
    '2020-09-28T00:00:00+07:00'
    """
    start, end = (_bound(since), _bound(until))
    if start is None and end is None:
        return None
    return Range(start and start[0], end and end[1])


def _bound(date: str) -> tuple[datetime, datetime] | None:
    if not date.strip():
        return None
    if (span := _period(date.strip())) is None:
        raise QueryError(f"{date!r} is no year, month or day", date, (0, len(date)))
    return span


def date_of(text: str) -> str:
    """`text` where it is a day or a month and nothing else, else "".

    >>> date_of("27/9/2020"), date_of("2020-09"), date_of("31/2/2020"), date_of("2020")
    ('27/9/2020', '2020-09', '', '')
    """
    match = _DATE.fullmatch(text)
    return text if match and (match["m"] or match["m2"]) and _period(text) else ""


def without_quotes(query: Query) -> Query:
    """The same query with the words of its quoted phrases side by side or not; else `query` itself.

    Quotes ask for a phrase, but headlines that are pasted as a query quote freely: where the phrase
    finds nothing, this is what to look for. Quotes after `-`, `=` or a field stay.

    >>> without_quotes(parse_query('Vụ “xóa sổ” chợ')) == parse_query("Vụ  xóa sổ  chợ")
    True
    """
    text = query.text.translate(_TYPED)
    loose = _QUOTES.sub(lambda m: m[0] if m["operator"] else f" {m['inside']} ", text)
    return query if loose == text else replace(parse_query(loose), truncated=query.truncated)


def describe(node: Node | None) -> str:
    """A tree as text, every operator and parenthesis written out.

    >>> describe(parse_query('mưa OR "lũ quét" -title:=bão since:2020').root)
    'mưa OR ("lũ quét" AND NOT title:=bão AND since:2020-01-01)'
    """
    match node:
        case None:
            return "everything"
        case Term(text, field, exact):
            return _marked(text, field, exact)
        case Phrase(words, field, exact):
            return _marked(f'"{" ".join(words)}"', field, exact)
        case Prefix(text, field):
            return _marked(f"{text}*", field)
        case Range(start, end):
            last = end - timedelta(microseconds=1) if end else None
            bounds = (("since", start), ("until", last))
            return " AND ".join(f"{name}:{when:%Y-%m-%d}" for name, when in bounds if when)
        case Not(child):
            return f"NOT {_inside(child)}"
        case And(children):
            return " AND ".join(map(_inside, children))
        case Or(children):
            return " OR ".join(map(_inside, children))


def _marked(text: str, field: str | None, exact: bool = False) -> str:
    return f"{field + ':' if field else ''}{'=' if exact else ''}{text}"


def _inside(node: Node) -> str:
    text = describe(node)
    return f"({text})" if isinstance(node, And | Or) else text


def _cut(text: str) -> str:
    if len(text) <= MAX_CHARS:
        return text
    head = text[: MAX_CHARS + 1]
    at = max(head.rfind(" "), head.rfind("\n"), 0)
    return head[: at if at > MAX_CHARS // 2 else MAX_CHARS]


@dataclass
class _Group:
    """What stands between two parentheses: alternatives, each a list of what must all hold."""

    field: str | None = None
    negated: bool = False
    alternatives: list[list[Node]] = factory(default_factory=lambda: [[]])

    def node(self) -> Node | None:
        nodes = [node for node in map(_all, self.alternatives) if node is not None]
        return _any(nodes)


@dataclass
class _Builder:
    """Builds the tree item by item, with its own stack: depth costs no recursion."""

    groups: list[_Group] = factory(default_factory=lambda: [_Group()])
    too_deep: int = 0  # parentheses opened beyond MAX_DEPTH
    words: int = 0
    operators: int = 0
    cut: bool = False  # there were more words than MAX_WORDS
    plain: bool = True
    not_dates: list[str] = factory(default_factory=list)
    no_values: list[str] = factory(default_factory=list)

    def take(self, match: re.Match[str]) -> None:
        group = self.groups[-1]
        if match["close"]:
            self._close()
            return
        negated = match["minus"] is not None
        name = match["field"]
        if match["open"]:
            self._open(name.lower() if name else group.field, negated)
            return
        if match["bound"]:
            self.plain = False
            self.words += 1
            span = _period(match["date"])
            if span is None:
                self.not_dates.append(match.group().lstrip("-"))
                return
            start, end = span
            since = match["bound"].lower() == "since"
            self._add(Range(start=start) if since else Range(end=end), negated)
            return
        where = name.lower() if name else group.field
        exact = match["exact"] is not None
        if match["quoted"] is not None:
            words = self._within_limit(vietnamese.exact_forms(match["quoted"]))
            if name and not words and not match["quoted"].strip():
                self.no_values.append(f"{name}:")
            if words:
                self.plain = False
                self._add(_words(words, where, exact, quoted=True), negated)
            return
        word = match["word"]
        if word in _OPERATORS and not (negated or name or exact):
            self.operators += 1
            self.plain = False
            if word == "OR" and group.alternatives[-1]:
                group.alternatives.append([])
            return
        if not name and _NO_VALUE.fullmatch(word):
            self.no_values.append(word)
        if name or exact:
            self.plain = False
        self._add_word(word, where, negated, exact)

    def finish(self) -> Node | None:
        while len(self.groups) > 1:
            self._close()
        return self.groups[0].node()

    def _open(self, where: str | None, negated: bool) -> None:
        if len(self.groups) > MAX_DEPTH:
            self.too_deep += 1
            return
        if where is not None:
            self.plain = False
        self.groups.append(_Group(where, negated))

    def _close(self) -> None:
        if self.too_deep:
            self.too_deep -= 1
        elif len(self.groups) > 1:
            group = self.groups.pop()
            node = group.node()
            if node is not None:
                self._add(node, group.negated)

    def _add(self, node: Node, negated: bool) -> None:
        alternatives = self.groups[-1].alternatives
        if negated:
            self.plain = False
            node = node.child if isinstance(node, Not) else Not(node)
        if len(alternatives) > 1:
            self.plain = False
        alternatives[-1].append(node)

    def _add_word(self, word: str, where: str | None, negated: bool, exact: bool = False) -> None:
        """Add a run of characters without spaces: a word, the parts of one, or several."""
        if word.isalnum() and self.words < MAX_WORDS:
            self.words += 1
            self._add(Term(vietnamese.normalize(word), where, exact), negated)
            return
        nodes: list[Node] = []
        part: list[str] = []
        last, glued = 0, True
        for token in self._within_limit(list(vietnamese.tokens(word))):
            if part and not _JOINER.fullmatch(word, last, token.start):
                nodes.append(_words(part, where, exact, glued=glued))
                part = []
            if not part:
                glued = True
            elif not _GLUE.fullmatch(word, last - 1, token.start + 1):
                glued = False
            last = token.end
            if word.startswith("*", last):
                if part:
                    nodes.append(_words(part, where, exact, glued=glued))
                    part = []
                nodes.append(_prefix(word[token.start : last], where))
                self.plain = False
            else:
                part.append(token.exact)
        if part:
            nodes.append(_words(part, where, exact, glued=glued))
        node = _all(nodes)
        if node is not None:
            self._add(node, negated)

    def _within_limit(self, found: list[_T]) -> list[_T]:
        kept = found[: MAX_WORDS - self.words]
        self.words += len(kept)
        self.cut = self.cut or len(kept) < len(found)
        return kept


def _words(
    words: list[str], where: str | None, exact: bool, *, quoted: bool = False, glued: bool = False
) -> Node:
    if len(words) == 1:
        return (QuotedTerm if quoted else Term)(words[0], where, exact)
    return Phrase(tuple(words), where, exact, glued)


def _prefix(start: str, where: str | None) -> Node:
    """Words that begin with `start`; `mỹ*` is also the whole word that is equal to `mỹ`."""
    begins = Prefix(vietnamese.normalize_prefix(start), where)
    whole = vietnamese.normalize(start)
    return begins if whole == begins.text else Or((begins, Term(whole, where)))


def _all(nodes: Sequence[Node]) -> Node | None:
    """The nodes as one, nested Ands opened and bounds of time brought together."""
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.children if isinstance(node, And) else (node,))
    ranges = [node for node in flat if isinstance(node, Range)]
    if len(ranges) > 1:
        starts = [r.start for r in ranges if r.start is not None]
        ends = [r.end for r in ranges if r.end is not None]
        period = Range(max(starts, default=None), min(ends, default=None))
        flat = [node for node in flat if not isinstance(node, Range)]
        flat.append(period)
    if len(flat) < 2:
        return flat[0] if flat else None
    return And(tuple(flat))


def _any(nodes: list[Node]) -> Node | None:
    """Any of the nodes as one, nested Ors opened, repetitions dropped."""
    flat: dict[Node, None] = {}
    for node in nodes:
        flat.update(dict.fromkeys(node.children if isinstance(node, Or) else (node,)))
    if len(flat) < 2:
        return next(iter(flat), None)
    return Or(tuple(flat))


def _period(date: str) -> tuple[datetime, datetime] | None:
    """The first moment of a year, month or day, and the first moment after it."""
    match = _DATE.fullmatch(date)
    if match is None:
        return None
    year = int(match["y"] or match["y2"])
    month = match["m"] or match["m2"]
    day = match["d"] or match["d2"]
    try:
        start = datetime(year, int(month or 1), int(day or 1), tzinfo=VIETNAM)
        if day:
            return start, start + timedelta(days=1)
        if month:
            return start, start.replace(year=year + start.month // 12, month=start.month % 12 + 1)
        return start, start.replace(year=year + 1)
    except (ValueError, OverflowError):  # 2020-13, 31/2/2020, year 0, the end of year 9999
        return None
