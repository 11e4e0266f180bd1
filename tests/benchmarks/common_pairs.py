"""Make `common.txt` and `common_pairs.txt` of `indexer/restore`, the common pairs of Vietnamese.

    python tests/benchmarks/common_pairs.py CORPUS.jsonl.gz

CORPUS has one {"title", "text"} a line. What is written are counts of articles: no text of them.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from indexer.vietnamese import fold, tokens

FOLDER = Path(__file__).parents[2] / "indexer" / "restore"
LEAST = 30  # articles of a pair; rarer ones say too little for their room
SHARE = 0.03  # of all marked forms of the same letters; rarer ones are mostly slips
WORTH = 1_000  # articles: how much the counts weigh beside those of an index
# What people write in questions and to doctors, and news hardly ever.
ASKED = """
xin hỏi|cho hỏi|cho em hỏi|cho tôi hỏi|cho mình hỏi|em muốn hỏi|tôi muốn hỏi|hỏi bác sĩ
ai cũng biết|chào bác sĩ|thưa bác sĩ|thưa luật sư|nhờ bác sĩ|mong bác sĩ|bác sĩ tư vấn
tư vấn giúp em|giúp em với|giúp tôi với|em cảm ơn|tôi cảm ơn|xin cảm ơn|cảm ơn bác sĩ|bác sĩ ạ
có ai biết|được không ạ|không ạ|là gì|là ai|là sao|vì sao|tại sao|làm sao|ra sao|thế nào
như thế nào|bao giờ|khi nào|lúc nào|ở đâu|từ đâu|đi đâu|bao nhiêu|bao lâu|bao xa|mấy giờ
mấy ngày|mấy lần|mấy tuổi|cái gì|nghĩa là gì|gồm những gì|nên làm gì|phải làm gì|cần làm gì
có sao không|có nguy hiểm không|có nên|có phải|có cần|có được không|có đúng không|đúng không
phải không|hay không|được không|thai nhi|mang thai|bị đau|đau bụng|đau đầu|đau lưng|đau họng
bị ho|bị sốt|bị ngứa|nổi mẩn|chóng mặt|buồn nôn|mất ngủ|khó thở|uống thuốc|kháng sinh|xét nghiệm
siêu âm|nội soi|phẫu thuật|tiểu đường|huyết áp|dạ dày|đại tràng|viêm gan|viêm họng|viêm xoang
dị ứng|tiêm phòng|tiêm vắc xin|chích ngừa|triệu chứng|nguyên nhân|điều trị|chẩn đoán|biến chứng
kinh nguyệt|trễ kinh|chu kỳ|bé nhà em|con tôi|con em|cháu bị|mẹ tôi|bố tôi|năm nay|tháng tuổi
tuần tuổi
"""
ASKED_COUNT = 10
BREAK = re.compile(r"[.,;:!?()\"“”…/|]")


def main() -> None:
    articles = 0
    pairs: Counter[tuple[str, str]] = Counter()
    with gzip.open(sys.argv[1], "rt", encoding="utf-8") as lines:
        for line in lines:
            given = json.loads(line)
            articles += 1
            found: set[tuple[str, str]] = set()
            for text in (given["title"], *given["text"].split("\n")):
                for one, two in pairwise(tokens(text)):
                    if not BREAK.search(text[one.end : two.start]):
                        found.add((one.exact, two.exact))
            pairs.update(p for p in found if p[0].isalpha() and p[1].isalpha())
    of_letters: Counter[tuple[str, str]] = Counter()
    for (a, b), count in pairs.items():
        of_letters[fold(a), fold(b)] += count
    kept = {
        (a, b): count
        for (a, b), count in pairs.items()
        if count >= LEAST and count >= SHARE * of_letters[fold(a), fold(b)]
    }
    for phrase in re.split(r"[|\n]", ASKED.strip()):
        for pair in pairwise(token.exact for token in tokens(phrase)):
            kept[pair] = max(kept.get(pair, 0), round(ASKED_COUNT * articles / WORTH))
    rounded = {pair: max(1, round(count * WORTH / articles)) for pair, count in kept.items()}
    before, after = (Counter(pair[at] for pair in rounded) for at in (1, 0))
    times: Counter[str] = Counter()
    together: dict[str, list[str]] = {}
    for (a, b), count in sorted(rounded.items()):
        times[a] += count
        together.setdefault(f"{fold(a)} {fold(b)}", []).append(f"{a} {b} {count}")
    forms = sorted({*before, *after}, key=lambda form: (fold(form), form))
    write("common.txt", (f"{fold(f)}\t{f}\t{times[f]}\t{before[f]}\t{after[f]}" for f in forms))
    write(
        "common_pairs.txt", (f"{key}\t{' '.join(some)}" for key, some in sorted(together.items()))
    )


def write(name: str, lines: Iterable[str]) -> None:
    (FOLDER / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
