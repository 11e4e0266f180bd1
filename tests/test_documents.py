"""The sample documents come out as a reader sees them: all of the article, nothing of the page.

What each document holds is written down in `documents.toml`.
"""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from indexer import Article, NotAnArticleError, build, clean, open_index, read_documents

DOCUMENTS = Path(__file__).parent.parent / "documents"
SAMPLES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "documents.toml").read_text("utf-8")
)["sample"]
HOME_PAGE = "vietnamnet.vn/index.html"


@cache
def documents():
    return {document.source: document for document in read_documents(DOCUMENTS)}


@cache
def article(source: str) -> Article:
    return clean(documents()[source])


def shown(text: str) -> str:
    """The text with its marks composed and each run of white space one space."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def fields(article: Article) -> dict[str, str]:
    """The texts a search looks into, title apart."""
    return {
        "lead": shown(article.lead),
        "body": shown(article.body),
        "captions": shown("\n".join(article.captions)),
    }


def every(key: str | None = None):
    """The samples of which `key` is known, each under its file's name."""
    rows = [s for s in SAMPLES if key is None or key in s]
    return pytest.mark.parametrize("sample", rows, ids=[s["source"] for s in rows])


def test_every_document_has_a_sample_and_the_other_way_round():
    assert set(documents()) - {HOME_PAGE} == {s["source"] for s in SAMPLES}


def test_the_home_page_is_not_an_article():
    with pytest.raises(NotAnArticleError):
        clean(documents()[HOME_PAGE])


@every()
def test_title_is_the_one_a_reader_sees(sample):
    assert shown(article(sample["source"]).title) == sample["title"]


@every()
def test_every_paragraph_is_kept_once_and_in_order(sample):
    text = shown(article(sample["source"]).text)
    places = [text.find(line) for line in sample["kept"]]
    assert not [line for line, at in zip(sample["kept"], places, strict=True) if at < 0]
    assert places == sorted(places)
    assert not [line for line in sample["kept"] if len(line) > 30 and text.count(line) > 1]


@every("lead")
def test_lead_stands_before_the_body_and_nowhere_else(sample):
    parts = fields(article(sample["source"]))
    assert sample["lead"] in parts["lead"]
    assert sample["lead"] not in parts["body"]


@every()
def test_captions_stand_once_and_apart_from_the_text(sample):
    found = article(sample["source"])
    captions = [shown(caption) for caption in found.captions]
    for wanted in sample["captions"]:
        assert len([c for c in captions if c.startswith(wanted)]) == 1, wanted
        assert wanted not in shown(found.text)
    assert len(captions) == len(sample["captions"])


@every()
def test_nothing_of_the_page_around_is_kept(sample):
    parts = fields(article(sample["source"]))
    assert not [(n, name) for n in sample["noise"] for name, text in parts.items() if n in text]
    assert "./." not in parts["body"]


@every("published")
def test_time_of_publication_is_exact_to_the_minute(sample):
    assert article(sample["source"]).published == sample["published"]


@every("author")
def test_authors_are_people(sample):
    found = [shown(name).casefold() for name in article(sample["source"]).author]
    assert found == [name.casefold() for name in sample["author"]]


@every("agency")
def test_agency_is_read_from_the_credit_line(sample):
    assert article(sample["source"]).agency == sample["agency"]


@every("section")
def test_section_is_the_one_of_the_breadcrumb(sample):
    assert shown(article(sample["source"]).section) == sample["section"]


@every("url")
def test_canonical_address_is_the_id(sample):
    found = article(sample["source"])
    assert (found.url, found.id) == (sample["url"], sample["url"])


# ----------------------------------------------------------------------- found by a search


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    index = open_index(tmp_path_factory.mktemp("index"), create=True)
    build(DOCUMENTS, index, workers=1)
    return index


def sources_found(index, query):
    found = []
    for hit in index.search(query, per_page=50).hits:
        found += [hit.article.source, *(copy.article.source for copy in hit.duplicates)]
    return found


LANG_SON = {
    "vietnamplus.vn/dai-hoi-dang-bo-lang-son.html",
    "dumps/dang-bo-lang-son-truoc-them-dai-hoi.txt",
}
FOOTBALL = {
    "thanhnien.vn/doi-bong-pho-bien-nguoc-dong.html",
    "dumps/bong-da-thu-mon-can-hai-qua-phat-den.txt",
}


@pytest.mark.parametrize("query", ["Đảng bộ Lạng Sơn", '"Lạng Sơn" đảng bộ', "Đang bô Lang Sơn"])
def test_a_headline_in_the_tail_of_a_football_story_is_never_found(index, query):
    found = set(sources_found(index, query))
    assert found >= LANG_SON
    assert not found & FOOTBALL


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("sữa học đường", "vnexpress.net/sua-hoc-duong-vung-cao.html"),
        ("sửa luật nhà ở", "tuoitre.vn/sua-luat-de-nguoi-mua-nha-khong-phai-cho.html"),
        ("làng Sơn", "nhandan.vn/lang-son-mai-giu-lua-nghe.html"),
        ("đàm phán hòa bình", "vietnamplus.vn/dam-phan-hoa-binh-tai-thanh-pho-ven-bien.html"),
        ("Đảng bộ tỉnh Hòa Bình", "baohoabinh.com.vn/dai-hoi-dang-bo-hoa-binh.htm"),
        ("dai hoi dang bo bac giang", "baobacgiang.com.vn/dai-hoi-dang-bo-tinh-bac-giang.html"),
        ("sức khỏe cà phê", "suckhoedoisong.vn/bo-doi-ca-phe-va-giac-ngu.html"),
        ("cửa khẩu số Tân Thanh", "baolangson.vn/cua-khau-xanh.html"),
        ("Mĩ sơ tán bão", "vietnamnet.vn/my-so-tan-truoc-sieu-bao.html"),
        ("cau long bien", "hanoimoi.vn/cau-long-bien-va-nhung-nguoi-giu-nhip.html"),
        ("xe buýt đêm", "tienphong.vn/chuyen-xe-buyt-dem.html.gz"),
    ],
)
def test_query_finds_its_article_first(index, query, first):
    assert sources_found(index, query)[0] == first


def test_a_copy_on_a_second_site_is_found_too(index):
    found = sources_found(index, '"Võ Đình Khoát"')
    assert set(found) == {
        "vietnamplus.vn/mien-trung-lu-chong-lu.html",
        "vov.vn/lu-lon-o-mien-trung.html",
    }
