"""Copies of a story share a group, however sites edit them; other stories keep their own."""

import random
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.columnar.records import hash_of
from indexer.columnar.sketches import NOTHING, SKETCH, sketch_texts
from indexer.duplicates import Grouper, representative
from indexer.models import Article

ONSETS = [
    "b",
    "ch",
    "d",
    "đ",
    "h",
    "kh",
    "l",
    "m",
    "n",
    "ng",
    "ph",
    "qu",
    "t",
    "th",
    "tr",
    "v",
    "x",
]
RHYMES = ["a", "ánh", "ất", "ầu", "ên", "iệt", "oàn", "ộng", "ương", "ước", "ủy", "ực", "ải", "inh"]


def syllables(seed: int, count: int) -> list[str]:
    """Text that is no one's: syllables by chance, the same for the same seed."""
    rng = random.Random(seed)
    return [rng.choice(ONSETS) + rng.choice(RHYMES) for _ in range(count)]


def story(seed: int, sentences: int = 20) -> list[str]:
    rng = random.Random(seed)
    words = syllables(seed, sentences * 20)
    return [
        " ".join(words[i * 20 : i * 20 + 20]).capitalize() + f" {rng.randrange(9999)} người."
        for i in range(sentences)
    ]


def article(id: str, sentences: list[str], **fields) -> Article:
    return Article(id=id, title="Tiêu đề", body="\n".join(sentences), **fields)


STORY, OTHER = story(1), story(2)

COPIES = {
    "the same": STORY,
    "another lead": [*OTHER[:1], *STORY[2:]],
    "another ending": [*STORY[:-2], *OTHER[:2]],
    "cut in half": STORY[:10],
    "the second half": STORY[10:],
    "captions between": [*STORY[:5], "Chú thích ảnh một.", *STORY[5:12], "Ảnh: hai", *STORY[12:]],
    "paragraphs left out": [s for i, s in enumerate(STORY) if i % 4],
    "background added": [*STORY, *OTHER[:6]],
    "upper case": [s.upper() for s in STORY],
    "other punctuation": [f"“{s[:-1]}” –" for s in STORY],
    "one word in fifty": " ".join(
        "khác" if i % 50 == 7 else w for i, w in enumerate(" ".join(STORY).split())
    ).split("\n"),
}


@pytest.mark.parametrize("edit", COPIES)
def test_an_edited_copy_joins_the_group_of_the_story(edit):
    grouper = Grouper()
    assert grouper.add(article("first", STORY)) == hash_of("first")
    assert grouper.add(article("copy", COPIES[edit])) == hash_of("first")
    assert grouper.duplicate_count == 1


def with_other_figures(sentences: list[str]) -> list[str]:
    rng = random.Random(3)
    return [
        " ".join(str(rng.randrange(9999)) if w.isdigit() else w for w in s.split())
        for s in sentences
    ]


OTHERS = {
    "another story": OTHER,
    "the same template with other figures": with_other_figures(STORY),
    "the same background": [*OTHER, *STORY[:4]],
    "a digest of many stories": [*STORY[:3], *OTHER, *story(4), *story(5)],
    "nothing": [],
    "a phrase": STORY[0].split()[:8],
}


@pytest.mark.parametrize("kind", OTHERS)
def test_another_story_keeps_its_own_group(kind):
    grouper = Grouper()
    grouper.add(article("first", STORY))
    assert grouper.add(article("other", OTHERS[kind])) == hash_of("other")
    assert grouper.duplicate_count == 0


def test_the_lead_counts_and_title_and_captions_do_not():
    grouper = Grouper()
    grouper.add(Article(id="a", title="Một", lead=STORY[0], body="\n".join(STORY[1:4])))
    copy = Article(id="b", title="Hai", body="\n".join(STORY[:4]), captions=tuple(OTHER))
    assert grouper.add(copy) == hash_of("a")


def test_a_group_keeps_its_id_when_its_founder_goes_and_comes_back():
    grouper = Grouper()
    for id in ("a", "b"):
        grouper.add(article(id, STORY))
    grouper.remove("a")
    assert grouper.duplicate_count == 0
    assert grouper.add(article("c", STORY)) == hash_of("a")
    assert grouper.add(article("a", STORY)) == hash_of("a")
    assert grouper.duplicate_count == 2


def test_a_founder_that_became_another_story_does_not_join_its_former_copies():
    grouper = Grouper()
    for id in ("a", "b"):
        grouper.add(article(id, STORY))
    own = grouper.add(article("a", OTHER))
    assert own not in (hash_of("a"), hash_of("b"))
    assert grouper.add(article("c", OTHER)) == own
    assert grouper.add(article("d", STORY)) == hash_of("a")
    assert grouper.duplicate_count == 2


def test_an_article_added_again_replaces_itself():
    grouper = Grouper()
    for _ in range(3):
        assert grouper.add(article("a", STORY)) == hash_of("a")
    assert len(grouper) == 1
    assert grouper.duplicate_count == 0


def test_removing_what_is_not_there_does_nothing():
    grouper = Grouper()
    grouper.remove("a")
    assert len(grouper) == 0


def test_groups_are_found_among_thousands_and_after_being_stored():
    grouper = Grouper()
    for n in range(300):
        grouper.add(article(f"s{n}", story(n, 6)))
    for n in range(0, 300, 3):
        grouper.remove(f"s{n}")
    again = Grouper.from_bytes(grouper.to_bytes())
    assert again.to_bytes() == grouper.to_bytes()
    for each in (grouper, again):
        assert len(each) == 200
        groups = [each.add(article(f"t{n}", story(n, 6)[1:])) for n in range(300)]
        assert groups == [hash_of(f"t{n}" if n % 3 == 0 else f"s{n}") for n in range(300)]
        assert each.duplicate_count == 200


@pytest.mark.parametrize("scans", [0, 1, 100])
def test_changes_are_kept_beside_what_was_there_before(monkeypatch, scans):
    monkeypatch.setattr("indexer.duplicates.MOST_SCANS", scans)
    whole = Grouper()
    for n in range(200):
        whole.add(article(f"s{n}", story(n, 6)))
    data = whole.to_bytes()
    kept = Grouper.from_bytes(data)
    assert kept.has_few_changes
    for number in range(2):  # twice: the changes are read, and added to
        for grouper in (whole, kept):
            grouper.remove(f"s{number}")
            grouper.add(article("s7", story(300 + number, 6)))
            grouper.add(article(f"t{number}", story(9, 6)[1:]))
            grouper.add(article(f"u{number}", story(400 + number, 6)))
        kept = Grouper.from_bytes(data, kept.changes_to_bytes())
        assert len(kept) == len(whole)
        assert kept.duplicate_count == whole.duplicate_count == number + 1
        for n in (0, 1, 7, 9, 50, 300, 301, 400, 401):
            copy = article("copy", story(n, 6)[1:])
            assert kept.add(copy) == whole.add(copy), n
        for grouper in (whole, kept):
            grouper.remove("copy")
    assert len(kept.changes_to_bytes()) < len(data) / 10


def test_many_changes_are_not_kept_apart():
    grouper = Grouper()
    for n in range(40):
        grouper.add(article(f"s{n}", story(n, 6)))
    assert not grouper.has_few_changes
    grouper.settle()
    assert grouper.has_few_changes
    for n in range(9):
        grouper.remove(f"s{n}")
    assert not grouper.has_few_changes


def test_a_sentence_that_all_articles_share_joins_none_and_costs_no_more():
    grouper = Grouper()
    common = story(0, 2)
    for n in range(1, 300):
        assert grouper.add(article(f"s{n}", [*story(n, 8), *common])) == hash_of(f"s{n}")


@pytest.mark.parametrize("damage", [b"", b"rubbish", "cut", "flipped"])
def test_damaged_bytes_are_a_value_error(damage):
    grouper = Grouper()
    grouper.add(article("a", STORY))
    data = grouper.to_bytes()
    if damage == "cut":
        damage = data[:-1]
    elif damage == "flipped":
        damage = data[:28] + bytes([data[28] ^ 255]) + data[29:]
    with pytest.raises(ValueError, match="Grouper"):
        Grouper.from_bytes(damage)


def test_an_empty_grouper_is_stored_too():
    assert len(Grouper.from_bytes(Grouper().to_bytes())) == 0


def test_sketches_are_the_same_in_every_process():
    code = (
        "from indexer.columnar.sketches import sketch_texts\n"
        "print(sketch_texts([input()]).runs[0].tolist())"
    )
    text = " ".join(STORY)
    result = subprocess.run(
        [sys.executable, "-c", code], input=text, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == str(sketch_texts([text]).runs[0].tolist())


@given(st.text(max_size=400))
def test_any_text_has_a_sketch_and_is_a_copy_of_itself(text):
    found = sketch_texts([text])
    runs, numbers, count = found.runs[0], found.numbers[0], int(found.counts[0])
    runs, numbers = runs[runs != NOTHING], numbers[numbers != NOTHING]
    assert list(runs) == sorted(set(runs.tolist()))
    assert len(runs) == min(count, SKETCH)
    assert len(numbers) <= count + 4
    grouper = Grouper()
    grouper.add(Article(id="a", title="", body=text))
    if count >= 6:
        assert grouper.add(Article(id="b", title="", body=text)) == hash_of("a")


def test_the_earliest_of_the_fullest_represents_a_group():
    def at(hour: int) -> datetime:
        return datetime(2024, 5, 1, hour, tzinfo=UTC)

    short = article("short", STORY[:8], published=at(1))
    early = article("early", STORY[:19], published=at(2))
    late = article("late", STORY, published=at(3))
    unknown = article("unknown", STORY)
    assert representative([unknown, late, early, short]) == early
    assert representative([unknown, late]) == late
    assert representative([short]) == short
    with pytest.raises(ValueError, match="empty"):
        representative([])
