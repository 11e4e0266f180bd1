"""Who wrote a page's article: from JSON-LD, `<meta>`, and what is marked up as a byline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree

from indexer.cleaning import jsonld
from indexer.cleaning.blocks import Block, Look, ends_sentence, key, one_line, word_count
from indexer.cleaning.credits import Credit, has_role, is_byline, read_credit, split_names
from indexer.cleaning.dates import is_date_line, line_endings, read_time
from indexer.cleaning.elements import text_in
from indexer.cleaning.hints import Hint, hints
from indexer.cleaning.jsonld import names_of
from indexer.cleaning.looks import is_quoted
from indexer.cleaning.metas import Metas, meta_names
from indexer.cleaning.names import is_person, names_a_part
from indexer.cleaning.tree import Page

_EMAIL = re.compile(r"\S{1,64}@\S{1,80}|(?<!\S)@\w+")
_BY_BEHIND = re.compile(r"(?:^|\s)(?:by|von|bởi|par|por)[:\s]+(?P<who>\S.*)$", re.IGNORECASE)
_WEEKDAY = re.compile(r"[\s,|–-]*(?:thứ\s+\S+|chủ nhật)[\s,]*(?:ngày)?\s*$", re.IGNORECASE)
_DESK = re.compile(r"^\s*(?:PV|P\.V|CTV|BTV)\s*[-–:]\s*")
_ACCORDING = re.compile(r"^\s*Theo\s+(?=\S+\s\S)", re.IGNORECASE)  # in a part that is the author's
_CONNECTOR = re.compile(r"[\W_]*(?:und|and|và|et|y|e|&|,)?[\W_]*", re.IGNORECASE)
# Parts whose names are those of other articles' authors.
_ELSEWHERE = re.compile(
    r"relat|lien-?_?quan|recommend|sidebar|(?<!post-)(?<!entry-)(?<!article-)footer|comment|binh-?luan|popular|latest|trending|most-|"
    r"teaser|more-",
    re.IGNORECASE,
)
_EXPLICIT = re.compile(
    r"(?:^|[\s_-])(?:author|byline|fn|vcard|authors?-name|tacgia|tac-gia|autor)(?:$|\s)",
    re.IGNORECASE,
)
_MARKED = re.compile(r"author|byline|creator|username|wrote|nguoi")
# Short names for the same, on Vietnamese pages: `auth`, `det-auth`, `au`, `kbau`.
_SHORTENED = re.compile(r"(?:^|[\s_-])\w{0,3}(?:auth|au)(?:$|[\s_-])")
_AUTHOR_PATH = re.compile(r"/(?:authors?|tac-?gia|nguoi-viet|phong-vien)/[^/]", re.IGNORECASE)
_AND_OTHERS = re.compile(
    r"\s*(?:và|cùng)\s+(?:nhóm|các)\s+(?:phóng viên|pv|cộng sự).*$", re.IGNORECASE
)
_AGO = re.compile(
    r"\s*[·•|,–-]\s*(?:hôm (?:qua|nay|kia)|vừa xong|\d+ (?:phút|giờ|tiếng|ngày|tuần|tháng) trước)$",
    re.IGNORECASE,
)
_MOST_ALIKE = 5  # elements of the same names
_MOST_MARKED = 100
_MOST_LINKS = 300
_MOST_WORDS = 14  # of a line that says who wrote
_MOST_PARTS = 12
_NEAR_ABOVE, _NEAR_BELOW, _FIRST_PROSE = 2, 12, 2
_BELOW_PROSE = 5
_NAME_WORDS = 8  # of a line with one name or two
_ONE_NAME_WORDS = 4
_LEAD_WORDS = 12
_RIGHT_BELOW = 3  # blocks below the title


def read_authors(
    page: Page,
    metas: Metas,
    objects: list[dict[str, Any]],
    found: list[dict[str, Any]],
    site_names: tuple[str, ...],
    h1: int,
    *,
    vietnamese: bool,
) -> tuple[str, ...]:
    """The people named by JSON-LD, else by `<meta>`, else in a byline; no papers and desks.

    vietnamese  the page is: names are written with capitals then, and no user names
    """
    by_id = {o["@id"]: o for o in objects if isinstance(o.get("@id"), str) and o.get("name")}
    candidates = [names_of(jsonld.resolve(f.get("author"), by_id)) for f in found[:3]]
    candidates += [names_of(f.get("creator")) for f in found[:1]]
    told = [metas[name] for name in meta_names("author") if name in metas]
    if vietnamese and not any(is_byline(name) for names in told for name in names):
        # A paper's name, perhaps: a link to an author's page says more.
        links = [a for a in _author_links(page) if not _in_comments(a, page.titled)]
        beside = [a for a in links[:_MOST_PARTS] if a.getparent() is links[0].getparent()]
        candidates.append([one_line(text_in(link)) for link in beside])
    candidates += told
    labels = {key(label) for label in meta_names("author_label")}
    if any(key(label) in labels for label in metas.get("twitter:label1", ())):
        candidates.append(metas.get("twitter:data1", []))
    people = {n for o in jsonld.of_type(objects, "Person")[:20] for n in names_of(o.get("name"))}
    if len(people) == 1:
        candidates.append(list(people))
    for names in candidates:
        if authors := _people(names, site_names, nicknames=not vietnamese):
            return authors
    return _marked_authors(page, site_names, vietnamese=vietnamese) or _written_authors(
        page, site_names, h1, vietnamese=vietnamese
    )


def _people(
    texts: list[str], site_names: tuple[str, ...], *, nicknames: bool = False
) -> tuple[str, ...]:
    papers = {key(name) for name in site_names}
    people: list[str] = []
    for text in texts:
        text = one_line(_EMAIL.sub(" ", text))
        if len(text) >= 200 or "://" in text or key(text) in papers:
            continue
        for name in split_names(text):
            if is_person(name, site_names, nicknames=nicknames and len(texts) == 1):
                people.append(name)
    return tuple(dict.fromkeys(people))


# ------------------------------------------------------------------------------------- marked up


def _marked_authors(
    page: Page, site_names: tuple[str, ...], *, vietnamese: bool
) -> tuple[str, ...]:
    """Authors marked up as such around the text: by class, rel, itemprop or where a link leads."""
    marked = [
        e
        for n, es in page.named.items()
        if (_MARKED.search(n) or (vietnamese and "au" in n and _SHORTENED.search(n)))
        and not is_quoted(n)
        for e in es[:_MOST_ALIKE]
    ]
    marked += _author_links(page)
    marked += [
        e
        for e in page.gathered["people"]
        if e.tag in ("address", "byline") or (e.keys() and _is_explicit(e))
    ]
    elements = dict.fromkeys((*page.bylines[:_MOST_MARKED], *marked))
    ranked = sorted(elements, key=lambda element: not _is_explicit(element))
    for element in ranked[:_MOST_MARKED]:
        if _in_comments(element, page.titled):
            continue
        nicknames = not vietnamese and _is_explicit(element)
        if authors := _element_authors(element, site_names, nicknames):
            return authors
    return ()


def _author_links(page: Page) -> list[etree._Element]:
    """Links to the pages of authors: `/tac-gia/le-na`."""
    links = page.gathered["links"][:_MOST_LINKS]
    addresses = [a.get("href") or "" for a in links]
    if not _AUTHOR_PATH.search("\n".join(addresses)):  # none at all, as on most pages
        return []
    found = (a for a, path in zip(links, addresses, strict=True) if _AUTHOR_PATH.search(path))
    return list(islice(found, _MOST_ALIKE))


def _is_explicit(element: etree._Element) -> bool:
    return (
        "author" in (element.get("rel") or "")
        or element.get("itemprop") == "author"
        or bool(_EXPLICIT.search(element.get("class") or ""))
    )


def _element_authors(
    element: etree._Element, site_names: tuple[str, ...], nicknames: bool
) -> tuple[str, ...]:
    """The people at a byline's beginning; their post, a date or a button may follow."""
    parts = [one_line(t) for t in map(str, element.itertext()) if t.strip()]
    text, according = _ACCORDING.subn("", " ".join(parts))
    if according:
        text = text.split("|")[0]  # the paper's name
    if word_count(text) <= _MOST_WORDS and (authors := _line_authors(text, site_names)):
        return authors
    people: list[str] = []
    for part in parts[:_MOST_PARTS]:
        if _CONNECTOR.fullmatch(part) or _is_label(part):
            continue
        authors = tuple(a for a in _line_authors(part, site_names) if " " in a)
        if (
            not authors
            and nicknames
            and len(parts) == 1
            and is_person(part, site_names, nicknames=True)
        ):
            authors = (part,)
        if not authors:
            break
        people += authors
    return tuple(dict.fromkeys(people))


def _is_label(text: str) -> bool:
    """Whether a piece of a byline only leads to a name: `Von`, `Tác giả:`."""
    return split_names(f"{text} X") == ["X"]


def _line_authors(text: str, site_names: tuple[str, ...]) -> tuple[str, ...]:
    """The people that a line names and nothing else but a date, a post or a source."""
    text = _DESK.sub("", _EMAIL.sub(" ", text))
    stamp = read_time(text, short=True)
    behind = _BY_BEHIND.search(text[stamp.end :]) if stamp else None
    if behind:
        text = behind["who"]
    else:
        line = re.split(r"\d", text[: stamp.start] if stamp else text)[0]
        text = _without_labels(line) if line != text else text
    text = text.strip(" |-–—•·,/:")
    if not text or word_count(text) > _MOST_WORDS:
        return ()
    authors = read_credit(text, site_names).authors
    return tuple(a for a in authors if a.lower() not in line_endings())


def _without_labels(text: str) -> str:
    """`text` without the words at its end that begin a date: `Kim Lan Thứ hai, ngày`."""
    words = _WEEKDAY.sub("", text).split()
    while words and words[-1].lower().strip(" |-–—•·,.:()") in line_endings():
        words.pop()
    return " ".join(words)


def _in_comments(element: etree._Element, titled: set[etree._Element]) -> bool:
    """Whether an element stands among readers' comments, in a form or with other articles.

    titled  the parts that hold a title
    """
    for depth, around in enumerate(element.iterancestors()):
        if depth > 15 or around in titled:
            return False
        names = f"{around.get('class') or ''} {around.get('id') or ''}"
        if around.tag == "form" and depth < 5:
            return True
        if around.tag in ("body", "html", "main", "article"):
            continue
        if hints(names) & Hint.COMMENT or _ELSEWHERE.search(names):
            return True
    return False


# ----------------------------------------------------------------------------------- written out


def _written_authors(
    page: Page, site_names: tuple[str, ...], h1: int, *, vietnamese: bool
) -> tuple[str, ...]:
    """Authors in a line near the title that says so in words: `Von Jana Weiss`, `Tác giả: …`."""
    for i in _near(page, h1):
        text = _AND_OTHERS.sub("", page.blocks[i].text)
        if len(text) > 120 or ends_sentence(text):
            continue
        text, ago = _AGO.subn("", text)
        if (
            vietnamese
            and h1 < i <= h1 + _RIGHT_BELOW
            and is_byline(text)
            and not any(ends_sentence(block.text) for block in page.blocks[h1 + 1 : i])
        ):
            return read_credit(text, site_names).authors
        beside = ago or (i == h1 + 1 and _stands_alone(page, i)) or _stands_by_a_date(page, i, h1)
        if vietnamese and h1 < i and beside:
            named = read_credit(text, site_names).authors
            if named and all(" " in name for name in named):
                return named
        stamp = read_time(text, short=True)
        if has_role(text):
            authors = _line_authors(text, site_names)
        elif not stamp:
            continue
        elif behind := _BY_BEHIND.search(text[stamp.end :]):
            authors = _people([behind["who"]], site_names)
        elif vietnamese and is_date_line(text, stamp, most_words=4):
            name = _without_labels(text[: stamp.start]).strip(" |-–—•·,/:")
            authors = () if names_a_part(name) or " " not in name else _people([name], site_names)
        else:
            continue
        if authors:
            return authors
    for block in _below_prose(page, h1):
        text = block.text
        if (":" in text and has_role(text)) or (block.look & Look.RIGHT and is_byline(text)):
            authors = tuple(a for a in _line_authors(text, site_names) if " " in a)
            if authors:
                return authors
    return ()


def _stands_alone(page: Page, at: int) -> bool:
    """Whether a line has the length of one name, and the lead or the text is right below it."""
    block, below = page.blocks[at], page.blocks[at + 1 : at + 2]
    return (
        not block.links
        and 2 <= word_count(block.text) <= _ONE_NAME_WORDS
        and not names_a_part(block.text)
        and any(word_count(b.text) >= _LEAD_WORDS and not b.links for b in below)
    )


def _stands_by_a_date(page: Page, at: int, h1: int) -> bool:
    """Whether a line has the length of a name and stands in one list with a line that is a date."""
    block = page.blocks[at]
    if block.links or not 2 <= word_count(block.text) <= _NAME_WORDS or names_a_part(block.text):
        return False
    around = page.nodes[block.group].parent
    for i in (at - 1, at + 1):
        if not h1 < i < len(page.blocks) or page.nodes[page.blocks[i].group].parent != around:
            continue
        text = page.blocks[i].text
        stamp = read_time(text, short=True)
        if stamp and is_date_line(text, stamp, most_words=0):
            return True
    return False


def _below_prose(page: Page, h1: int) -> Iterator[Block]:
    """The short lines right below paragraphs."""
    prose = -_BELOW_PROSE
    for i in range(h1 + 1, len(page.blocks)):
        text = page.blocks[i].text
        if ends_sentence(text) and word_count(text) >= 14:
            prose = i
        elif i - prose <= _BELOW_PROSE and len(text) <= 80:
            yield page.blocks[i]


def _near(page: Page, h1: int) -> Iterator[int]:
    prose = 0
    start = h1 + 1 if h1 >= 0 else 0
    for i in range(start, min(len(page.blocks), start + _NEAR_BELOW)):
        yield i
        text = page.blocks[i].text
        prose += ends_sentence(text) and word_count(text) >= 14
        if prose == _FIRST_PROSE:
            break
    yield from range(h1 - 1, max(-1, h1 - 1 - _NEAR_ABOVE), -1)


def read_credit_line(page: Page, site_names: tuple[str, ...]) -> Credit:
    """The agency or paper in a byline or source line that stands outside the text.

    Authors are those that such a line names together with their paper.
    """
    found = Credit()
    sources = {n for n in page.named if "source" in (small := n.lower()) or "nguon" in small}
    for block in page.blocks:
        is_source = bool(sources) and page.nodes[block.group].names in sources
        if not (is_source or block.look & Look.BYLINE) or block.look & Look.SURE_CAPTION:
            continue
        if len(block.text) <= 80:
            credit = read_credit(block.text, site_names)
            if credit.agency or (is_source and credit.publisher):
                authors = found.authors or credit.authors
                agency = found.agency or credit.agency
                found = Credit(authors, agency, found.publisher or credit.publisher)
                if found.agency:
                    break
    return found
