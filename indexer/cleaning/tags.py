"""The tags of an article, as its page shows and links them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice, takewhile
from typing import Any

from lxml import etree

from indexer.cleaning.blocks import ends_sentence, one_line, word_count
from indexer.cleaning.elements import short_text_in, text_in
from indexer.cleaning.jsonld import text_of
from indexer.cleaning.metas import Metas, first_meta
from indexer.cleaning.phrases import classify
from indexer.cleaning.tree import Page

_MOST_TAGS = 30
_TAG_WORDS = 8  # a longer link is a headline
_TAG_CHARS = 80
_LINE_TAG_WORDS = 5  # of one on its own line
_HASHTAG = re.compile(r"#([^\s#][^#]{1,50})")
# Names of parts that hold tags: no `vintage`, `stage`, `tagcloud` of the whole site.
_TAG_NAME = re.compile(
    r"(?:^|[\s_-])(?:[a-z]+[_-])?(?:tags?|hashtags?|keywords?|tu-?_?khoa)(?:$|[\s_-])|taglist|tagbox|"
    r"boxtag|box-?tag|list-?tag|newstag|news_?tag|[a-z]Tags?(?:$|[\s_-])|(?:^|\s)tag[A-Z]"
)
_NOT_TAGS = re.compile(
    r"cloud|relat|lien-?quan|trend|hot|popular|sidebar|foot|menu|nav", re.IGNORECASE
)
_LABEL = r"(?:từ kh[óo][áa]|tags?|chủ đề|thẻ|keywords?|topics?|schlagw[öo]rter|schlagworte)"
_TAG_LABEL = re.compile(rf"^\W*{_LABEL}\s*[:：]\s*", re.IGNORECASE)
_LABEL_END = re.compile(rf"{_LABEL}$", re.IGNORECASE)
_LABEL_ENDS = frozenset("aágsềẻdcreſ")  # last letters
_MOST_COLONS = 2000
_TAG_PATH = re.compile(r"/(?:tags?|tu-khoa|hashtag)/[^/?#]", re.IGNORECASE)
_BOX_CHARS = 400  # of a part that leads to an article; a longer one is a list or a text
_RAW_CHARS = 4 * _BOX_CHARS  # the same with the white space of its mark-up
_MOST_LINKS = 300
_LABEL_CHARS = 80  # more than any label with the signs before it
_WORD = re.compile(r"\w")
_LABEL_DEPTH = 3  # elements between a tag and the label of all


def read_tags(page: Page, metas: Metas, article: dict[str, Any]) -> tuple[str, ...]:
    """The tags: those told to machines as such, those shown below the text, else the keywords."""
    texts: list[str] = list(metas.get("article:tag", ()))
    if not texts:
        keywords = article.get("keywords")
        texts = [text_of(k) for k in (keywords if isinstance(keywords, list) else [keywords])]
    if not any(texts):
        texts = _shown_tags(page)
    if not any(texts):
        texts = [first_meta(metas, "news_keywords", "keywords")]
    parts = [p.strip(" #") for t in texts for p in re.split(r"[,;]", t)]
    return tuple(dict.fromkeys(p for p in parts if p and len(p) < _TAG_CHARS))[:_MOST_TAGS]


def linked_as(page: Page, rel: str) -> list[str]:
    """The texts of links with `rel`, as blogs mark their categories and tags, of the first part
    that holds any."""
    found: list[str] = []
    part = None
    for link in page.gathered["links"]:
        rels = (link.get("rel") or "").split()
        if rel in rels and ("category" in rels) == (rel == "category"):
            around = link.getparent()
            around = around.getparent() if around is not None and around.tag == "li" else around
            if part is not None and around is not part:
                break
            part = around
            found.append(one_line(text_in(link)))
    return [text for text in found if text and word_count(text) <= _TAG_WORDS]


def _shown_tags(page: Page) -> list[str]:
    """The links of the first box of tags, else what follows `Từ khóa:` in a line."""
    boxes = [
        element
        for names, elements in page.named.items()
        if ("ag" in names or "khoa" in names or "keyw" in names)
        and _TAG_NAME.search(names)
        and not _NOT_TAGS.search(names)
        for element in elements[:1]
    ]
    for element in boxes:
        if element.tag in ("body", "html", "figure") or _is_outside(element):
            continue
        if tags := _tags_in(element):
            return tags
    tags = linked_as(page, "tag")
    if tags and len(tags) <= _MOST_TAGS:
        return tags
    return (
        _labelled_links(page)
        or list(line_tags(block.text for block in page.blocks))
        or _addressed_tags(page)
    )


def _is_outside(element: etree._Element) -> bool:
    """Whether it stands in a part that is no article's; an article may have a foot of its own."""
    around = [each.tag for each in element.iterancestors()]
    if "footer" in around and "article" in around[around.index("footer") :]:
        around.remove("footer")
    return any(tag in ("nav", "header", "footer", "aside") for tag in around)


def _addressed_tags(page: Page) -> list[str]:
    """Neighbouring links to pages of tags: `/tag/lua-mua`; those of the first part that has two."""
    links = page.gathered["links"][:_MOST_LINKS]
    if not _TAG_PATH.search("\n".join(link.get("href") or "" for link in links)):
        return []  # as on most pages
    parts: dict[etree._Element, list[str]] = {}
    for link in links:
        part = link.getparent()
        if part is not None and _TAG_PATH.search(link.get("href") or ""):
            parts.setdefault(part, []).append(one_line(text_in(link)).lstrip("# "))
    for part, tags in parts.items():
        around = (part, *part.iterancestors())
        if len(tags) < 2 or any(e.tag in ("nav", "header", "footer", "aside") for e in around):
            continue
        if len(tags) <= _MOST_TAGS and all(t and word_count(t) <= _TAG_WORDS for t in tags):
            return tags
    return []


def _tags_in(box: etree._Element) -> list[str]:
    """The links of a box if they are tags: not too many, and none as long as a headline."""
    tags: list[str] = []
    for link in box.iter("a"):
        tag = one_line(text_in(link)).lstrip("# ")
        if tag and not classify(tag):
            tags.append(tag)
            if len(tags) > _MOST_TAGS or word_count(tag) > _TAG_WORDS:
                return []
    return tags


def _labelled_links(page: Page) -> list[str]:
    """The links of the smallest part that begins with `Từ khóa:`."""
    if not _names_label(page.root):
        return []
    tested: set[etree._Element] = set()  # links of one list stand in the same parts
    for link in page.gathered["links"][:_MOST_LINKS]:
        for part in islice(link.iterancestors(), _LABEL_DEPTH):
            if part in tested:
                continue
            tested.add(part)
            if not _TAG_LABEL.match(_beginning(part)):
                continue
            raw = short_text_in(part, _RAW_CHARS)
            if raw is not None and len(one_line(raw)) <= _BOX_CHARS:
                tags = [one_line(text_in(each)) for each in part.iter("a")]
                return [t for t in tags if t and word_count(t) <= _TAG_WORDS]
    return []


def _names_label(root: etree._Element) -> bool:
    """Whether a label of tags and a colon stand anywhere in the text below `root`."""
    text = etree.tostring(root, method="text", encoding="unicode", with_tail=False)
    *pieces, _ = text.replace("：", ":").split(":", _MOST_COLONS + 1)
    for piece in pieces[:_MOST_COLONS]:
        before = piece[-_RAW_CHARS:].rstrip()
        if before[-1:].isprintable() and before[-1:].lower() not in _LABEL_ENDS:
            continue
        if _LABEL_END.search(one_line(before[-4 * _LABEL_CHARS :])):
            return True
    return len(pieces) > _MOST_COLONS  # to look at the links themselves takes no longer then


def _beginning(part: etree._Element) -> str:
    """The text of a part as far as it shows whether a label stands there."""
    text = ""
    for piece in map(str, part.itertext()):
        text += piece
        if len(text) > _LABEL_CHARS:
            line = one_line(text)
            if len(line) > _LABEL_CHARS and _WORD.search(line, 0, _LABEL_CHARS // 2):
                return line
    return one_line(text)


def line_tags(lines: Iterable[str]) -> tuple[str, ...]:
    """The tags that a line of a text names as such.

    >>> line_tags(["Chợ họp sớm.", "Từ khóa: chợ quê, nông sản"])
    ('chợ quê', 'nông sản')
    >>> line_tags(["Từ khóa:", "chợ quê", "Tin liên quan"])
    ('chợ quê',)
    """
    rest = iter(lines)
    for line in rest:
        if len(line) > _BOX_CHARS:
            continue
        if ":" in line[:20] and (match := _TAG_LABEL.match(line)):
            tags = re.split(r"\s*[,;]\s*|\s+#", line[match.end() :])
            if not any(tags):  # one below the other
                tags = list(islice(takewhile(_may_be_tag, rest), _MOST_TAGS))
            if all(word_count(tag) <= _TAG_WORDS for tag in tags):
                return tuple(tag.lstrip("# ") for tag in tags if tag)
    return ()


def hashtags(lines: Iterable[str]) -> tuple[str, ...]:
    """The tags of the last line that holds nothing else.

    >>> hashtags(["Chợ họp sớm.", "#chợ quê #nông sản"])
    ('chợ quê', 'nông sản')
    """
    found: tuple[str, ...] = ()
    for line in lines:
        if line.startswith("#") and len(tags := _HASHTAG.findall(line)) > 1:
            found = tuple(tag.strip() for tag in tags)
    return found


def _may_be_tag(line: str) -> bool:
    return word_count(line) <= _LINE_TAG_WORDS and not ends_sentence(line) and not classify(line)
