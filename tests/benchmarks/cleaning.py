"""How well and how fast articles are taken out of pages: ours beside the extractors installed here.

    python tests/benchmarks/cleaning.py FOLDER [--peers trafilatura,readability] [--json OUT]

FOLDER holds pairs `name.html` (or `.html.gz`) and `name.json`, the gold of that page: `title`,
`lead`, `body` (a list of paragraphs), `captions` (a list), `author` (a list), `date` (ISO), `url`,
and `noise` (a list of `{"cls", "text"}`: the other visible lines). A page without gold is no
article.

Printed: word F1 of lead and body (mean and worst page), exact-paragraph precision and recall,
captions and noise lines left in the text, title, date to the minute and author right, pages that
are no articles refused, pages per second of one core, and how many times as fast as the slowest
that is. Peers that are not installed are left out (`pip install -e .[bench]`).
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from indexer.cleaning import clean
from indexer.errors import DocumentError
from indexer.models import Document


class Result(NamedTuple):
    """What an extractor makes of a page."""

    text: str = ""
    title: str = ""
    date: str = ""
    author: tuple[str, ...] = ()


Extractor = Callable[[bytes, str], Result]


def ours(page: bytes, url: str) -> Result:
    """This library."""
    try:
        article = clean(Document("page", page, "text/html", url))
    except DocumentError:
        return Result()
    date = article.published.isoformat() if article.published else ""
    return Result(article.text, article.title, date, article.author)


def trafilatura(page: bytes, url: str) -> Result:
    """trafilatura with its metadata, without comments."""
    from trafilatura import bare_extraction

    text = page.decode("utf-8", "replace")
    found = bare_extraction(text, url=url or None, include_comments=False, with_metadata=True)
    if found is None:
        return Result()
    values = found if isinstance(found, dict) else found.as_dict()
    author = tuple(a.strip() for a in (values.get("author") or "").split(";") if a.strip())
    return Result(
        values.get("text") or "", values.get("title") or "", values.get("date") or "", author
    )


def readability(page: bytes, url: str) -> Result:
    """readability-lxml; its summary as one line a block."""
    import lxml.html
    from readability import Document as Readable

    found = Readable(page.decode("utf-8", "replace"), url=url or None)
    tree = lxml.html.fromstring(found.summary(html_partial=True))
    blocks = [" ".join(e.text_content().split()) for e in tree.iter("p", "li", "h2", "h3", "td")]
    return Result("\n".join(filter(None, blocks)), found.short_title())


PEERS: dict[str, tuple[str, Extractor]] = {
    "trafilatura": ("trafilatura", trafilatura),
    "readability": ("readability", readability),
}


class Page(NamedTuple):
    """A page and its gold; `gold` None: it is no article."""

    name: str
    content: bytes
    gold: dict[str, Any] | None


def read_pages(folder: Path) -> Iterator[Page]:
    """The pages of a folder, by name."""
    for path in sorted((*folder.glob("*.html"), *folder.glob("*.html.gz"))):
        content = path.read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" else content
        gold = path.with_name(path.name.removesuffix(".gz").removesuffix(".html") + ".json")
        yield Page(
            path.name, content, json.loads(gold.read_text("utf-8")) if gold.exists() else None
        )


@dataclass
class Score:
    """Sums over the pages."""

    f1: list[float] = field(default_factory=list)
    paragraphs: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    pages: int = 0

    def add(self, page: Page, result: Result) -> None:
        """Count one page."""
        if page.gold is None:
            self.counts["others"] += 1
            self.counts["refused"] += len(words(result.text)) < 20
            return
        gold = page.gold
        wanted = [shown(t) for t in (gold.get("lead", ""), *gold["body"]) if t]
        found = [line for line in map(shown, result.text.split("\n")) if line]
        self.f1.append(word_f1(" ".join(wanted), " ".join(found)))
        self.paragraphs["found"] += len(found)
        self.paragraphs["wanted"] += len(wanted)
        self.paragraphs["right"] += len(set(found) & set(wanted))
        flat = " ".join(found)
        self.counts["captions"] += sum(shown(c) in flat for c in gold.get("captions", ()))
        noise = {shown(n["text"]) for n in gold.get("noise", ())} - set(wanted)
        self.counts["noise"] += sum(n in found or (len(n) > 24 and n in flat) for n in noise)
        self.counts["articles"] += 1
        self.counts["title"] += shown(result.title) == shown(gold["title"])
        minute = re.sub("[T ]", " ", gold.get("date") or "")[:16]
        self.counts["date"] += re.sub("[T ]", " ", result.date)[:16] == minute
        names = {shown(a).casefold() for a in gold.get("author", ())}
        self.counts["author"] += {shown(a).casefold() for a in result.author} == names

    def row(self) -> dict[str, float | str]:
        """The figures of the table."""
        n = self.counts["articles"] or 1
        return {
            "F1": round(sum(self.f1) / max(1, len(self.f1)), 4),
            "worst": round(min(self.f1, default=0.0), 4),
            "para P": round(self.paragraphs["right"] / max(1, self.paragraphs["found"]), 3),
            "para R": round(self.paragraphs["right"] / max(1, self.paragraphs["wanted"]), 3),
            "captions": self.counts["captions"],
            "noise": self.counts["noise"],
            "title": f"{self.counts['title']}/{n}",
            "minute": f"{self.counts['date']}/{n}",
            "author": f"{self.counts['author']}/{n}",
            "refused": f"{self.counts['refused']}/{self.counts['others']}",
            "pages/s": round(self.pages / self.seconds, 1) if self.seconds else 0.0,
        }


def shown(text: str) -> str:
    """`text` with composed marks and single spaces."""
    return " ".join(unicodedata.normalize("NFC", text or "").replace("\u200b", "").split())


def words(text: str) -> list[str]:
    """The words of `text`, in lower case."""
    return re.findall(r"\w+", text.lower())


def word_f1(wanted: str, found: str) -> float:
    """The harmonic mean of precision and recall over bags of words."""
    a, b = Counter(words(wanted)), Counter(words(found))
    both = sum((a & b).values())
    return 2 * both / (sum(a.values()) + sum(b.values())) if both else 0.0


def measure(extract: Extractor, pages: list[Page], rounds: int) -> Score:
    """Run one extractor over all pages; time is the process's own, after one page of warming up."""
    score = Score()
    extract(pages[0].content, "")
    for page in pages:
        url = page.gold.get("url", "") if page.gold else ""
        score.add(page, extract(page.content, url))
    for _ in range(rounds):
        start = time.process_time()
        for page in pages:
            extract(page.content, "")
        score.seconds += time.process_time() - start
        score.pages += len(pages)
    return score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--others", type=Path, help="a folder of pages that are no articles")
    parser.add_argument("--peers", default=",".join(PEERS), help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=3, help="timed rounds (default: %(default)s)")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    args = parser.parse_args()
    pages = list(read_pages(args.folder))
    if args.others:
        pages += [page._replace(gold=None) for page in read_pages(args.others)]
    if not pages:
        parser.error(f"no .html in {args.folder}")
    extractors: dict[str, Extractor] = {"timtin": ours}
    for name in filter(None, args.peers.split(",")):
        module, extract = PEERS[name]
        if importlib.util.find_spec(module):
            extractors[name] = extract
        else:
            print(f"{name}: not installed")
    rows = {name: measure(f, pages, args.rounds).row() for name, f in extractors.items()}
    slowest = min(float(row["pages/s"]) for row in rows.values()) or 1.0
    for row in rows.values():
        row["times"] = round(float(row["pages/s"]) / slowest, 1)
    columns = list(next(iter(rows.values())))
    print(f"{len(pages)} pages".ljust(12), *(c.rjust(9) for c in columns))
    for name, row in rows.items():
        print(name.ljust(12), *(str(row[c]).rjust(9) for c in columns))
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1), "utf-8")


if __name__ == "__main__":
    main()
