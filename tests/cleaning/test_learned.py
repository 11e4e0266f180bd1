"""A corpus teaches what a site repeats and which lines are other documents' titles."""

import random
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.cleaning.hashes import HashSet, hash_text
from indexer.cleaning.learned import FEWEST_PAGES, Learner
from indexer.models import Article, Removal

WORDS = [
    "bão",
    "lũ",
    "cầu",
    "đường",
    "trường",
    "học",
    "bệnh",
    "viện",
    "chợ",
    "xã",
    "huyện",
    "tỉnh",
    "người",
    "dân",
    "nông",
    "sản",
    "xuất",
    "khẩu",
    "giá",
    "gạo",
    "cá",
    "tôm",
    "rừng",
    "núi",
    "biển",
    "đảo",
    "sông",
    "hồ",
    "mưa",
    "nắng",
    "rét",
    "đậm",
    "mùa",
    "vụ",
    "lúa",
    "ngô",
    "khoai",
    "sắn",
    "chè",
    "cà",
    "phê",
    "tiêu",
]
APPEAL = "Bạn đọc quan tâm có thể gửi ý kiến về tòa soạn theo hộp thư điện tử"
BACKGROUND = "Trước đó, tuyến đường này đã ba lần lỡ hẹn thông xe vì thiếu vốn và vướng mặt bằng."


def sentence(rng: random.Random, least: int = 8, most: int = 30) -> str:
    return " ".join(rng.choices(WORDS, k=rng.randrange(least, most))).capitalize()


def corpus(pages: int, site: str = "bao-moi.vn", seed: int = 1) -> list[Article]:
    """Articles of one site, with nothing in them but their own text."""
    rng = random.Random(seed)
    return [
        Article(
            id=f"https://{site}/{n}",
            title=f"{sentence(rng, 7, 14)} {n}",
            lead=sentence(rng) + ".",
            body="\n".join(sentence(rng, 20, 60) + "." for _ in range(8)),
            site=site,
        )
        for n in range(pages)
    ]


def with_lines(article: Article, *lines: str, at: int | None = None) -> Article:
    body = article.body.split("\n")
    at = len(body) if at is None else at
    return replace(article, body="\n".join([*body[:at], *lines, *body[at:]]))


def apply(articles: list[Article]) -> list[Article]:
    learner = Learner()
    for article in articles:
        learner.observe(article)
    learned = learner.learned()
    return [learned.apply(article) for article in articles]


# -------------------------------------------------------------------------------- site furniture


def test_a_line_on_most_pages_of_a_site_goes_and_says_why():
    plain = corpus(20)
    planted = [with_lines(a, APPEAL) if n < 15 else a for n, a in enumerate(plain)]
    cleaned = apply(planted)
    assert [a.body for a in cleaned] == [a.body for a in plain]
    why = "seen on 15 of 20 pages of bao-moi.vn"
    assert cleaned[0].removed == (Removal("site-furniture", APPEAL, why),)
    assert cleaned[19] is planted[19]


def test_furniture_goes_wherever_it_stands():
    plain = corpus(20)
    for at in (0, 3, None):
        assert [a.body for a in apply([with_lines(a, APPEAL, at=at) for a in plain])] == [
            a.body for a in plain
        ]
    as_lead = apply([replace(a, lead=APPEAL) for a in plain])
    assert {a.lead for a in as_lead} == {""}
    captions = apply([replace(a, captions=("Logo báo mới", f"Ảnh {a.title}")) for a in plain])
    assert all(len(a.captions) == 1 for a in captions)


def test_furniture_of_a_section_goes_from_the_ends_of_the_text_only():
    plain = corpus(100)
    planted = [with_lines(a, APPEAL) if n % 5 == 0 else a for n, a in enumerate(plain)]
    assert [a.body for a in apply(planted)] == [a.body for a in plain]
    middle = [with_lines(a, APPEAL, at=3) if n % 5 == 0 else a for n, a in enumerate(plain)]
    assert apply(middle) == middle


@pytest.mark.parametrize("pages", [1, 2, 5, FEWEST_PAGES - 1])
def test_a_few_pages_of_a_site_lose_nothing(pages):
    articles = [with_lines(a, BACKGROUND, at=4) for a in corpus(pages)]
    assert apply(articles) == articles


def test_the_background_of_an_affair_stays():
    articles = [
        with_lines(a, BACKGROUND, at=4) if n % 3 == 0 else a for n, a in enumerate(corpus(60))
    ]
    assert apply(articles) == articles


def test_headings_that_every_recipe_has_stay():
    articles = [with_lines(a, "Nguyên liệu:", at=2) for a in corpus(30)]
    articles = [with_lines(a, "Cách làm", at=5) for a in articles]
    kinds = ["paragraph"] * 10
    kinds[5] = "heading"
    articles = [replace(a, body_kinds=tuple(kinds)) for a in articles]
    assert apply(articles) == articles


def test_bulletins_written_to_a_template_keep_their_text():
    sentences = [sentence(random.Random(7), 15, 25) + "." for _ in range(6)]
    articles = [
        replace(a, lead="", body="\n".join([a.title, *sentences, *sentences[:2], a.lead, a.title]))
        for a in corpus(30)
    ]
    for before, after in zip(articles, apply(articles), strict=True):
        assert len(after.body) > len(before.body) / 2


def test_a_page_crawled_twice_counts_once():
    learner = Learner()
    articles = [with_lines(a, APPEAL) for a in corpus(4)]
    for n in range(5):
        for article in articles:
            learner.observe(replace(article, id=f"{article.id}?page={n}"))
            learner.observe(article)
    assert learner.learned().apply(articles[0]) is articles[0]


def test_dumps_without_a_site_are_learned_by_folder():
    articles = [
        replace(with_lines(a, APPEAL), site="", source=f"kho/bao/{n}.txt")
        for n, a in enumerate(corpus(20))
    ]
    assert apply(articles)[0].removed[0].why == "seen on 20 of 20 pages of kho/bao"


def test_one_sites_furniture_is_anothers_text():
    theirs = [with_lines(a, APPEAL) for a in corpus(20)]
    ours = with_lines(corpus(1, "khac.vn", 9)[0], APPEAL)
    assert apply([*theirs, ours])[-1] is ours


# ------------------------------------------------------------------------- other documents' titles

OTHERS = corpus(12, "noi-khac.vn", 2)
TITLES = [a.title for a in OTHERS]
UNKNOWN = "Chợ nổi mở cửa lại sau mùa nước rút"
STORY = corpus(1, "bai.vn", 3)[0]

BOXES = {
    "a list below": TITLES[:4],
    "a list with a heading that no rule knows": ["Chưa xem thì tiếc", *TITLES[:4]],
    "with a link to a page that is not in the corpus": [TITLES[0], UNKNOWN, TITLES[1]],
    "with dates": [f"{t} (12/05/2024)" for t in TITLES[:2]],
    "with bullets": [f"• {t}" for t in TITLES[:2]],
    "cut": [" ".join(t.split()[:7]) + "..." for t in TITLES[:3]],
    "glued": [" ".join(TITLES[:3])],
    "one below": TITLES[:1],
}
IN_TEXT = {
    "a list": TITLES[:3],
    "in brackets": [f"[{TITLES[0]}]"],
    "arrow": [f">> {TITLES[0]}"],
    "called for": [f"Xem thêm: {TITLES[0]}"],
    "bare": [TITLES[0]],
    "upper case": [TITLES[0].upper()],
}


def cleaned_story(story: Article) -> Article:
    return apply([*OTHERS, story])[-1]


@pytest.mark.parametrize("shape", BOXES)
def test_a_box_of_links_below_the_text_goes(shape):
    cleaned = cleaned_story(with_lines(STORY, *BOXES[shape]))
    assert cleaned.body == STORY.body
    assert [r.text for r in cleaned.removed] == BOXES[shape]
    assert {r.rule for r in cleaned.removed} == {"other-titles"}


@pytest.mark.parametrize("shape", IN_TEXT)
def test_links_in_the_text_go(shape):
    assert cleaned_story(with_lines(STORY, *IN_TEXT[shape], at=3)).body == STORY.body


def test_a_list_mostly_of_links_goes_whole():
    story = with_lines(STORY, TITLES[0], UNKNOWN, TITLES[1], UNKNOWN + " năm nay")
    story = replace(story, body_kinds=("paragraph",) * 8 + ("item",) * 4)
    cleaned = cleaned_story(story)
    assert cleaned.body == STORY.body
    assert cleaned.body_kinds == ("paragraph",) * 8


def test_a_caption_that_is_a_title_goes():
    story = replace(STORY, captions=(TITLES[3], "Cầu mới qua sông. Ảnh: An Bình"))
    assert cleaned_story(story).captions == ("Cầu mới qua sông. Ảnh: An Bình",)


STAYING = {
    "its own title": [STORY.title],
    "a sentence that equals a title": [TITLES[0] + "."],
    "a sentence that begins as a title does": [TITLES[0] + " và nhiều nơi khác trong tỉnh."],
    "a short phrase": ["Thời tiết hôm nay"],
}


@pytest.mark.parametrize("kind", STAYING)
def test_text_that_is_like_a_title_stays(kind):
    short = replace(OTHERS[0], id="short", title="Thời tiết hôm nay", body="Ngắn.")
    story = with_lines(STORY, *STAYING[kind], at=3)
    assert apply([*OTHERS, short, story])[-1] is story


def test_a_heading_of_the_text_stays_though_it_is_a_title_elsewhere():
    story = with_lines(STORY, TITLES[0], at=3)
    story = replace(story, body_kinds=("paragraph",) * 3 + ("heading",) + ("paragraph",) * 5)
    assert cleaned_story(story) is story


def test_a_digest_keeps_the_titles_above_its_stories():
    body = "\n".join(f"{a.title}\n{a.body.splitlines()[0]}" for a in OTHERS[:5])
    story = replace(STORY, body=body)
    assert cleaned_story(story) is story


# ------------------------------------------------------------------------------------------ state


def test_a_later_run_knows_what_an_earlier_one_learned():
    first = Learner()
    for article in [*OTHERS, *(with_lines(a, APPEAL) for a in corpus(20))]:
        first.observe(article)
    again = Learner.from_bytes(first.to_bytes())
    assert again.to_bytes() == first.to_bytes()
    new = corpus(21)[20]
    again.observe(with_lines(new, APPEAL, TITLES[0], TITLES[1]))
    cleaned = again.learned().apply(with_lines(new, APPEAL, TITLES[0], TITLES[1]))
    assert cleaned.body == new.body


def test_what_was_learned_does_not_change_with_its_learner():
    learner = Learner()
    learned = learner.learned()
    story = with_lines(STORY, *TITLES[:3])
    for article in OTHERS:
        learner.observe(article)
    assert learned.apply(story) is story
    assert learner.learned().apply(story) is not story


def test_cleaning_again_takes_nothing_more():
    learner = Learner()
    articles = [with_lines(a, APPEAL, *TITLES[:3]) for a in corpus(20)]
    for article in [*OTHERS, *articles]:
        learner.observe(article)
    learned = learner.learned()
    once = [learned.apply(a) for a in articles]
    assert [learned.apply(a) for a in once] == once


def test_memory_does_not_grow_with_the_lines_that_pages_have_of_their_own():
    learner = Learner()
    sizes = []
    for article in corpus(1024):
        learner.observe(article)
        sizes.append(len(learner.to_bytes()) if len(sizes) % 512 == 511 else 0)
    # Four hashes an article and, uncompressed, some 20 bytes for each of its nine lines.
    assert sizes[1023] - sizes[511] < 512 * (4 * 8 + 30)


@pytest.mark.parametrize("damage", [b"rubbish", b"cut", b"flipped"])
def test_damaged_bytes_are_a_value_error(damage):
    learner = Learner()
    for article in OTHERS:
        learner.observe(article)
    data = learner.to_bytes()
    if damage == b"cut":
        damage = data[:-1]
    elif damage == b"flipped":
        damage = data[:60] + bytes([data[60] ^ 255]) + data[61:]
    with pytest.raises(ValueError, match="Learner"):
        Learner.from_bytes(damage)


def test_no_bytes_are_a_learner_that_knows_nothing():
    assert Learner.from_bytes(b"").learned().apply(STORY) is STORY


def test_hashes_are_the_same_in_every_process():
    code = "from indexer.cleaning.hashes import hash_text; print(hash_text(input()))"
    result = subprocess.run(
        [sys.executable, "-c", code], input=APPEAL, capture_output=True, text=True, check=True
    )
    assert int(result.stdout) == hash_text(APPEAL)


@given(st.sets(st.integers(0, 2**64 - 1), max_size=50), st.integers(0, 2**64 - 1))
def test_a_hash_set_is_a_set(values, other):
    hashes = HashSet()
    hashes.add(*values)
    hashes.array()
    assert all(hashes.has(value) for value in values)
    assert hashes.has(other) == (other in values)
    assert hashes.array().tolist() == sorted(values)
