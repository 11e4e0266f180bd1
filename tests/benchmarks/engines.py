"""Search engines side by side: indexing and querying the same news articles.

    python -m tests.benchmarks.engines CORPUS.jsonl.gz [--sizes 3000,11442] [--engines ours,tantivy]
                                       [--cores 1] [--small-commit]

A corpus has one JSON object a line: id, title, text. Every engine indexes title and text, each as
written and folded, stores them, and runs in a process of its own on one core: first it builds,
then it opens what it built and answers four sets of queries made from the articles' titles:

    pair    two neighbouring words, both wanted          folded   the same without marks
    title   all words of a title, any wanted             phrase   two neighbouring words as a phrase

A query is timed from its text to the titles of its ten best results; each is asked once, after 150
others. Ours is the whole `Index.search`. Times are milliseconds of wall clock; docs/s counts CPU
seconds, so that a busy machine disturbs it less. Ratios are to tantivy: above 1 is faster, and for
size smaller.

Sizes above that of the corpus are filled with articles made of it: each is an article whose words
are another's at a third of the places, so that lengths and frequencies stay natural, and words
that are new to the index go on coming. Ours does all that `Index.add` does: near copies are
grouped, completions kept. `--cores 2` measures ours on so many cores too, by the wall clock;
`--small-commit` adds 100 articles more to each index of ours, and commits.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import unidecode as unidecode_package
from unidecode import unidecode

QUERIES, WARMING = 450, 150
ROUNDS = 3
CORPUS = 11_000  # articles whose titles queries are made of
Doc = dict[str, str]
Search = Callable[[str, str], list[str]]  # kind, text → titles


def read(path: Path, size: int) -> Iterator[Doc]:
    """So many articles: those of the corpus, and then articles made of them."""
    corpus = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if len(corpus) == size:
                break
            doc = json.loads(line)
            corpus.append({name: doc[name] for name in ("id", "title", "text")})
    yield from corpus
    random_ = random.Random(11)
    for number in range(len(corpus), size):
        one, other = random_.choice(corpus), random_.choice(corpus)
        yield {
            "id": f"{one['id']}-{number}",
            "title": mixed(one["title"], other["title"], random_, number),
            "text": mixed(one["text"], other["text"], random_, number),
        }


def mixed(text: str, other: str, random_: random.Random, number: int) -> str:
    """A text with the length and the lines of one and, at places, the words of another."""
    words, others = text.split(" "), other.split(" ")
    for at in range(0, min(len(words), len(others)) - 6, 9):
        start = at + random_.randrange(6)
        words[start : start + 3] = others[start : start + 3]
    if len(words) > 100 and number % 3 == 0:  # names and numbers that no other article has
        words[random_.randrange(len(words))] = f"tên{random_.randrange(10**6)}"
    return " ".join(words)


def query_sets(path: Path, size: int) -> dict[str, list[str]]:
    titles = [doc["title"] for doc in islice(read(path, size), CORPUS)]
    picked = random.Random(7).sample(titles, min(QUERIES + WARMING, len(titles)))
    words = ["".join(c if c.isalnum() else " " for c in title).split() for title in picked]
    words = [w for w in words if len(w) > 3]
    pairs = [" ".join(w[1:3]) for w in words]
    return {
        "pair": pairs,
        "folded": [unidecode(pair).lower() for pair in pairs],
        "title": [" ".join(w) for w in words],
        "phrase": pairs,
    }


# -------------------------------------------------------------------------------------- engines


def ours_articles(docs: Iterable[Doc]) -> Iterator[object]:
    from indexer.models import Article

    for doc in docs:
        yield Article(id=doc["id"], title=doc["title"], body=doc["text"])


def ours_build(docs: Iterator[Doc], folder: Path) -> None:
    from indexer.index import open_index

    open_index(folder, create=True).add(ours_articles(docs), workers=1)


def ours_open(folder: Path) -> Search:
    from indexer.index import open_index

    index = open_index(folder)

    def search(kind: str, text: str) -> list[str]:
        found = index.search(
            f'"{text}"' if kind == "phrase" else text, snippets=False, facets=False
        )
        return [hit.article.title for hit in found.hits]

    return search


def tantivy_schema():
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    for name in ("title", "text"):
        builder.add_text_field(name, stored=True, tokenizer_name="lower")
    for name in ("title_folded", "text_folded"):
        builder.add_text_field(name, tokenizer_name="lower")
    return builder.build()


def tantivy_index(folder: Path):
    import tantivy

    index = tantivy.Index(tantivy_schema(), str(folder))
    words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    index.register_tokenizer("lower", words.filter(tantivy.Filter.lowercase()).build())
    return index


def tantivy_build(docs: Iterator[Doc], folder: Path) -> None:
    import tantivy

    writer = tantivy_index(folder).writer(heap_size=300_000_000, num_threads=1)
    for doc in docs:
        title, text = doc["title"], doc["text"]
        writer.add_document(
            tantivy.Document(
                id=doc["id"],
                title=title,
                text=text,
                title_folded=unidecode(title),
                text_folded=unidecode(text),
            )
        )
    writer.commit()
    writer.wait_merging_threads()


def tantivy_open(folder: Path) -> Search:
    index = tantivy_index(folder)
    index.reload()
    searcher = index.searcher()

    def search(kind: str, text: str) -> list[str]:
        names = ["title_folded", "text_folded"] if kind == "folded" else ["title", "text"]
        if kind == "phrase":
            query = index.parse_query(f'"{text}"', names)
        elif kind == "title":
            query = index.parse_query(text, names)
        else:
            query = index.parse_query(" ".join(f"+{word}" for word in text.split()), names)
        hits = searcher.search(query, 10).hits
        return [searcher.doc(address)["title"][0] for _, address in hits]

    return search


def fts5_connect(folder: Path):
    import sqlite3

    return sqlite3.connect(folder / "fts.db")


def fts5_build(docs: Iterator[Doc], folder: Path) -> None:
    base = fts5_connect(folder)
    base.execute("create table doc(id text, title text, text text)")
    base.execute(
        "create virtual table fts using fts5(title, text, title_folded, text_folded,"
        " content='', tokenize=\"unicode61 remove_diacritics 0\")"
    )
    for number, doc in enumerate(docs):
        title, text = doc["title"], doc["text"]
        base.execute(
            "insert into doc(rowid, id, title, text) values(?,?,?,?)",
            (number, doc["id"], title, text),
        )
        base.execute(
            "insert into fts(rowid, title, text, title_folded, text_folded) values(?,?,?,?,?)",
            (number, title, text, unidecode(title), unidecode(text)),
        )
    base.commit()
    base.close()


def fts5_open(folder: Path) -> Search:
    base = fts5_connect(folder)

    def search(kind: str, text: str) -> list[str]:
        columns = "{title_folded text_folded}" if kind == "folded" else "{title text}"
        words = [f'"{word}"' for word in text.split()]
        if kind == "phrase":
            expression = f'"{text}"'
        else:
            expression = (" OR " if kind == "title" else " AND ").join(words)
        rows = base.execute(
            "select doc.title from fts join doc on doc.rowid = fts.rowid"
            " where fts match ? order by bm25(fts) limit 10",
            (f"{columns}: ({expression})",),
        )
        return [title for (title,) in rows]

    return search


def xapian_terms(kind: str, text: str) -> list[str]:
    prefix = "F" if kind == "folded" else "E"
    words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
    return [prefix + word for word in words]


def xapian_build(docs: Iterator[Doc], folder: Path) -> None:
    import xapian

    base = xapian.WritableDatabase(str(folder / "x"), xapian.DB_CREATE_OR_OPEN)
    for doc in docs:
        entry = xapian.Document()
        entry.set_data(json.dumps(doc, ensure_ascii=False))
        place = 0
        for text in (doc["title"], doc["text"]):
            for kind, form in (("pair", text), ("folded", unidecode(text))):
                for at, term in enumerate(xapian_terms(kind, form)):
                    entry.add_posting(term[:200], place + at)
            place += 100_000
        base.add_document(entry)
    base.commit()


def xapian_open(folder: Path) -> Search:
    import xapian

    base = xapian.Database(str(folder / "x"))

    def search(kind: str, text: str) -> list[str]:
        terms = xapian_terms(kind, text)
        operator = {"phrase": xapian.Query.OP_PHRASE, "title": xapian.Query.OP_OR}.get(
            kind, xapian.Query.OP_AND
        )
        enquire = xapian.Enquire(base)
        enquire.set_query(xapian.Query(operator, terms))
        return [json.loads(hit.document.get_data())["title"] for hit in enquire.get_mset(0, 10)]

    return search


def bm25s_build(docs: Iterator[Doc], folder: Path) -> None:
    import bm25s

    kept = list(docs)
    words = bm25s.tokenize(
        [f"{doc['title']} {doc['text']}" for doc in kept],
        stopwords=[],
        token_pattern=r"\w+",
        show_progress=False,
    )
    retriever = bm25s.BM25()
    retriever.index(words, show_progress=False)
    retriever.save(str(folder), corpus=kept)


def bm25s_open(folder: Path) -> Search:
    import bm25s

    retriever = bm25s.BM25.load(str(folder), load_corpus=True, mmap=True)

    def search(kind: str, text: str) -> list[str]:
        words = bm25s.tokenize(
            [text], stopwords=[], token_pattern=r"\w+", show_progress=False, return_ids=False
        )
        found, _ = retriever.retrieve(words, k=10, show_progress=False)
        return [doc["title"] for doc in found[0]]

    return search


def stock_schema():
    from whoosh import analysis, fields

    def text(stored: bool) -> fields.TEXT:
        words = analysis.RegexTokenizer(r"\w+") | analysis.LowercaseFilter()
        return fields.TEXT(analyzer=words, stored=stored, phrase=True)

    return fields.Schema(
        id=fields.ID(stored=True),
        title=text(True),
        text=text(True),
        title_folded=text(False),
        text_folded=text(False),
    )


def stock_build(docs: Iterator[Doc], folder: Path) -> None:
    from whoosh import index

    writer = index.create_in(str(folder), stock_schema()).writer(limitmb=512)
    for doc in docs:
        title, text = doc["title"], doc["text"]
        writer.add_document(
            id=doc["id"],
            title=title,
            text=text,
            title_folded=unidecode(title),
            text_folded=unidecode(text),
        )
    writer.commit()


def stock_open(folder: Path) -> Search:
    from whoosh import index, qparser

    found = index.open_dir(str(folder))
    searcher = found.searcher()

    def search(kind: str, text: str) -> list[str]:
        names = ["title_folded", "text_folded"] if kind == "folded" else ["title", "text"]
        group = qparser.OrGroup if kind == "title" else qparser.AndGroup
        parser = qparser.MultifieldParser(names, found.schema, group=group)
        query = parser.parse(f'"{text}"' if kind == "phrase" else text)
        return [hit["title"] for hit in searcher.search(query, limit=10)]

    return search


ENGINES = {
    "ours": (ours_build, ours_open),
    "tantivy": (tantivy_build, tantivy_open),
    "fts5": (fts5_build, fts5_open),
    "xapian": (xapian_build, xapian_open),
    "bm25s": (bm25s_build, bm25s_open),
    "stock": (stock_build, stock_open),
}
WITHOUT = {"bm25s": {"phrase", "folded"}}  # sets that an engine cannot answer
STOCK_AT_MOST = 3000  # articles: more would take minutes and change nothing
# Debian's own Python has Xapian.
PYTHON = {"xapian": "/usr/bin/python3"}


# ------------------------------------------------------------------------------------ measuring


def measure_cores(corpus: Path, size: int, cores: int) -> dict[str, float]:
    """Build ours on one core and on several, by the wall clock, three times in turn."""
    from indexer.index import open_index

    allowed = sorted(os.sched_getaffinity(0))[:cores]
    docs = list(read(corpus, size))
    times: dict[int, list[float]] = {1: [], cores: []}
    for _ in range(ROUNDS):
        for count, found in times.items():
            os.sched_setaffinity(0, allowed[:count])
            folder = Path(tempfile.mkdtemp())
            began = time.perf_counter()
            open_index(folder, create=True).add(ours_articles(docs), workers=count)
            found.append(time.perf_counter() - began)
            shutil.rmtree(folder)
    one, several = (len(docs) / min(found) for found in times.values())
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "1 core docs/s": one,
        f"{cores} cores docs/s": several,
        "times": several / one,
        "peak MB": (own + children * (cores - 1)) / 1e3,
    }


class Untimed:
    """Documents, a thousand at a time, and the CPU seconds that it took to have them."""

    def __init__(self, docs: Iterator[Doc]) -> None:
        self._docs = docs
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Doc]:
        while True:
            began = time.process_time()
            chunk = list(islice(self._docs, 1000))
            self.seconds += time.process_time() - began
            if not chunk:
                return
            yield from chunk


def add_more(folder: Path, corpus: Path) -> dict[str, float]:
    """Add and commit 100 articles to an index of ours that is there, twice."""
    from indexer.index import open_index

    docs = list(read(corpus, 300))[-200:]
    for doc in docs:
        doc["id"] += "-more"
    for part in (docs[:100], docs[100:]):
        began = time.perf_counter()
        open_index(folder).add(ours_articles(part))
        took = (time.perf_counter() - began) * 1e3
    return {"+100 ms": took}


def measure(engine: str, corpus: Path, size: int, small_commit: bool) -> dict[str, float]:
    """Build and query with one engine, in this process."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    build, start = ENGINES[engine]
    queries = query_sets(corpus, size)
    folder = Path(tempfile.mkdtemp())
    result: dict[str, float] = {}
    try:
        # Reading is not measured, and only a chunk is held: the peak is the engine's.
        reading = Untimed(read(corpus, size))
        base_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.process_time()
        build(iter(reading), folder)
        result["docs/s"] = size / (time.process_time() - began - reading.seconds)
        result["MB"] = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6
        result["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        result["before MB"] = base_kb / 1e3
        began = time.perf_counter()
        search = start(folder)
        result["open ms"] = (time.perf_counter() - began) * 1e3
        for kind, texts in queries.items():
            if kind in WITHOUT.get(engine, ()):
                continue
            for text in texts[:WARMING]:
                search(kind, text)
            times = []
            for text in texts[WARMING:]:
                began = time.perf_counter()
                search(kind, text)
                times.append((time.perf_counter() - began) * 1e3)
            result[f"{kind} p50"] = statistics.median(times)
            result[f"{kind} p95"] = statistics.quantiles(times, n=20)[-1]
        if small_commit and engine == "ours":
            result |= add_more(folder, corpus)
    finally:
        shutil.rmtree(folder)
    return result


def run(engine: str, corpus: Path, size: int, *options: str) -> dict[str, float] | None:
    """The same in a process of its own; None where the engine is not installed."""
    python = PYTHON.get(engine, sys.executable)
    if not Path(python).exists():
        return None
    command = [python, __file__, str(corpus), "--one", engine, "--sizes", str(size)]
    command += options
    folders = [str(Path(__file__).parents[2])]
    if engine in PYTHON:  # it has no Unidecode of its own
        folders.append(str(Path(unidecode_package.__file__).parents[1]))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(folders)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1:] or ["failed"]
        print(f"  {engine}: {reason[0]}", file=sys.stderr)
        return None
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def show(size: int, results: dict[str, dict[str, float]]) -> None:
    columns = list(dict.fromkeys(name for result in results.values() for name in result))
    print(f"\n{size} articles")
    print(f"{'':12}" + "".join(f"{name:>12}" for name in columns))
    for engine, result in results.items():
        cells = (f"{result[c]:12.2f}" if c in result else f"{'–':>12}" for c in columns)
        print(f"{engine:12}" + "".join(cells))
    ours, peer = results.get("ours"), results.get("tantivy")
    if ours and peer:
        ratios = []
        for c in columns:
            if c not in ours or c not in peer:
                ratios.append(f"{'–':>12}")
                continue
            ratio = ours[c] / peer[c] if c == "docs/s" else peer[c] / ours[c]
            ratios.append(f"{ratio:11.2f}×")
        print(f"{'vs tantivy':12}" + "".join(ratios))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--sizes", default="3000,11442")
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument("--small-commit", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    if given.one:
        if given.cores > 1:
            print(json.dumps(measure_cores(given.corpus, sizes[0], given.cores)))
        else:
            found = measure(given.one, given.corpus, sizes[0], given.small_commit)
            print(json.dumps(found))
        return
    options = ["--small-commit"] if given.small_commit else []
    for size in sizes:
        results = {}
        for engine in given.engines.split(","):
            measured = run(
                engine,
                given.corpus,
                min(size, STOCK_AT_MOST if engine == "stock" else size),
                *options,
            )
            if measured:
                results[engine] = measured
        show(size, results)
        if given.cores > 1:
            several = run("ours", given.corpus, size, "--cores", str(given.cores))
            show(size, {"ours": several} if several else {})


if __name__ == "__main__":
    main()
