"""Near-copy groups on a labelled set made of real articles: precision, recall, speed, memory.

    python tests/benchmarks/duplicates.py ARTICLES.jsonl.gz [--articles N] [--show]

ARTICLES holds {"id", "title", "text"} a line, paragraphs separated by newlines. Some articles get a
near copy by each of the edits that sites make; others get stories that only look alike: the
same template with other figures and names. The original articles of the corpus are labelled by
comparing all runs of syllables exactly: at least .7 of the smaller held is a copy, at most .25 is
another story, what lies between is not counted.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from indexer.duplicates import Grouper
from indexer.models import Article

FIGURE = re.compile(r"\d+")
NAMES = ["An", "Bình", "Cường", "Dũng", "Giang", "Hùng", "Khoa", "Linh"]
SENTENCE = re.compile(r"(?<=[.!?…])\s+")


def sentences(text: str) -> list[str]:
    return [s for line in text.split("\n") for s in SENTENCE.split(line) if s]


class Edits:
    """The edits that sites make to a story they take over."""

    def __init__(self, articles: list[dict[str, str]], rng: random.Random) -> None:
        self.articles = articles
        self.rng = rng

    def other(self) -> list[str]:
        return sentences(self.rng.choice(self.articles)["text"])

    def other_lead(self, s: list[str]) -> list[str]:
        return [" ".join(self.other()[:2])[:250], *s[2:]]

    def lead_dropped(self, s: list[str]) -> list[str]:
        return s[max(1, len(s) // 10) :]

    def other_ending(self, s: list[str]) -> list[str]:
        return [*s[: -max(1, len(s) // 8)], "Theo một nguồn khác.", *self.other()[:2]]

    def cut_in_half(self, s: list[str]) -> list[str]:
        return s[: (len(s) + 1) // 2]

    def second_half(self, s: list[str]) -> list[str]:
        return s[len(s) // 2 :]

    def captions(self, s: list[str]) -> list[str]:
        out = list(s)
        for _ in range(3):
            caption = " ".join(self.other()[0].split()[:18]) + ". Ảnh: minh họa"
            out.insert(self.rng.randrange(len(out) + 1), caption)
        return out

    def paragraphs_dropped(self, s: list[str]) -> list[str]:
        return [x for i, x in enumerate(s) if i % 4 != 2]

    def background_added(self, s: list[str]) -> list[str]:
        return [*s, *self.other()[: max(1, len(s) // 3)]]

    def words_edited(self, s: list[str]) -> list[str]:
        words = " ".join(s).split(" ")
        for _ in range(len(words) // 40):
            words[self.rng.randrange(len(words))] = self.rng.choice(words)
        return [" ".join(words)]

    def respelled(self, s: list[str]) -> list[str]:
        text = unicodedata.normalize("NFD", " ".join(s).replace('"', "”").replace("òa", "oà"))
        return [text.replace(" - ", " – ")]

    def digest_of_lead(self, s: list[str]) -> list[str]:
        return [" ".join(self.other()[:2])[:200], *s[1 : max(2, int(len(s) * 0.7))], "(Tổng hợp)"]

    # ------------------------------------------------------------------ stories that look alike

    def other_figures(self, s: list[str]) -> list[str]:
        """The template with every number changed: prices, weather, results of the next day."""
        return [
            re.sub(r"\d+", lambda m: str(self.rng.randrange(10 ** len(m.group()))), x) for x in s
        ]

    def other_names(self, s: list[str]) -> list[str]:
        """The template with every name and number changed, and one sentence in four."""
        out = self.other_figures(s)
        names = {n for x in s for n in re.findall(r"(?<=[\w,] )[A-ZĐ][\w]+", x)}
        table = {name: self.rng.choice(NAMES) for name in names}
        out = [re.sub(r"\w+", lambda m: table.get(m.group(), m.group()), x) for x in out]
        return [self.other()[0] if i % 4 == 3 else x for i, x in enumerate(out)]

    def same_quotes(self, s: list[str]) -> list[str]:
        """Another story that repeats a fifth of this one as its background."""
        own = self.other() + self.other()
        return own[: len(s)] + s[-max(1, len(s) // 5) :]


COPIES = (
    Edits.other_lead,
    Edits.lead_dropped,
    Edits.other_ending,
    Edits.cut_in_half,
    Edits.second_half,
    Edits.captions,
    Edits.paragraphs_dropped,
    Edits.background_added,
    Edits.words_edited,
    Edits.respelled,
    Edits.digest_of_lead,
)
LOOKALIKES = (Edits.other_figures, Edits.other_names, Edits.same_quotes)


def runs(text: str) -> set[int]:
    words = re.findall(r"\w+", text.lower())
    return {hash(tuple(words[i : i + 5])) for i in range(len(words) - 4)}


def natural_pairs(articles: list[dict[str, str]]) -> dict[tuple[int, int], float]:
    """Exact containment of all pairs of articles that share at least 20 runs."""
    sets = [runs(a["text"]) for a in articles]
    posting = defaultdict(list)
    for i, own in enumerate(sets):
        for run in own:
            posting[run].append(i)
    shared: Counter[tuple[int, int]] = Counter()
    for ids in posting.values():
        if 1 < len(ids) <= 60:
            shared.update((a, b) for n, a in enumerate(ids) for b in ids[n + 1 :])
    return {
        (a, b): count / min(len(sets[a]), len(sets[b]))
        for (a, b), count in shared.items()
        if count >= 20 and min(len(sets[a]), len(sets[b])) >= 0.35 * max(len(sets[a]), len(sets[b]))
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("--articles", dest="count", type=int, default=6000)
    parser.add_argument("--edited", type=int, default=150, help="articles edited by each edit")
    parser.add_argument("--show", action="store_true", help="print what was missed")
    options = parser.parse_args()
    rng = random.Random(7)
    with gzip.open(options.articles, "rt", encoding="utf-8") as lines:
        articles = [a for a in map(json.loads, lines) if len(a["text"]) > 300]
    articles = rng.sample(articles, min(options.count, len(articles)))
    edits = Edits(articles, rng)

    grouper = Grouper()
    everything = [Article(id=f"c{i}", title="", body=a["text"]) for i, a in enumerate(articles)]
    syllables = sum(len(a.body.split()) for a in everything) / len(everything)
    started = time.process_time()
    group_of = {a.id: grouper.add(a) for a in everything}
    seconds = time.process_time() - started
    size = len(grouper.to_bytes())
    count = len(everything)
    print(
        f"{count} articles of {syllables:.0f} syllables: {count / seconds:,.0f} articles/s "
        f"on one core, {size / count:.0f} bytes each; "
        f"{grouper.duplicate_count} natural copies"
    )

    natural = natural_pairs(articles)
    right = wrong = missed = unclear = 0
    labelled = {p for p, c in natural.items() if c >= 0.7}
    together: dict[str, list[int]] = defaultdict(list)
    for i in range(len(articles)):
        together[group_of[f"c{i}"]].append(i)
    found = {(a, b) for ids in together.values() for n, a in enumerate(ids) for b in ids[n + 1 :]}
    for pair in found:
        c = natural.get(pair, 0)
        if c >= 0.7:
            right += 1
        elif c <= 0.25:
            wrong += 1
            if options.show:
                print("JOINED", round(c, 2), *(articles[i]["title"][:70] for i in pair), sep=" | ")
        else:
            unclear += 1
            if options.show:
                print("unclear", round(c, 2), *(articles[i]["title"][:70] for i in pair), sep=" | ")
    for pair in labelled - found:
        missed += 1
        if options.show:
            print(
                "MISSED",
                round(natural[pair], 2),
                *(articles[i]["title"][:70] for i in pair),
                sep=" | ",
            )
    print(f"natural pairs: {right} found, {missed} missed, {wrong} wrong, {unclear} unclear\n")

    positives = true = lookalikes = false = 0
    print(f"{'edit':<20} {'grouped':>8}")
    for edit in COPIES + LOOKALIKES:
        other = edit in LOOKALIKES
        done = grouped = 0
        for i in rng.sample(range(len(articles)), options.edited):
            own = sentences(articles[i]["text"])
            figures = len(FIGURE.findall(articles[i]["text"]))
            if len(own) < 6 or (edit is Edits.other_figures and figures < 8):
                continue
            body = "\n".join(edit(edits, own))
            hit = grouper.add(Article(id="edited", title="", body=body)) == group_of[f"c{i}"]
            done += 1
            grouped += hit
            if options.show and hit == other:
                print("   ", articles[i]["title"][:80], len(articles[i]["text"].split()))
        grouper.remove("edited")
        print(f"{edit.__name__:<20} {grouped:>4}/{done:<4}", "(other stories)" if other else "")
        if other:
            lookalikes, false = lookalikes + done, false + grouped
        else:
            positives, true = positives + done, true + grouped
    print(
        f"\nprecision {true / (true + false):.3f}, recall {true / positives:.3f}; "
        f"look-alikes kept apart {1 - false / lookalikes:.3f}"
    )


if __name__ == "__main__":
    main()
