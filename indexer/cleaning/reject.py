"""Pages that are not articles: home pages, lists, players, error pages, cookie walls and others."""

from __future__ import annotations

import re
from itertools import pairwise

from indexer.cleaning.blocks import Block, ends_sentence, key, word_count
from indexer.cleaning.metadata import Metadata
from indexer.cleaning.tree import Page
from indexer.cleaning.urls import split_url
from indexer.cleaning.walls import (
    asks_for_a_proof,
    asks_to_sign_in,
    is_consent,
    is_cookie_wall,
    is_wall,
    names_one,
    told_parts,
    told_words,
)

_FEW_WORDS = 20
_SHORT_WORDS = 12  # of a piece of news that has all the marks of an article
_FEW_SENTENCES = 3  # that under a title may make an article of fewer words
_ERROR_WORDS = 60
_TOLD_TITLE_WORDS = 4  # besides the error's name, in a title that may be an article's
_FEW_FEEDS = 3
_MOST_LINKS = 3000
_SERVICE_WORDS = 200
_VIDEO_WORDS = 40
_WALL_STUB_WORDS = 80
_MANY_HEADLINES = 20
_FEW_HEADLINES = 3
_TOPIC_WORDS = 4  # of a title that only names what a list is about
_TOPIC_TEXT_WORDS = 80  # that may tell what it is
_TOPIC_HEADLINES = 8
_FEW_SUMMARIES = 4  # that begin with a headline that is a link, of
_HEADLINE_CHARS = 20
_LITTLE_CHARS = 600
_DATED_CHARS = 250  # of text that stands together, on a page that says it is a dated article
_LISTED = 2  # headlines with their summaries, on a page that says it is a list
_ENOUGH_ERRORS = 2  # things that error pages say, on one that has no such title
_PUZZLE_BLOCKS = 10
_FEW_CARDS, _FEW_LINKS = 3, 5
_CARD_WORDS, _SUMMARY_WORDS, _FREE_WORDS = 3, 5, 12
_TITLE_WORDS = 5
_TOLD_WORDS = 30  # of the one paragraph of news under its title
_DIGITS = re.compile(r"\d")


def why_not_article(page: Page, metadata: Metadata, blocks: list[Block], url: str) -> str:
    """Why a page is no article, "" where it is one. `blocks` are those chosen as its text."""
    imprint = _imprint(page)
    page = page._replace(blocks=[b for b in page.blocks if b.text not in imprint])
    blocks = [b for b in blocks if b.text not in imprint]
    words = sum(word_count(b.text) for b in blocks)
    marked = metadata.is_article or metadata.kind == "article"
    dated = marked and metadata.published is not None  # error pages have no date
    told_when = metadata.published is not None and metadata.h1 >= 0
    headed = told_when and word_count(metadata.title) >= _TITLE_WORDS
    if words < _ERROR_WORDS and not dated and not headed and _is_error(metadata.title, blocks):
        return "an error page"
    if words < _SERVICE_WORDS and _lists_feeds(page, metadata):
        return "a list of the site's feeds"
    if is_cookie_wall(page, blocks, words) or is_consent(page, metadata, blocks, words):
        return "a cookie wall"
    if words < _WALL_STUB_WORDS and is_wall(blocks):
        return "a wall before the text"
    sentences = [b for b in blocks if ends_sentence(b.text) and word_count(b.text) >= 3]
    short = metadata.h1 < 0 or len(sentences) < _FEW_SENTENCES
    if (
        words < _FEW_WORDS
        and short
        and not (dated and sentences and _is_short_news(page, metadata, words))
    ):
        if len(page.blocks) < 40 and is_cookie_wall(page, page.blocks[:30], words):
            return "a cookie wall"
        return f"no running text ({words} words)"
    if words < _VIDEO_WORDS and metadata.kind.startswith("video"):
        return f"a video player ({words} words)"
    together = _told_together(page.blocks, blocks)
    whole = together >= (_DATED_CHARS if dated else _LITTLE_CHARS)
    cards = sum(1 for b in blocks if b.linked and word_count(b.text) >= 4)
    prose = [b for b in blocks if not b.linked and word_count(b.text) >= 12]
    if cards >= 6 and cards >= 0.6 * len(prose) and not _begins_with_text(blocks, dated):
        return f"a front page ({cards} headlines that are links)"
    summaries = sum(1 for b in prose if b.links == 1 and b.link_chars >= _HEADLINE_CHARS)
    told = marked or metadata.published is not None
    if summaries >= _FEW_SUMMARIES and summaries >= 0.8 * len(prose) and not told:
        return f"a list of articles ({summaries} headlines with their summaries)"
    headlines = sum(1 for b in page.blocks if len(b.text) > 24 and b.linked)
    address = split_url(url or metadata.url)
    front = not address.path.strip("/") and not address.query and bool(address.netloc)
    if front and headlines >= 12 and not metadata.is_article:
        return "a home page (its address has no path)"
    listed = _lists(address.path) and not (whole and headed)
    if listed and headlines >= _FEW_HEADLINES and not metadata.is_article:
        return f"a list of articles ({address.path[:60]})"
    if metadata.lists and not whole and _is_list(page.blocks, blocks, metadata.title):
        return "a list of articles (as it says of itself)"
    service = key(metadata.title) in told_words("service_page", "titles")
    if service and not told:  # however long: its address may look like an article's
        return f"a page of the site's own ({metadata.title})"
    running = sum(len(b.text) for b in prose)
    if _is_marked(metadata, address.path):
        return ""
    if why := _why_no_article_of_its_own(page, metadata, blocks, words):
        return why
    if words < _SERVICE_WORDS and service:
        return f"a page of the site's own ({metadata.title})"
    named = word_count(metadata.title) <= _TOPIC_WORDS and words < _TOPIC_TEXT_WORDS
    if named and len(prose) <= 1 and headlines >= _TOPIC_HEADLINES and metadata.published is None:
        return f"a list of articles ({headlines} headlines under what they are about)"
    summarized = _teasers(page.blocks)
    teasers = sum(b.text in summarized for b in prose)
    if teasers >= _FEW_HEADLINES and teasers >= 0.6 * len(prose):
        return f"a front page ({teasers} headlines with their summaries)"
    enough = len(prose) >= _FEW_SENTENCES or running >= 0.5 * _LITTLE_CHARS
    alone = enough and not cards and not teasers and metadata.h1 >= 0
    little = running < max(_LITTLE_CHARS, 25 * headlines) and not alone and not whole
    if headlines >= _MANY_HEADLINES and little:
        return f"a front page ({headlines} headlines that are links)"
    return ""


def _why_no_article_of_its_own(
    page: Page, metadata: Metadata, blocks: list[Block], words: int
) -> str:
    """Why a page that does not show that it is an article is none: here less is enough to tell."""
    errors = _errors_in(blocks) if words < _ERROR_WORDS and not metadata.published else 0
    if errors >= _ENOUGH_ERRORS and _speaks_to_reader(blocks):
        return "an error page"
    if words < _SERVICE_WORDS and asks_to_sign_in(page, metadata, blocks):
        return f"a page of the site's own ({metadata.title})"
    cards = _cards(page.blocks)
    own = sum(
        b.text not in cards and ends_sentence(b.text) and word_count(b.text) >= _SUMMARY_WORDS
        for b in blocks
    )
    small = len(page.blocks) <= _PUZZLE_BLOCKS and own <= 1  # else the puzzle is for comments
    if small and asks_for_a_proof(page):
        return "a wall before the text"
    free = sum(
        b.text not in cards and not b.linked and ends_sentence(b.text)
        and word_count(b.text) >= _FREE_WORDS
        for b in page.blocks
    )  # fmt: skip
    titled = metadata.h1 >= 0 and word_count(metadata.title) >= _TITLE_WORDS
    told_once = titled and any(
        b.text not in cards and ends_sentence(b.text) and word_count(b.text) >= _TOLD_WORDS
        for b in blocks
    )
    if len(cards) >= _FEW_CARDS and own <= 1 and free <= 1 and not told_once:
        return f"a list of articles ({len(cards)} headlines with their summaries)"
    headlines = sum(1 for b in page.blocks if b.linked and word_count(b.text) >= _CARD_WORDS)
    told = metadata.h1 >= 0 or metadata.published is not None
    if headlines >= _FEW_LINKS and own <= 1 and not told and metadata.kind == "website":
        return f"a front page ({headlines} headlines that are links)"
    return ""


def _errors_in(blocks: list[Block]) -> int:
    """How many of the things that error pages say a text says."""
    words = f" {' '.join(key(b.text) for b in blocks)} "
    return sum(f" {t} " in words for t in told_words("error_page", "texts"))


def _speaks_to_reader(blocks: list[Block]) -> bool:
    """Whether a text tells its reader what to do, as error pages do and news hardly does."""
    return any(names_one(b.text, "error_page", "addresses") for b in blocks)


def _imprint(page: Page) -> set[str]:
    """What a page says below about its publisher, which is no text of an article."""
    below: set[int] = set()
    for i, node in enumerate(page.nodes):
        if node.tag == "footer" or node.parent in below:
            below.add(i)
    found = set()
    for block in page.blocks:
        if block.group in below:
            words = f" {key(block.text)} "
            if any(f" {t} " in words for t in told_words("imprint", "phrases")):
                found.add(block.text)
    return found


def _cards(blocks: list[Block]) -> list[str]:
    """The summaries that stand right below a headline that is a link."""
    summaries = []
    below = False
    for block in blocks:
        size = word_count(block.text)
        mostly = 2 * block.link_chars >= len(block.text) and not ends_sentence(block.text)
        if block.linked or (block.links == 1 and mostly):  # `10/11/2022 <a>…</a>`
            below = size >= _CARD_WORDS
        elif size >= _SUMMARY_WORDS:
            if below:
                summaries.append(block.text)
            below = False
    return summaries


def _is_error(title: str, blocks: list[Block]) -> bool:
    """Whether a title names an error; one with many other words may be an article's, so the text
    must speak of it too."""
    named = [t for t in told_words("error_page", "titles") if f" {t} " in f" {key(title)} "]
    if not named:
        return False
    others = word_count(title) - sum(word_count(t) for t in named)
    if others < _TOLD_TITLE_WORDS or not any(ends_sentence(b.text) for b in blocks):
        return True
    return _speaks_to_reader(blocks) and any(
        names_one(b.text, "error_page", "texts") for b in blocks
    )


def _lists_feeds(page: Page, metadata: Metadata) -> bool:
    """Whether a page named after feeds links to several: `/rss/thoi-su.rss`."""
    if not names_one(metadata.title, "feed_page", "titles"):
        return False
    ends = told_parts("feed_page", "addresses")
    feeds = set()
    for link in page.gathered["links"][:_MOST_LINKS]:
        path = re.split(r"[?#]", (link.get("href") or "").strip().lower())[0].rstrip("/")
        if path.endswith(ends) or "/rss/" in path or "/feeds/" in path:
            feeds.add(path)
    return len(feeds) >= _FEW_FEEDS


def _is_short_news(page: Page, metadata: Metadata, words: int) -> bool:
    """Whether a page of one or two sentences that says it is an article, and when it came, has a
    title and plays nothing."""
    return (
        words >= _SHORT_WORDS
        and metadata.h1 >= 0
        and next(page.root.iter("video", "audio", "iframe"), None) is None
    )


def _begins_with_text(blocks: list[Block], dated: bool) -> bool:
    """Whether much text stands before the first headline that is a link: a calendar of events, or
    an article with links to others below it."""
    chars = 0
    for block in blocks:
        if block.linked and word_count(block.text) >= 4:
            break
        chars += len(block.text)
    return chars >= (_DATED_CHARS if dated else _LITTLE_CHARS)


def _told_together(blocks: list[Block], chosen: list[Block]) -> int:
    """The most characters of chosen paragraphs, at least two or a long one, that follow each other
    on the page without a headline that is a link between them."""
    texts = {b.text for b in chosen}
    most = chars = count = 0
    for block in blocks:
        if not block.links and block.text not in texts:
            continue
        size = word_count(block.text)
        if block.linked and size >= _CARD_WORDS:
            chars = count = 0
        elif size >= _FREE_WORDS and ends_sentence(block.text) and block.text in texts:
            chars += len(block.text)
            count += 1
            if count > 1 or chars >= _LITTLE_CHARS:
                most = max(most, chars)
    return most


def _is_list(blocks: list[Block], chosen: list[Block], title: str) -> bool:
    """Whether headlines that are links outnumber the paragraphs of a text's own."""
    cards = [text for text in _cards(blocks) if text != title]
    own = sum(
        b.text not in cards and ends_sentence(b.text) and word_count(b.text) >= _SUMMARY_WORDS
        for b in chosen
    )
    return len(cards) >= _LISTED and len(cards) > own


def _teasers(blocks: list[Block]) -> set[str]:
    """The paragraphs that stand right below a headline that is a link."""
    return {
        below.text
        for above, below in pairwise(blocks)
        if above.linked and word_count(above.text) >= 4 and not below.linked
    }


def _lists(path: str) -> bool:
    """Whether an address is that of a list: `/tag/sau-rieng`, `/tim-kiem`."""
    steps = [key(step).replace(" ", "-") for step in path.lower().strip("/").split("/")]
    known = {word.replace(" ", "-") for word in told_words("list_page", "steps")}
    return any(step in known for step in steps[:-1][-2:]) or steps[-1] in known


def _is_marked(metadata: Metadata, path: str) -> bool:
    """Whether a page says of itself, or its address or title show, that it is an article."""
    name = path.rstrip("/").rpartition("/")[2]
    slug = name.count("-") >= 3 or len(_DIGITS.findall(name)) >= 5
    titled = metadata.h1 >= 0 and word_count(metadata.title) >= 5
    dated = metadata.kind == "article" or metadata.published is not None
    return metadata.is_article or slug or (titled and dated)
