"""The embedded engine: a folder that holds a Whoosh index.

Every exact form is indexed; a typed word becomes the exact forms it may stand for
(`vietnamese.matches`), looked up in the index's own vocabulary.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from whoosh import fields, index, query, scoring
from whoosh.analysis import Token, Tokenizer
from whoosh.collectors import TimeLimit, TimeLimitCollector
from whoosh.writing import LockError

from indexer.engines.base import FACETS, Ranked, Ranking
from indexer.errors import (
    ArticleNotFoundError,
    EngineError,
    IndexCorruptError,
    IndexLockedError,
    IndexNotFoundError,
)
from indexer.models import (
    And,
    Article,
    FacetValue,
    IndexStats,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Sort,
    Term,
    VerifyReport,
)
from indexer.vietnamese import fold, matches, tokens

TEXT_BOOSTS = {"title": 4.0, "lead": 2.0, "body": 1.0, "captions": 0.5}
METADATA = ("author", "site", "section", "agency", "tag")
FIELD_NAMES = {"caption": "captions"}  # what a query calls a field → what the index calls it
VIETNAM = timezone(timedelta(hours=7))
# A word typed without marks stands for many forms; what was typed exactly counts this much more.
EXACT_BOOST = 2.0


class VietnameseTokenizer(Tokenizer):  # type: ignore[misc]
    """Whoosh's view of `vietnamese.tokens`."""

    def __call__(self, value: str, **options: Any) -> Iterator[Token]:
        token = Token(
            positions=options.get("positions", False),
            chars=options.get("chars", False),
            mode=options.get("mode", ""),
        )
        for position, found in enumerate(tokens(value)):
            token.text = found.exact
            token.boost = 1.0
            token.stopped = False
            token.pos = options.get("start_pos", 0) + position
            token.startchar, token.endchar = found.start, found.end
            yield token


def _schema() -> fields.Schema:
    text = fields.TEXT(analyzer=VietnameseTokenizer(), phrase=True)
    return fields.Schema(
        id=fields.ID(unique=True, stored=True),
        published=fields.DATETIME(),
        article=fields.STORED(),
        group=fields.STORED(),
        **dict.fromkeys((*TEXT_BOOSTS, *METADATA), text),
    )


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


class WhooshWriter:
    """One transaction on a `WhooshEngine` (see `base.Writer`)."""

    def __init__(self, engine: WhooshEngine) -> None:
        self._engine = engine
        self._begin()

    def _begin(self) -> None:
        try:
            self._writer = self._engine._index.writer(limitmb=256)
        except LockError as error:
            raise IndexLockedError(self._engine.location, "another process") from error
        self._attached: dict[str, bytes] = {}
        self._pending: dict[str, tuple[Article, str]] = {}
        self._changed = False

    def __enter__(self) -> WhooshWriter:
        return self

    def __exit__(self, kind: object = None, *rest: object) -> None:
        if kind is None:
            self._finish()
        else:
            self._writer.cancel()

    def add(self, article: Article, *, group: str = "") -> None:
        self._pending[article.id] = (article, group)

    def remove(self, id: str) -> bool:
        pending = self._pending.pop(id, None) is not None
        stored = bool(self._writer.delete_by_term("id", id))
        self._changed = self._changed or stored
        return pending or stored

    def _store(self, article: Article, group: str) -> None:
        data = zlib.compress(json.dumps(article.as_dict(), ensure_ascii=False).encode(), 3)
        self._writer.update_document(
            id=article.id,
            title=article.title,
            lead=article.lead,
            body=article.body,
            captions="\n".join(article.captions),
            author="\n".join(article.author),
            site=article.site,
            section=article.section,
            agency="\n".join(filter(None, (article.agency, article.publisher))),
            tag="\n".join(article.tags),
            published=_naive(article.published) if article.published else None,
            article=data,
            group=group,
        )

    def attach(self, name: str, data: bytes) -> None:
        self._attached[name] = data

    def _finish(self) -> None:
        for name, data in self._attached.items():
            path = self._engine._attachment_path(name)
            partial = path.with_suffix(".partial")
            partial.write_bytes(data)
            partial.replace(path)
        for article, group in self._pending.values():
            self._store(article, group)
            self._changed = True
        self._writer.commit() if self._changed else self._writer.cancel()
        self._engine.refresh()

    def commit(self) -> None:
        self._finish()
        self._begin()


class WhooshEngine:
    """An open index folder (see `base.Engine`)."""

    def __init__(self, folder: Path, *, create: bool) -> None:
        self.location = str(folder)
        self._folder = folder
        if index.exists_in(folder):
            try:
                self._index = index.open_dir(folder)
            except (index.IndexError, OSError, EOFError) as error:
                raise IndexCorruptError(self.location, "table of contents", str(error)) from error
        elif create:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                self._index = index.create_in(folder, _schema())
            except OSError as error:
                raise EngineError(self.location, error.strerror or str(error)) from error
        else:
            raise IndexNotFoundError(self.location, "there is no index here")
        self._open()

    def _open(self) -> None:
        self._generation = int(self._index.latest_generation())
        self._searcher = self._index.searcher(weighting=scoring.BM25F())
        self._load()

    def _load(self) -> None:
        """Read what every query needs: the articles' metadata and the vocabulary by fold."""
        self._rows: dict[int, dict[str, Any]] = {}
        self._numbers: dict[str, int] = {}
        self._groups: dict[str, list[int]] = defaultdict(list)
        reader = self._searcher.reader()
        for number in reader.all_doc_ids():
            stored = reader.stored_fields(number)
            article = self._decode(stored["article"])
            published = article.published.astimezone(VIETNAM) if article.published else None
            self._rows[number] = {
                "id": article.id,
                "source": article.source,
                "fingerprint": article.fingerprint,
                "group": stored.get("group", ""),
                "published": published,
                "site": (article.site,),
                "section": (article.section,),
                "agency": (article.agency,),
                "author": article.author,
                "tag": article.tags,
                "year": (f"{published:%Y}" if published else "",),
                "month": (f"{published:%Y-%m}" if published else "",),
            }
            self._numbers[article.id] = number
            if stored.get("group"):
                self._groups[stored["group"]].append(number)
        self._forms: dict[str, dict[str, set[str]]] = {}
        for name in (*TEXT_BOOSTS, *METADATA):
            by_fold: dict[str, set[str]] = defaultdict(set)
            for term in reader.lexicon(name):
                word = term.decode("utf-8")
                by_fold[fold(word)].add(word)
            self._forms[name] = by_fold

    @staticmethod
    def _decode(data: bytes) -> Article:
        return Article.from_dict(json.loads(zlib.decompress(data)))

    def _attachment_path(self, name: str) -> Path:
        return self._folder / f"{name}.attachment"

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def generation(self) -> int:
        return self._generation

    def refresh(self) -> bool:
        if self._index.latest_generation() == self._generation:
            return False
        self._open()
        return True

    def writer(self) -> WhooshWriter:
        return WhooshWriter(self)

    def sources(self) -> Mapping[str, tuple[str, str]]:
        return {row["id"]: (row["source"], row["fingerprint"]) for row in self._rows.values()}

    def attachment(self, name: str) -> bytes | None:
        path = self._attachment_path(name)
        return path.read_bytes() if path.exists() else None

    def number(self, id: str) -> int:
        try:
            return self._numbers[id]
        except KeyError:
            raise ArticleNotFoundError(id) from None

    def article(self, number: int) -> Article:
        return self._decode(self._searcher.reader().stored_fields(number)["article"])

    def duplicates(self, number: int) -> Sequence[int]:
        group = self._rows[number]["group"]
        return [n for n in self._groups.get(group, ()) if n != number] if group else []

    # ------------------------------------------------------------------------------ queries

    def _words(self, name: str, word: str, exact: bool) -> list[query.Query]:
        """The index's forms of a typed word in one field, as term queries."""
        boost = TEXT_BOOSTS.get(name, 1.0)
        found = []
        for form in self._forms[name].get(fold(word), ()):
            if form == word:
                found.append(query.Term(name, form, boost=boost * EXACT_BOOST))
            elif not exact and (matches(word, form) or form == fold(word)):
                found.append(query.Term(name, form, boost=boost))
        return found

    def _fields(self, name: str | None) -> tuple[str, ...]:
        return (FIELD_NAMES.get(name, name),) if name else tuple(TEXT_BOOSTS)

    def _leaf(self, node: Term | Phrase | Prefix) -> query.Query:
        branches: list[query.Query] = []
        for name in self._fields(node.field):
            match node:
                case Term(text, _, exact):
                    branches += self._words(name, text, exact)
                case Phrase(words, _, exact):
                    parts = [self._words(name, word, exact) for word in words]
                    if all(parts):
                        sequence = [query.Or(part) for part in parts]
                        branches.append(query.Sequence(sequence, boost=TEXT_BOOSTS.get(name, 1)))
                case Prefix(text):
                    start = fold(text)
                    for folded, forms in self._forms[name].items():
                        if folded.startswith(start):
                            branches += [
                                query.Term(name, form, boost=TEXT_BOOSTS.get(name, 1))
                                for form in forms
                                if matches(text, form[: len(text)])
                            ]
        return query.Or(branches) if branches else query.NullQuery

    def _translate(self, node: Node | None) -> query.Query:
        match node:
            case None:
                return query.Every()
            case Term() | Phrase() | Prefix():
                return self._leaf(node)
            case Range(start, end):
                return query.DateRange(
                    "published",
                    _naive(start) if start else None,
                    _naive(end) if end else None,
                    endexcl=True,
                )
            case Or(children):
                return query.Or([self._translate(child) for child in children])
            case And(children):
                wanted = [c for c in children if not isinstance(c, Not)]
                banned = [c.child for c in children if isinstance(c, Not)]
                main = query.And([self._translate(c) for c in wanted]) if wanted else query.Every()
                if banned:
                    main = query.AndNot(main, query.Or([self._translate(c) for c in banned]))
                return main
            case Not(child):
                return query.AndNot(query.Every(), self._translate(child))

    def _scores(
        self, root: Node | None, time_limit_s: float | None
    ) -> tuple[dict[int, float], bool]:
        collector = self._searcher.collector(limit=None)
        timed = TimeLimitCollector(collector, timelimit=time_limit_s) if time_limit_s else collector
        late = False
        try:
            self._searcher.search_with_collector(self._translate(root), timed)
        except TimeLimit:
            late = True
        return {number: score for score, number in timed.results().top_n}, late

    def search(
        self,
        query: Query,
        *,
        offset: int = 0,
        limit: int = 10,
        sort: Sort = Sort.RELEVANCE,
        filters: Mapping[str, Sequence[str]] | None = None,
        facets: Iterable[str] = (),
        time_limit_s: float | None = None,
    ) -> Ranking:
        scores, late = self._scores(query.root, time_limit_s)
        relaxed: tuple[str, ...] = ()
        if not scores and query.plain and isinstance(query.root, And):
            words = [c for c in query.root.children if isinstance(c, Term)]
            relaxed = tuple(w.text for w in words if not self._scores(w, None)[0])
            kept = tuple(c for c in query.root.children if c not in words or c.text not in relaxed)
            scores, late = self._scores(And(kept), time_limit_s) if relaxed and kept else ({}, late)
            if not scores:
                scores, late = self._scores(Or(query.root.children), time_limit_s)
                relaxed = tuple(w.text for w in words)
        for name, values in (filters or {}).items():
            scores = {n: s for n, s in scores.items() if set(values) & set(self._rows[n][name])}
        ordered = self._order(scores, sort)
        heads: dict[str, list[int]] = {}
        for number in ordered:
            heads.setdefault(self._rows[number]["group"] or f"#{number}", []).append(number)
        groups = list(heads.values())
        return Ranking(
            total=len(scores),
            groups=len(groups),
            hits=tuple(
                Ranked(group[0], scores[group[0]], tuple(group[1:]))
                for group in groups[offset : offset + limit]
            ),
            facets={name: self._facet(name, scores) for name in facets},
            relaxed=relaxed if scores else (),
            timed_out=late,
        )

    def _order(self, scores: Mapping[int, float], sort: Sort) -> list[int]:
        if sort is Sort.RELEVANCE:
            return sorted(scores, key=lambda n: (-scores[n], n))
        newest = sort is Sort.NEWEST
        dated = [n for n in scores if self._rows[n]["published"]]
        undated = sorted(n for n in scores if not self._rows[n]["published"])
        return sorted(dated, key=lambda n: self._rows[n]["published"], reverse=newest) + undated

    def _facet(self, name: str, numbers: Iterable[int]) -> tuple[FacetValue, ...]:
        counts = Counter(v for n in numbers for v in set(self._rows[n][name]) if v)
        in_time = name in ("year", "month")
        order = sorted(counts.items(), key=lambda kv: kv[0] if in_time else (-kv[1], kv[0]))
        return tuple(FacetValue(value, count) for value, count in order)

    def count(self, query: Query) -> int:
        return len(self._scores(query.root, None)[0])

    def vocabulary(self) -> Mapping[str, int]:
        reader = self._searcher.reader()
        counts: Counter[str] = Counter()
        for name in TEXT_BOOSTS:
            for term in reader.lexicon(name):
                word = term.decode("utf-8")
                counts[word] = max(counts[word], reader.doc_frequency(name, term))
        return counts

    def stats(self) -> IndexStats:
        files = [path for path in self._folder.iterdir() if path.is_file()]
        dates = sorted(r["published"] for r in self._rows.values() if r["published"])
        return IndexStats(
            articles=len(self),
            generation=self.generation,
            size_bytes=sum(path.stat().st_size for path in files),
            modified=datetime.fromtimestamp(max(p.stat().st_mtime for p in files), UTC),
            oldest=dates[0] if dates else None,
            newest=dates[-1] if dates else None,
            by={name: self._facet(name, self._rows) for name in FACETS},
        )

    def verify(self) -> VerifyReport:
        problems = []
        for number in self._rows:
            try:
                self.article(number)
            except (ValueError, zlib.error, KeyError) as error:
                problems.append(f"article {number}: {error}")
        files = sum(1 for path in self._folder.iterdir() if path.is_file())
        return VerifyReport(files=files, articles=len(self), problems=tuple(problems))
