"""What is learned from a corpus: precision and recall on noise planted into real articles.

    python tests/benchmarks/learned.py ARTICLES.jsonl.gz [--articles N] [--show]

ARTICLES holds {"id", "title", "text"} a line. The articles are dealt out to sites that no rule
knows; into their pages go the furniture of each site, boxes of related links of every shape, and
traps: text that recurs or equals a title and must stay. A second table shows what is taken from the
articles as they are: nothing was planted, so nearly all of it should be nothing.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from indexer.cleaning.learned import Learner
from indexer.models import Article

SENTENCE = re.compile(r"(?<=[.!?…])\s+")
Line = tuple[str, str, str]  # text, kind, what it is: "text", a kind of noise, or a trap


def paragraphs(text: str) -> list[str]:
    sentences = [s for line in text.split("\n") for s in SENTENCE.split(line) if s.strip()]
    return [" ".join(sentences[i : i + 3]) for i in range(0, len(sentences), 3)]


class Site:
    """A site with habits of its own: furniture, the look of its boxes."""

    def __init__(self, name: str, rng: random.Random, words: list[str]) -> None:
        self.name, self.rng = name, rng

        def phrase(least: int, most: int) -> str:
            count = rng.randrange(least, most)
            return " ".join(rng.choice(words) for _ in range(count)).capitalize()

        self.head = phrase(3, 8)  # a slogan above the text
        self.tail = [phrase(5, 30) + ".", phrase(3, 9)]  # appeals below it
        self.middle = phrase(4, 12)  # on seven pages of ten, anywhere
        self.section = phrase(6, 20)  # of one section: below a quarter of the pages
        self.label = phrase(2, 4) + rng.choice(["", ":"])
        self.affair = phrase(30, 50) + "."  # background of one affair, on a fifth of the pages

    def plant(self, lines: list[Line], titles: list[str], all_titles: list[str]) -> list[Line]:
        rng = self.rng
        out = list(lines)

        def put(line: Line, least: int = 1) -> None:
            out.insert(rng.randrange(least, len(out)) if len(out) > least else len(out), line)

        if rng.random() < 0.2:
            put((self.affair, "paragraph", "trap: background"))
        if rng.random() < 0.7:
            put((self.middle, "paragraph", "furniture: anywhere"))
        shape = rng.randrange(8)
        known = rng.sample(all_titles, 5)
        unknown = [" ".join(rng.sample(titles, 1)[0].split()[::-1]) for _ in range(2)]
        if shape == 0:
            out += [(self.label, "paragraph", "label")]
            out += [(t, "paragraph", "links: below, labelled") for t in known]
        elif shape == 1:
            out += [(t, "item", "links: below, no label") for t in known[:3]]
        elif shape == 2:
            at = rng.randrange(1, len(out) + 1)
            mixed = [known[0], unknown[0], known[1], known[2], unknown[1]]
            out[at:at] = [(t, "item", "links: list, two of five unknown") for t in mixed]
        elif shape == 3:
            put((f"[{known[0]}]", "paragraph", "link: in brackets"))
        elif shape == 4:
            put((known[0], "paragraph", "link: bare, in the text"))
        elif shape == 5:
            out.append((" ".join(known[:3]), "paragraph", "links: glued"))
        elif shape == 6:
            cut = [" ".join(t.split()[:9]) + "..." for t in known[:4] if len(t.split()) > 10]
            out += [(t, "paragraph", "links: cut") for t in cut if len(cut) > 1]
        else:
            dated = [f"{t} ({rng.randrange(1, 28)}/{rng.randrange(1, 12)})" for t in known[:3]]
            out += [(t, "paragraph", "links: dated") for t in dated]
        if rng.random() < 0.05:
            put((known[4] + ".", "paragraph", "trap: sentence"))
        if rng.random() < 0.25:
            out.append((self.section, "paragraph", "furniture: a section's"))
        out += [(t, "paragraph", "furniture: below") for t in self.tail]
        return [(self.head, "paragraph", "furniture: above"), *out]


def digest(articles: list[dict[str, str]], rng: random.Random) -> list[Line]:
    """A digest: each story's own title above a paragraph of it."""
    lines: list[Line] = []
    for story in rng.sample(articles, 5):
        lines.append((story["title"], "paragraph", "trap: digest"))
        lines.append((paragraphs(story["text"])[0], "paragraph", "text"))
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("--articles", dest="count", type=int, default=2500)
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    options = parser.parse_args()
    rng = random.Random(11)
    with gzip.open(options.articles, "rt", encoding="utf-8") as lines:
        articles = [a for a in map(json.loads, lines) if len(paragraphs(a["text"])) >= 4]
    articles = rng.sample(articles, min(options.count, len(articles)))
    titles = [a["title"] for a in articles]
    long_titles = [t for t in titles if 6 <= len(re.findall(r"\w+", t)) <= 40]
    words = sorted({w for t in titles for w in re.findall(r"[^\W\d]+", t.lower())})

    plain, planted, truth = [], [], []
    n = 0
    for number, pages in enumerate(deal(len(articles))):
        site = Site(f"bao{number}.vn", rng, words)
        for a in articles[n : n + pages]:
            body: list[Line] = [(p, "paragraph", "text") for p in paragraphs(a["text"])]
            if rng.random() < 0.03:
                body = digest(articles, rng)
            plain.append(article(a, site.name, body))
            body = site.plant(body, titles, long_titles)
            planted.append(article(a, site.name, body))
            truth.append(body)
        n += pages

    report("planted", planted, truth, options.show)
    everything = [[(line, "", "text") for line in p.body.split("\n")] for p in plain]
    report("as they are", plain, everything, options.show)


def deal(count: int) -> list[int]:
    """Pages a site: some sites with five, some with hundreds."""
    sizes = []
    for size in [5, 5, 9, 15, 30, 57, 100, 200, 400] * count:
        if sum(sizes) + size > count:
            break
        sizes.append(size)
    return sizes


def article(a: dict[str, str], site: str, body: list[Line]) -> Article:
    return Article(
        id=a["id"],
        title=a["title"],
        body="\n".join(text for text, _, _ in body),
        body_kinds=tuple(kind for _, kind, _ in body),
        site=site,
    )


def report(name: str, articles: list[Article], truth: list[list[Line]], show: bool) -> None:
    learner = Learner()
    started = time.process_time()
    for a in articles:
        learner.observe(a)
    learned_at = time.process_time()
    learned = learner.learned()
    cleaned = [learned.apply(a) for a in articles]
    ended = time.process_time()
    pages = Counter(a.site for a in articles)
    there: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for before, after, lines in zip(articles, cleaned, truth, strict=True):
        gone = Counter(r.text for r in after.removed)
        for text, _, label in lines:
            if pages[before.site] < 8 and label.startswith("furniture"):
                label = "trap: furniture of a tiny site"
            there[label] += 1
            if gone[text] <= 0:
                continue
            gone[text] -= 1
            taken[label] += 1
            if show and label.startswith(("text", "trap")):
                why = next(r.why for r in after.removed if r.text == text)
                print(f"   {label} taken: {text[:200]} [{why}]")
    count = len(articles)
    print(
        f"\n{name}: {count} articles; observed {count / (learned_at - started):,.0f}/s, "
        f"applied {count / (ended - learned_at):,.0f}/s; state {len(learner.to_bytes()):,} bytes"
    )
    for label in sorted(there):
        print(f"  {label:<36}{taken[label]:>6} of {there[label]:<6} taken")
    noise = [x for x in there if not x.startswith(("text", "trap"))]
    right = sum(taken[x] for x in noise)
    wrong = sum(taken.values()) - right
    if noise:
        recall = right / sum(there[x] for x in noise)
        print(f"  precision {right / max(1, right + wrong):.4f}, recall {recall:.4f}")


if __name__ == "__main__":
    main()
