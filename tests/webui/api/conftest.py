"""A real small index, and the app over it."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer import Article, Index, Removal, open_index
from webui import create_app

VIETNAM = timezone(timedelta(hours=7))
START = datetime(2020, 1, 6, 8, 15, tzinfo=VIETNAM)
SITES = ("baolang.example", "tinvung.example", "thoisu.example")
SECTIONS = ("Chính trị", "Kinh tế", "Thể thao")
LEADS = (
    "Đại hội đảng bộ tỉnh Lạng Sơn khai mạc sáng nay với ba trăm đại biểu.",
    "Giá na đầu vụ ở Hữu Lũng nhích nhẹ, thương lái tới tận vườn hỏi mua.",
    "Đội bóng trẻ Hòa Bình thắng trận mở màn trên sân nhà trước khán giả đông kín.",
)
STRANGE_ID = "https://tinvung.example/a//b?x=1&y=%20 2#phần-3"


WORDS = """
ruộng bậc thang suối cầu trường làng thợ gốm nghề dệt vải chợ phiên đường đèo mây trắng ngô nếp mận
đào hồi quế rừng thông bến đò thuyền lưới cá kè đá bờ sông nước lên kho lúa máy cày xe khách thầy
giáo bác sĩ trạm xá sách vở đèn điện giếng khơi mái ngói sân đình
"""


def make_body(i: int) -> str:
    """Four paragraphs unlike those of the other articles, so that none is a near copy."""
    words = random.Random(i)
    return "\n".join(
        f"Người dân {where} kể về " + " ".join(words.choices(WORDS.split(), k=30)) + "."
        for where in ("xứ Lạng", "ven sông Thương", "miền Đông", "chợ phiên")
    )


def make_article(i: int) -> Article:
    """The i-th of the small collection: three stories in turn, a fortnight apart."""
    kind = i % 3
    site = SITES[(i // 3) % 3]
    return Article(
        id=STRANGE_ID if i == 1 else f"https://{site}/tin-{i}.html",
        url=f"https://{site}/tin-{i}.html",
        title=("Đại hội Đảng bộ Lạng Sơn", "Mùa na Hữu Lũng", "Hòa Bình thắng trận")[kind]
        + f", kỳ {i}",
        lead=LEADS[kind],
        body=make_body(i),
        body_kinds=("paragraph", "heading", "quote", "item") if i == 0 else (),
        captions=("Quang cảnh phiên họp. (Ảnh: Lê Na/TTXVN)",) if kind == 0 else (),
        author=("Lê Na",) if i % 2 else ("Lê Na", "Trần Bách"),
        agency="TTXVN" if kind == 0 else "",
        section=SECTIONS[kind],
        tags=("Lạng Sơn", "đại hội") if kind == 0 else ("mùa vụ",),
        site=site,
        published=START + timedelta(days=14 * i),
        removed=(Removal("share-bar", "Chia sẻ bài viết", "seen on 4 of 5 pages"),),
    )


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    index = open_index(tmp_path_factory.mktemp("web") / "index", create=True)
    index.add(make_article(i) for i in range(45))
    return index


@pytest.fixture(scope="session")
def app(index: Index) -> Flask:
    app = create_app(index)
    app.testing = True
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def empty_folder(tmp_path: Path) -> Path:
    return tmp_path / "no-index-yet"
