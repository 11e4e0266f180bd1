"""Ranking quality on labelled sets, however the query is typed, beside other engines.

    python tests/benchmarks/relevance.py SET… [--queries N] [--variants asis,noaccent,…]
                                         [--systems timtin,fts5,tantivy,bm25s,xapian,whoosh]

SET is a folder with `corpus.jsonl.gz` ({"id", "title", "text"}), `queries.jsonl.gz` ({"id", "text",
"group", "exclude"}) and `qrels.tsv` (query, document, gain). Every system gets title and text, and
at most 110 results a query are scored: nDCG@10 and MRR@10, and each variant as a share of "asis".
Peers run as written ("exact") and with their own folding; those that are not installed are left
out. Xapian is Debian's (python3-xapian), run by /usr/bin/python3.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import math
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from indexer import Article, open_index
from indexer.vietnamese import exact_forms, fold

DEPTH = 110
WORD = re.compile(r"[^\W\d_]+")
# What is taken from a query for an engine's own parser: its words, marks that stand apart included.
PARTS = re.compile(r"[\w\u0300-\u036f]+")
TONES = set("\u0300\u0301\u0309\u0303\u0323")
Rankings = dict[str, list[str]]


# ------------------------------------------------------------------------- ways to type a query


def bare(text: str) -> str:
    letters = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    return unicodedata.normalize("NFC", "".join(c for c in letters if not unicodedata.combining(c)))


def with_tone_at(syllable: str, place: str) -> str:
    """The tone of open -oa, -oe, -uy on the first (`old`) or the last (`new`) vowel."""
    letters = unicodedata.normalize("NFD", syllable)
    tone = next((c for c in letters if c in TONES), "")
    plain = unicodedata.normalize("NFC", "".join(c for c in letters if c not in TONES))
    low = plain.lower()
    if not tone or not (low.endswith(("oa", "oe")) or (low.endswith("uy") and low[-3:] != "quy")):
        return syllable
    at = len(plain) - (2 if place == "old" else 1)
    return unicodedata.normalize("NFC", plain[: at + 1] + tone + plain[at + 1 :])


def mistyped(text: str, chance: random.Random) -> str:
    """One random letter edit in one word of three letters or more."""
    words = [m for m in WORD.finditer(text) if len(m.group()) >= 3]
    if not words:
        return text
    match = chance.choice(words)
    word, kind = match.group(), chance.choice(["drop", "insert", "replace", "swap"])
    at, letter = chance.randrange(len(word)), chance.choice("abcdeghiklmnopqrstuvxy")
    if kind == "drop":
        word = word[:at] + word[at + 1 :]
    elif kind == "insert":
        word = word[:at] + letter + word[at:]
    elif kind == "replace":
        word = word[:at] + letter + word[at + 1 :]
    else:
        at = min(at, len(word) - 2)
        word = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return text[: match.start()] + word + text[match.end() :]


def some_bare(text: str, chance: random.Random) -> str:
    return WORD.sub(lambda m: bare(m.group()) if chance.random() < 0.5 else m.group(), text)


VARIANTS: dict[str, Callable[[str, random.Random], str]] = {
    "asis": lambda text, _: text,
    "noaccent": lambda text, _: bare(text),
    "partial": some_bare,
    "nfd": lambda text, _: unicodedata.normalize("NFD", text),
    "oldtone": lambda text, _: WORD.sub(lambda m: with_tone_at(m.group(), "old"), text),
    "newtone": lambda text, _: WORD.sub(lambda m: with_tone_at(m.group(), "new"), text),
    "typo": mistyped,
}


def typed(text: str, variant: str, id: str) -> str:
    seed = hashlib.sha256(f"{variant}|{id}".encode()).hexdigest()
    return VARIANTS[variant](unicodedata.normalize("NFC", text), random.Random(seed))


# ------------------------------------------------------------------------------------ the data


@dataclass
class Labelled:
    name: str
    corpus: list[dict[str, str]]
    queries: list[dict[str, object]]
    gains: dict[str, dict[str, int]]


def lines(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def labelled(folder: Path, most: int) -> Labelled:
    gains: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines():
        query, document, gain = line.split("\t")
        gains.setdefault(query, {})[document] = int(gain)
    groups: dict[str, list] = {}
    for query in lines(folder / "queries.jsonl.gz"):
        groups.setdefault(query["group"], []).append(query)
    kept = [
        query
        for group in groups.values()
        for query in sorted(group, key=lambda q: hashlib.md5(q["id"].encode()).hexdigest())[:most]
    ]
    return Labelled(folder.name, list(lines(folder / "corpus.jsonl.gz")), kept, gains)


# --------------------------------------------------------------------------------- the systems
# Each takes a corpus and gives a function: query text → document ids, best first.

Search = Callable[[str], list[str]]


def timtin(corpus: list[dict[str, str]], folder: Path) -> Search:
    index = open_index(folder / "timtin", create=True)

    def articles() -> Iterator[Article]:
        for document in corpus:
            lead, newline, body = document["text"].partition("\n")
            if not newline:
                lead, body = "", lead
            yield Article(id=document["id"], title=document["title"], lead=lead, body=body)

    index.add(articles())

    def search(text: str) -> list[str]:
        found = index.search(text, per_page=DEPTH, snippets=False, facets=False)
        hits = [h for hit in found.hits for h in (hit, *hit.duplicates)]
        return [hit.article.id for hit in hits]

    return search


def fts5(corpus: list[dict[str, str]], folder: Path, *, remove: int) -> Search:
    db = sqlite3.connect(folder / f"fts5-{remove}.db")
    db.execute(
        "create virtual table docs using fts5(id unindexed, title, text,"
        f" tokenize='unicode61 remove_diacritics {remove}')"
    )
    db.executemany(
        "insert into docs values (?, ?, ?)", [(d["id"], d["title"], d["text"]) for d in corpus]
    )

    def search(text: str) -> list[str]:
        words = PARTS.findall(text)
        if not words:
            return []
        rows = db.execute(
            "select id from docs where docs match ? order by rank limit ?",
            (" OR ".join(f'"{word}"' for word in words), DEPTH),
        )
        return [id for (id,) in rows]

    return search


def tantivy(corpus: list[dict[str, str]], folder: Path, *, folded: bool) -> Search:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    name = "folding" if folded else "default"
    for field in ("title", "text"):
        builder.add_text_field(field, tokenizer_name=name)
    index = tantivy.Index(builder.build())
    if folded:
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        for step in (tantivy.Filter.lowercase(), tantivy.Filter.ascii_fold()):
            analyzer = analyzer.filter(step)
        index.register_tokenizer(name, analyzer.build())
    writer = index.writer(64_000_000, 1)
    for d in corpus:
        writer.add_document(tantivy.Document(id=d["id"], title=d["title"], text=d["text"]))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(text: str) -> list[str]:
        query = index.parse_query(" ".join(PARTS.findall(text)), ["title", "text"])
        return [searcher.doc(at)["id"][0] for _, at in searcher.search(query, DEPTH).hits]

    return search


def bm25s(corpus: list[dict[str, str]], folder: Path, *, folded: bool) -> Search:
    import bm25s

    def words(text: str) -> list[str]:
        found = re.findall(r"\w+", text.lower())
        return [fold(form) for form in exact_forms(text)] if folded else found

    retriever = bm25s.BM25()
    retriever.index([words(f"{d['title']}\n{d['text']}") for d in corpus], show_progress=False)
    known = retriever.vocab_dict

    def search(text: str) -> list[str]:
        asked = [word for word in words(text) if word in known]
        if not asked:
            return []
        most = min(DEPTH, len(corpus))
        found, _ = retriever.retrieve([asked], k=most, show_progress=False)
        return [corpus[i]["id"] for i in found[0].tolist()]

    return search


def whoosh(corpus: list[dict[str, str]], folder: Path) -> Search:
    from whoosh import fields, index
    from whoosh.qparser import MultifieldParser, OrGroup

    place = folder / "whoosh"
    place.mkdir()
    schema = fields.Schema(id=fields.ID(stored=True), title=fields.TEXT, text=fields.TEXT)
    made = index.create_in(str(place), schema)
    writer = made.writer(limitmb=256)
    for d in corpus:
        writer.add_document(id=d["id"], title=d["title"], text=d["text"])
    writer.commit()
    searcher = made.searcher()
    parser = MultifieldParser(["title", "text"], schema, group=OrGroup)

    def search(text: str) -> list[str]:
        query = parser.parse(" ".join(PARTS.findall(text)))
        return [hit["id"] for hit in searcher.search(query, limit=DEPTH)]

    return search


XAPIAN = """
import json, sys, xapian
database = xapian.WritableDatabase(sys.argv[1], xapian.DB_CREATE_OR_OVERWRITE)
generator = xapian.TermGenerator()
for line in open(sys.argv[2], encoding="utf-8"):
    given = json.loads(line)
    document = xapian.Document()
    generator.set_document(document)
    generator.index_text(given["title"] + "\\n" + given["text"])
    document.set_data(given["id"])
    database.add_document(document)
database.commit()
parser = xapian.QueryParser()
print("ready", flush=True)
for line in sys.stdin:
    enquire = xapian.Enquire(database)
    enquire.set_query(parser.parse_query(json.loads(line), 0))
    found = [match.document.get_data().decode() for match in enquire.get_mset(0, 110)]
    print(json.dumps(found), flush=True)
"""


def xapian(corpus: list[dict[str, str]], folder: Path) -> Search:
    given = folder / "xapian.jsonl"
    given.write_text("\n".join(json.dumps(d) for d in corpus), "utf-8")
    process = subprocess.Popen(
        ["/usr/bin/python3", "-c", XAPIAN, str(folder / "xapian"), str(given)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    if process.stdout.readline().strip() != "ready":
        raise ImportError("python3-xapian")

    def search(text: str) -> list[str]:
        words = " ".join(PARTS.findall(text))
        process.stdin.write(json.dumps(words) + "\n")
        process.stdin.flush()
        found: list[str] = json.loads(process.stdout.readline())
        return found

    return search


SYSTEMS: dict[str, tuple[str, Callable[[list[dict[str, str]], Path], Search]]] = {
    "timtin": ("timtin", timtin),
    "fts5 as written": ("fts5", lambda c, f: fts5(c, f, remove=0)),
    "fts5 folded": ("fts5", lambda c, f: fts5(c, f, remove=2)),
    "tantivy as written": ("tantivy", lambda c, f: tantivy(c, f, folded=False)),
    "tantivy folded": ("tantivy", lambda c, f: tantivy(c, f, folded=True)),
    "bm25s as written": ("bm25s", lambda c, f: bm25s(c, f, folded=False)),
    "bm25s folded": ("bm25s", lambda c, f: bm25s(c, f, folded=True)),
    "xapian": ("xapian", xapian),
    "whoosh": ("whoosh", whoosh),
}


# ------------------------------------------------------------------------------------- scoring


def measures(ranking: list[str], gains: dict[str, int]) -> tuple[float, float]:
    """nDCG@10 and MRR@10."""
    dcg = sum(gains.get(d, 0) / math.log2(i + 2) for i, d in enumerate(ranking[:10]))
    best = sorted(gains.values(), reverse=True)[:10]
    ideal = sum(gain / math.log2(i + 2) for i, gain in enumerate(best))
    first = next((i for i, d in enumerate(ranking[:10]) if gains.get(d, 0) > 0), None)
    return dcg / ideal, 0.0 if first is None else 1 / (first + 1)


def scored(data: Labelled, search: Search, variant: str) -> dict[str, tuple[float, float, float]]:
    """By group: nDCG@10, MRR@10, milliseconds a query."""
    sums: dict[str, list[float]] = {}
    for query in data.queries:
        text = typed(str(query["text"]), variant, str(query["id"]))
        began = time.perf_counter()
        found = search(text)
        took = time.perf_counter() - began
        excluded = set(query.get("exclude", ()))
        ranking = [d for d in dict.fromkeys(found) if d not in excluded]
        ndcg, mrr = measures(ranking, data.gains[str(query["id"])])
        for at, value in enumerate((ndcg, mrr, took * 1000, 1)):
            sums.setdefault(str(query["group"]), [0, 0, 0, 0])[at] += value
    return {g: (s[0] / s[3], s[1] / s[3], s[2] / s[3]) for g, s in sums.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--queries", type=int, default=500, help="at most so many of each group")
    parser.add_argument("--variants", default=",".join(VARIANTS))
    parser.add_argument(
        "--systems", default=",".join(dict.fromkeys(s for s, _ in SYSTEMS.values()))
    )
    arguments = parser.parse_args()
    variants = arguments.variants.split(",")
    for folder in arguments.sets:
        data = labelled(folder, arguments.queries)
        print(f"\n## {data.name}: {len(data.corpus)} documents, {len(data.queries)} queries")
        print(f"{'group':12} {'system':20} {'variant':9} {'nDCG@10':>8} {'MRR@10':>8} of asis   ms")
        for name, (kind, make) in SYSTEMS.items():
            if kind not in arguments.systems.split(","):
                continue
            with tempfile.TemporaryDirectory() as place:
                try:
                    search = make(data.corpus, Path(place))
                except (ImportError, FileNotFoundError) as missing:
                    print(f"{'':12} {name:20} not here: {missing}")
                    continue
                asis: dict[str, float] = {}
                for variant in variants:
                    for group, (ndcg, mrr, ms) in scored(data, search, variant).items():
                        share = ndcg / asis.setdefault(group, ndcg or 1)
                        row = f"{group:12} {name:20} {variant:9} {ndcg:8.4f} {mrr:8.4f}"
                        print(f"{row} {share:7.3f} {ms:5.1f}", flush=True)


if __name__ == "__main__":
    main()
