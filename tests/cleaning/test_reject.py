# ruff: noqa: E501
"""Pages that are not articles are refused, and short articles on crowded pages are not."""

import pytest

from indexer.cleaning import clean
from indexer.errors import NotAnArticleError
from indexer.models import Document
from tests.cleaning.pages import LEAD, PARAGRAPHS, RELATED, TITLE, html, links, paragraphs

HEADLINES = [f"{text} kỳ thứ {i}" for i in range(1, 15) for text in RELATED]
DATE = "<div class=date>Thứ năm, 12/3/2020, 08:15 (GMT+7)</div>"


def card(headline: str, number: int, summary: str = "") -> str:
    return (
        f"<article class=item-news><a href=/tin-{number}.html><img src=x.jpg></a>"
        f"<h3 class=title-news><a href=/tin-{number}.html>{headline}</a></h3>"
        f"<p class=description>{summary}</p><span class=time>2 giờ trước</span></article>"
    )


CARDS = "".join(card(h, i, LEAD) for i, h in enumerate(HEADLINES))
BARE_CARDS = "".join(card(h, i) for i, h in enumerate(HEADLINES))
LINKED_SUMMARIES = "".join(
    f"<div class=news><a href=/tin-{i}.html><b>{h}</b><p>{PARAGRAPHS[i % 5]}</p></a></div>"
    for i, h in enumerate(HEADLINES)
)

NOT_ARTICLES = {
    "front with summaries": html(f"{DATE}<h1>Xã hội</h1>{CARDS}", title="Xã hội"),
    "front without summaries": html(f"{DATE}<h1>Xã hội</h1>{BARE_CARDS}", title="Xã hội"),
    "front without heading": html(f"{DATE}<div class=main>{CARDS}</div>", title="Tin mới nhất"),
    "front of linked summaries": html(f"{DATE}<h1>Giáo dục</h1>{LINKED_SUMMARIES}", title="Giáo dục"),
    "front of lists": html("".join(f"<h2>Mục</h2>{links(*HEADLINES[:9])}" for _ in range(5))),
    "front with a box of text": html(
        f"<h1>Xã hội</h1>{BARE_CARDS}<div class=about><p>{PARAGRAPHS[0]}</p></div>", title="Xã hội"
    ),
    "player": html(f"<h1>{TITLE}</h1><video src=a.mp4></video><p>00:31</p>{BARE_CARDS}"),
    "tag page": html(f"<h1>thư viện</h1><p>Tin tức về thư viện</p>{BARE_CARDS}", title="thư viện"),
    "search page": html(f"<h1>Kết quả tìm kiếm</h1><p>45 kết quả</p>{links(*HEADLINES)}"),
    "error": html("<h1>404</h1><p>Trang bạn tìm không tồn tại.</p>", title="404 - Không tìm thấy"),
    "error with links": html(
        f"<h1>Không tìm thấy trang</h1><p>Mời bạn xem các tin khác.</p>{links(*HEADLINES)}",
        title="Không tìm thấy trang",
    ),
    "cookie wall": html(
        "<div class=consent><p>Chúng tôi dùng cookie để nhớ bạn đọc và đo lường lượt xem.</p>"
        "<button>Đồng ý</button></div>"
    ),
    "login wall": html("<h1>Đăng nhập</h1><form><p>Mời bạn đăng nhập để xem trang này.</p></form>"),
    "challenge": html("<h1>Just a moment...</h1><p>Checking your browser.</p>", title="Just a moment..."),
    "front of plain links and summaries": html(
        "<h1>Kinh doanh</h1>"
        + "".join(f"<p><a href=/b-{i}>{h}</a></p><p>{PARAGRAPHS[i]}</p>" for i, h in enumerate(HEADLINES[:5])),
        title="Kinh doanh",
    ),
    "search results with texts": html(
        "<h1>Tìm kiếm</h1><p>Có 5 kết quả cho từ khóa thư viện</p>"
        + "".join(f"<div><h3><a href=/b-{i}>{h}</a></h3><p>{LEAD} {PARAGRAPHS[i]}</p></div>" for i, h in enumerate(HEADLINES[:5])),
        title="Kết quả tìm kiếm: thư viện",
    ),
    "player with a line": html(
        f"<h1>{TITLE}</h1><video src=a.mp4></video><p class=lead>{LEAD}</p>",
        head="<meta property='og:type' content='video.other'>",
    ),
    "cookie wall of sentences": html(
        "<div class=x><h2>Chúng tôi tôn trọng quyền riêng tư của bạn</h2><p>Trang web này sử dụng cookie để "
        "cải thiện trải nghiệm, phân tích lưu lượng và chọn quảng cáo cho bạn.</p><p>Khi nhấn Đồng ý, bạn chấp "
        "nhận chính sách cookie của chúng tôi.</p></div>", title="Báo Miền Cao",
    ),
    "English cookie wall": html(
        "<h1>We value your privacy</h1><p>We and our partners store and access information on a device, such "
        "as cookies, and process personal data for ads and content measurement.</p><p>With your permission we "
        "and our partners may use precise geolocation data.</p>", title="Before you continue",
    ),
    "login with a sentence": html(
        "<h1>Đăng nhập</h1><form><label>Email</label><input><label>Mật khẩu</label><input type=password></form>"
        "<p>Bạn chưa có tài khoản? Mời bạn đăng ký ngay để bình luận, lưu bài viết và nhận bản tin hằng ngày "
        "của tòa soạn.</p>", title="Đăng nhập",
    ),
    "nothing but a caption": html(f"<h1>{TITLE}</h1><figure><img src=a.jpg><figcaption>{LEAD}</figcaption></figure>"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_ARTICLES)
@pytest.mark.parametrize("url", ["", "https://miencao.vn/xa-hoi"])
def test_refused(name, url):
    with pytest.raises(NotAnArticleError) as caught:
        clean(Document("x", NOT_ARTICLES[name].encode(), "text/html", url))
    assert caught.value.reason


def test_a_tag_page_is_known_by_its_address():
    items = "".join(
        f"<li><h3><a href=/b-{i}>{h}</a></h3><p>{LEAD}</p></li>"
        for i, h in enumerate(HEADLINES[:5])
    )
    page = html(f"<h1>thư viện</h1><p>{PARAGRAPHS[0]}</p><ul>{items}</ul>", title="Tin về thư viện")
    with pytest.raises(NotAnArticleError):
        clean(Document("x", page.encode(), "text/html", "https://miencao.vn/tag/thu-vien.html"))


SHORT = f"<h1>{TITLE}</h1>{DATE}<p class=sapo>{LEAD}</p><div class=content>{paragraphs(*PARAGRAPHS[:2])}</div>"
META = '<meta property="article:published_time" content="2020-03-12T08:15:00+07:00">'

CRUMBS = (
    "<p>Trang web dùng cookie để nhớ bạn đọc; theo luật, chủ trang phải hỏi người đọc trước.</p>"
)

ARTICLES = {
    "about cookies": html(
        f"<h1>Vì sao trang web dùng cookie</h1>{CRUMBS}{paragraphs(*PARAGRAPHS[:2])}",
        title="Vì sao trang web dùng cookie",
    ),
    "with a cookie notice": html(
        f"{SHORT}<p>Trang web này sử dụng cookie. Khi đọc tiếp, bạn đồng ý với chính sách của chúng tôi.</p>"
    ),
    "short": html(SHORT),
    "short among lists": html(f"{SHORT}<div class=side>{links(*HEADLINES)}</div>"),
    "short among cards": html(f"{SHORT}<div class=more>{BARE_CARDS}</div>"),
    "short among cards with summaries": html(f"{SHORT}<div class=more>{CARDS}</div>", head=META),
    "long among cards": html(
        f"<h1>{TITLE}</h1><div class=content>{paragraphs()}{paragraphs()}</div>{CARDS}"
    ),
}


UNTITLED = {
    "text without a heading among lists": html(
        f"<div class=l>{links(*HEADLINES)}</div><div class=c><b>Thư viện bên suối</b>{paragraphs()}</div>"
        f"<div class=r>{links(*HEADLINES)}{links(*HEADLINES)}</div>", title="Thư viện bên suối",
    ),
    "text over products that are links": html(
        f"<h1>Thư viện</h1>{paragraphs()}"
        + "".join(f"<h4><a href=/s-{i}>Sách dày kỳ số {i}</a></h4><p>Giá: {i}0 đồng</p>" for i in range(7))
        + links(*HEADLINES) * 2, title="Thư viện",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNTITLED)
def test_a_text_that_stands_together_is_no_front_page(name):
    article = clean(Document("x", UNTITLED[name].encode(), "text/html", ""))
    assert all(paragraph in article.text for paragraph in PARAGRAPHS)


def test_an_article_under_an_address_of_lists_is_one():
    page = html(
        f"<h1>{TITLE}</h1>{DATE}{paragraphs()}<div class=more>{BARE_CARDS}</div>", title=TITLE
    )
    url = "https://miencao.vn/su-kien/thu-vien.html"
    assert PARAGRAPHS[0] in clean(Document("x", page.encode(), "text/html", url)).text


@pytest.mark.parametrize("name", ARTICLES)
def test_kept(name):
    url = "https://miencao.vn/khai-truong-thu-vien-cong-dong-123456.html"
    article = clean(Document("x", ARTICLES[name].encode(), "text/html", url))
    assert PARAGRAPHS[0] in article.text
    assert not any(headline in article.text for headline in HEADLINES)


ABOUT_RSS = (
    "<p>RSS là cách theo dõi tin mới của báo mà không cần mở trang, dùng được với nhiều phần mềm đọc "
    "tin khác nhau.</p><p>Bạn đọc được dùng các kênh dưới đây cho mục đích cá nhân, phi thương mại.</p>"
)
CHANNELS = ("thoi-su", "the-gioi", "kinh-doanh", "giai-tri")
FEED_LISTS = {
    "list": "".join(f"<li><a href=/rss/{name}.rss>{name}</a></li>" for name in CHANNELS),
    "table": "".join(
        f"<tr><td>{name}<td><a href='https://miencao.vn/{name}.rss'>https://miencao.vn/{name}.rss</a>"
        for name in CHANNELS
    ),
    "feeds": "".join(f"<p>{name}: <a href='/{name}/feed/'>Theo dõi</a></p>" for name in CHANNELS),
}


@pytest.mark.parametrize("feeds", FEED_LISTS.values(), ids=FEED_LISTS)
def test_a_page_that_lists_feeds_is_no_article(feeds):
    tag = "table" if feeds.startswith("<tr") else "div"
    page = html(f"<h1>Kênh RSS</h1>{ABOUT_RSS}<{tag}>{feeds}</{tag}>", title="Kênh RSS")
    with pytest.raises(NotAnArticleError, match="feeds"):
        clean(Document("x", page.encode(), "text/html", "https://miencao.vn/kenh-rss.html"))


def test_an_article_about_feeds_is_one():
    title = "Làm thế nào để đọc báo bằng RSS trong năm nay"
    page = html(f"<h1>{title}</h1>{paragraphs()}<p><a href='http://[x'>RSS</a></p>", title=title)
    assert clean(Document("x", page.encode(), "text/html", "")).title == title


@pytest.mark.parametrize(
    "title", ["Lỗi 404 và câu chuyện về một thư viện biến mất", "Quốc lộ 404 thông xe sau ba năm"]
)
@pytest.mark.parametrize("url", ["", "https://miencao.vn/a-1.html"])
def test_a_short_undated_article_may_have_an_errors_number_in_its_title(title, url):
    page = html(f"<h1>{title}</h1><div><p>{PARAGRAPHS[0]}</p></div>", title=title)
    assert clean(Document("x", page.encode(), "text/html", url)).body == PARAGRAPHS[0]


ERRORS = {
    "404 - Không tìm thấy trang": "Trang bạn đang tìm đã được gỡ, mời dùng ô tìm kiếm ở trên để đọc tin khác.",
    "Lỗi 404 không có trang này trên máy chủ": "Xin vui lòng quay lại trang chủ hoặc dùng ô tìm kiếm ở trên cùng.",
    "Error: the page you asked for is missing": "We are sorry, this page could not be found on the server today.",
}


@pytest.mark.parametrize("title", ERRORS)
def test_an_error_page_says_so_in_its_title_and_text(title):
    page = html(f"<h1>{title}</h1><p>{ERRORS[title]}</p>", title=title)
    with pytest.raises(NotAnArticleError, match="error page"):
        clean(Document("x", page.encode(), "text/html", "https://miencao.vn/zz"))
