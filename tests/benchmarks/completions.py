"""How long completions, similar articles and a page with suggestions take, per keystroke.

    python tests/benchmarks/completions.py CORPUS.jsonl.gz [--articles 35000]

CORPUS has one {"id", "title", "text"} a line; where it has fewer articles than asked for, its
articles are taken again under other ids, with every tenth word of the text left out. Prints p50
and p95 in milliseconds of CPU time.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from indexer import Article, open_index
from indexer.vietnamese import fold

QUERIES = 300


def articles_of(path: Path, wanted: int) -> Iterator[Article]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    made = 0
    for turn in count():
        chance = random.Random(turn)
        for row in rows:
            if made == wanted:
                return
            made += 1
            words = row["text"].split(" ")
            if turn:
                words = [word for word in words if chance.random() > 0.1]
            text = " ".join(words)
            yield Article(id=f"{row['id']}-{turn}", title=row["title"], body=text)


def measure(name: str, calls: list[Callable[[], object]]) -> None:
    times = []
    for call in calls:
        began = time.process_time()
        call()
        times.append((time.process_time() - began) * 1000)
    times.sort()
    p50, p95 = times[len(times) // 2], times[len(times) * 95 // 100]
    print(f"{name:34} p50 {p50:6.2f}  p95 {p95:6.2f}  most {times[-1]:6.2f} ms", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--articles", type=int, default=35_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = open_index(Path(folder) / "index", create=True)
        added = index.add(articles_of(given.corpus, given.articles))
        print(f"{added} articles")
        chance = random.Random(1)
        some = list(articles_of(given.corpus, min(given.articles, 5_000)))
        titles = [chance.choice(some).title for _ in range(QUERIES)]
        typed = [title[: chance.randint(1, 18)] for title in titles]
        index.suggest("a")  # reads the phrases: once in the life of a process
        measure("suggest, as typed", [lambda t=t: index.suggest(t) for t in typed])
        measure("suggest, no marks", [lambda t=t: index.suggest(fold(t)) for t in typed])
        ids = [chance.choice(some).id for _ in range(QUERIES)]
        measure("similar", [lambda i=i: index.similar(i) for i in ids])
        short = [" ".join(title.split()[:3]) for title in titles]
        measure("search, 3 words, a page", [lambda t=t: index.search(t) for t in short])
        measure("the same without marks", [lambda t=t: index.search(fold(t)) for t in short])


if __name__ == "__main__":
    main()
