"""Search engines side by side: indexing and querying the same news articles.

    python -m tests.benchmarks.engines CORPUS.jsonl.gz [--sizes 3000,11442] [--engines ours,tantivy]

A corpus has one JSON object a line: id, title, text. Every engine indexes title and text, each as
written and folded, stores them, and runs in a process of its own on one core: first it builds,
then it opens what it built and answers four sets of queries made from the articles' titles:

    pair    two neighbouring words, both wanted          folded   the same without marks
    title   all words of a title, any wanted             phrase   two neighbouring words as a phrase

A query is timed from its text to the titles of its ten best results. Times are milliseconds of
wall clock; docs/s counts CPU seconds, so that a busy machine disturbs it less. Ratios are to
tantivy: above 1 is faster, and for size smaller.
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
from collections.abc import Callable, Iterator
from pathlib import Path

from unidecode import unidecode

QUERIES = 150
ROUNDS = 3
Doc = dict[str, str]
Search = Callable[[str, str], list[str]]  # kind, text → titles


def read(path: Path, size: int) -> Iterator[Doc]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number == size:
                return
            yield json.loads(line)


def query_sets(path: Path, size: int) -> dict[str, list[str]]:
    titles = [doc["title"] for doc in read(path, size)]
    picked = random.Random(7).sample(titles, min(QUERIES, len(titles)))
    words = [[w for w in "".join(c if c.isalnum() else " " for c in t).split()] for t in picked]
    words = [w for w in words if len(w) > 3]
    pairs = [" ".join(w[1:3]) for w in words]
    return {
        "pair": pairs,
        "folded": [unidecode(pair).lower() for pair in pairs],
        "title": [" ".join(w) for w in words],
        "phrase": pairs,
    }


# -------------------------------------------------------------------------------------- engines


def ours_build(docs: Iterator[Doc], folder: Path) -> None:
    from indexer.engines.open import open_engine
    from indexer.models import Article

    with open_engine(folder, create=True).writer() as writer:
        for doc in docs:
            writer.add(Article(id=doc["id"], title=doc["title"], body=doc["text"]))


def ours_open(folder: Path) -> Search:
    from indexer.engines.whoosh import WhooshEngine
    from indexer.query import parse_query

    engine = WhooshEngine(folder, create=False)

    def search(kind: str, text: str) -> list[str]:
        if kind == "title":
            text = " OR ".join(text.split())
        elif kind == "phrase":
            text = f'"{text}"'
        found = engine.search(parse_query(text))
        return [engine.head(hit.number).title for hit in found.hits]

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


def measure(engine: str, corpus: Path, size: int) -> dict[str, float]:
    """Build and query with one engine, in this process."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    build, start = ENGINES[engine]
    queries = query_sets(corpus, size)
    docs = list(read(corpus, size))
    folder = Path(tempfile.mkdtemp())
    result: dict[str, float] = {}
    try:
        base_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.process_time()
        build(iter(docs), folder)
        result["docs/s"] = len(docs) / (time.process_time() - began)
        result["MB"] = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6
        result["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        result["before MB"] = base_kb / 1e3
        began = time.perf_counter()
        search = start(folder)
        result["open ms"] = (time.perf_counter() - began) * 1e3
        for kind, texts in queries.items():
            if kind in WITHOUT.get(engine, ()):
                continue
            for text in texts:
                search(kind, text)
            times = []
            for _ in range(ROUNDS):
                for text in texts:
                    began = time.perf_counter()
                    search(kind, text)
                    times.append((time.perf_counter() - began) * 1e3)
            result[f"{kind} p50"] = statistics.median(times)
            result[f"{kind} p95"] = statistics.quantiles(times, n=20)[-1]
    finally:
        shutil.rmtree(folder)
    return result


def run(engine: str, corpus: Path, size: int) -> dict[str, float] | None:
    """The same in a process of its own; None where the engine is not installed."""
    python = PYTHON.get(engine, sys.executable)
    if not Path(python).exists():
        return None
    command = [python, __file__, str(corpus), "--one", engine, "--sizes", str(size)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
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
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    if given.one:
        print(json.dumps(measure(given.one, given.corpus, sizes[0])))
        return
    for size in sizes:
        results = {}
        for engine in given.engines.split(","):
            measured = run(
                engine, given.corpus, min(size, STOCK_AT_MOST if engine == "stock" else size)
            )
            if measured:
                results[engine] = measured
        show(size, results)


if __name__ == "__main__":
    main()
