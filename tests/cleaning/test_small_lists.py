# ruff: noqa: E501
"""Small pages that are no articles are refused; small articles of the same shape are not."""

import pytest

from indexer.cleaning import clean
from indexer.errors import NotAnArticleError
from indexer.models import Document


def page(body: str, title: str = "Báo Sông Cái", head: str = "", body_class: str = "") -> bytes:
    return (
        f'<html lang="vi"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f'<body class="{body_class}"><header><a href="/">Báo Sông Cái</a></header>{body}</body></html>'
    ).encode()


NEWS = [
    ("Xưởng gốm mở lại sau lũ", "Ba lò nung đã đỏ lửa, thợ trẻ về làm cùng cha chú của mình."),
    ("Chợ nổi thêm bến đỗ", "Bến mới rộng gấp đôi, ghe hàng không còn phải chờ nước lớn mới vào."),
    (
        "Trường vùng cao có thư viện",
        "Hơn hai nghìn cuốn sách được quyên góp trong một tháng vừa qua.",
    ),
    (
        "Nông dân trồng sen trên ruộng trũng",
        "Mỗi sào cho thu ba triệu đồng, cao hơn hẳn so với cấy lúa.",
    ),
]


def cards(count: int, tag: str = "h3", more: str = "") -> str:
    return "".join(
        f'<div class="x{i}"><{tag}><a href="/bai-{i}">{NEWS[i][0]}</a></{tag}><p>{NEWS[i][1]}{more}</p></div>'
        for i in range(count)
    )


ABOUT = "Tuyển tập tin bài, hình ảnh về làng nghề do phóng viên của báo thực hiện mỗi tuần."
COOKIES = (
    "<h1>Quyền riêng tư của bạn</h1><p>Chúng tôi dùng cookie để ghi nhớ lựa chọn, đo lượt đọc và hiển thị quảng cáo hợp với bạn.</p>"
    "<p>Bạn có thể chấp nhận tất cả hoặc từ chối các cookie không thiết yếu.</p><button>Chấp nhận</button>"
)

NOT_ARTICLES = {
    "home page": page(
        cards(3) + "<ul><li><a href=/a>Giá lúa nhích lên</a></li></ul>",
        head='<meta property="og:type" content="website">',
    ),
    "home page of bare headlines": page(
        "".join(
            f"<div><a href=/t{i}>{h} ở huyện bên</a></div>" for i, (h, _) in enumerate(NEWS * 2)
        ),
        head='<meta property="og:type" content="website">',
    ),
    "tag page with what it is about": page(
        f"<h1>Thẻ: gốm</h1><p>{ABOUT}</p>{cards(4)}", "gốm - Thẻ"
    ),
    "tag page with a link to go on": page(
        f"<h1>Từ khóa: gốm</h1>{cards(3, 'h2', ' <a href=/b>Đọc tiếp</a>')}", "gốm"
    ),
    "search results": page(f"<h1>Có 12 kết quả cho “gốm”</h1>{cards(3, 'b')}", "Tìm: gốm"),
    "search results with dates": page(
        "<h1>Tìm thấy 3 bài</h1>"
        + "".join(
            f"<div><a href=/k{i}><b>{h}</b></a><p>…{s[:-1]}…</p><i>0{i + 1}/03/2021</i></div>"
            for i, (h, s) in enumerate(NEWS[:3])
        )
    ),
    "author page": page(f"<h1>Bài của Mai Hạ</h1><p>{ABOUT}</p>{cards(4)}", "Mai Hạ"),
    "section front": page(f"<h1>Làng nghề</h1>{cards(4)}", "Làng nghề"),
    "error page without its name": page(
        "<h1>Ôi!</h1><p>Bài viết đã bị gỡ hoặc đường dẫn không còn tồn tại. Mời bạn về trang chủ.</p>"
    ),
    "error page with links": page(
        "<h2>Rất tiếc</h2><p>Không tìm thấy nội dung này, vui lòng kiểm tra lại địa chỉ đã nhập ở trên nhé.</p><ul><li><a href=/1>Giá lúa nhích lên</a></li></ul>"
    ),
    "cookie wall": page(COOKIES, "Trước khi đọc"),
    "cookie wall in a dialog": page(f"<div role=dialog id=cc>{COOKIES}</div>"),
    "sign-in to read": page(
        "<h1>Đăng nhập để xem tiếp</h1><p>Bài này dành cho bạn đọc đã mua gói năm của chúng tôi, mời bạn đăng nhập.</p>"
        "<form><input name=u><input type=password></form><p>Gói năm 300.000 đồng, được hủy bất cứ lúc nào trong năm.</p>"
    ),
    "puzzle": page(
        "<h1>Xác nhận</h1><p>Hãy hoàn thành câu đố dưới đây để chúng tôi biết bạn là người thật chứ không phải máy, rồi bạn sẽ được chuyển tới trang cần đọc.</p><div class=h-captcha></div>"
    ),
}

TEXT = (
    "<p>Sáng nay, ba lò gốm ven sông đã đỏ lửa trở lại sau gần một tháng ngập nước, thợ cũ thợ mới đều có mặt.</p>"
    "<p>Ông Tư Lành nói lò của ông mất gần hết khuôn, nhưng bà con góp tay nên nay đã nung được mẻ đầu tiên.</p>"
)
DATE = '<div class="date">Thứ ba, 4/10/2022, 09:10 (GMT+7)</div>'
ARTICLES = {
    "with a list below": page(
        f"<h1>Lò gốm ven sông đỏ lửa trở lại</h1>{TEXT}<h4>Đọc thêm</h4>{cards(4)}"
    ),
    "with a list and a date": page(
        f"<h1>Lò gốm ven sông đỏ lửa trở lại</h1>{DATE}{TEXT}{cards(4)}"
    ),
    "two sentences with a date": page(
        f"<h1>Lò gốm ven sông đỏ lửa trở lại</h1>{DATE}<p>Sáng nay, ba lò gốm ven sông đã đỏ lửa trở lại sau gần một tháng ngập nước, thợ cũ thợ mới đều có mặt ở xưởng.</p>{cards(3)}"
    ),
    "about cookies": page(
        "<h1>Trình duyệt sắp bỏ cookie của bên thứ ba</h1>"
        + DATE
        + "<p>Chúng tôi thử trình duyệt mới trong một tuần: cookie của bên thứ ba bị chặn, quảng cáo vẫn hiện.</p>"
        + TEXT
    ),
    "about passwords, with a sign-in form": page(
        f"<h1>Đăng nhập bằng vân tay thay mật khẩu từ tháng sau</h1>{DATE}{TEXT}<form><input type=password></form>"
    ),
    "about a page that was taken down": page(
        f"<h1>Trang bán gốm giả bị gỡ khỏi mạng</h1>{DATE}<p>Trang này không còn tồn tại từ hôm qua, đường dẫn cũ đã bị gỡ sau khi làng gốm khiếu nại lên sở.</p>{TEXT}"
    ),
    "with a puzzle before comments": page(
        f"<h1>Lò gốm ven sông đỏ lửa trở lại</h1>{TEXT}<form><div class=g-recaptcha></div></form>"
    ),
    "a blog post without a date": page(
        f"<h2>Một ngày bên lò gốm ven sông</h2>{TEXT}", "Nhật ký sông"
    ),
}


@pytest.mark.parametrize("name", NOT_ARTICLES)
def test_a_small_page_that_is_no_article_is_refused(name):
    with pytest.raises(NotAnArticleError):
        clean(Document("page.html", NOT_ARTICLES[name], "text/html"))


@pytest.mark.parametrize("name", ARTICLES)
def test_a_small_article_stays(name):
    article = clean(Document("page.html", ARTICLES[name], "text/html"))
    assert "ven sông" in article.text
    assert NEWS[1][1] not in article.text
