# ruff: noqa: E501
"""Pages of many kinds that are no articles, and articles that look like them; all written for this."""

import json

import pytest

from indexer.cleaning import clean
from indexer.errors import NotAnArticleError
from indexer.models import Document

ITEMS = (
    ("Đèo Khau Phạ sạt lở, xe tải kẹt dài hai cây số", "Đất đá tràn kín mặt đường từ nửa đêm, máy xúc phải làm việc dưới mưa đến sáng."),
    ("Vườn lê Si Ma Cai cho quả vụ đầu", "Hai trăm gốc lê trồng từ năm kia đã bói quả, thương lái hỏi mua ngay tại vườn."),
    ("Trạm y tế xã có máy siêu âm", "Thai phụ ở mười một thôn không còn phải vượt bốn mươi cây số xuống huyện."),
    ("Đội bóng thôn Nà Hẩu vào chung kết", "Cú sút phạt phút bù giờ đưa đội chủ nhà vượt qua đối thủ mạnh hơn hẳn."),
    ("Giá thảo quả rớt còn một nửa", "Nhiều hộ ngừng thu hái vì tiền công đã cao hơn tiền bán."),
    ("Học trò Mù Cang Chải làm phim ngắn", "Bộ phim dài bảy phút kể chuyện một cậu bé đi tìm con ngựa lạc."),
    ("Chợ đêm Bắc Hà đổi giờ mở cửa", "Từ tháng tới, chợ họp sớm hơn một tiếng để khách kịp chuyến xe cuối."),
    ("Suối Thầu xây cầu treo mới", "Cây cầu dài chín mươi mét thay cho chiếc bè tre đã dùng hai chục năm."),
)  # fmt: skip
P = (
    "Sáng sớm nay, đoàn xe chở bốn chục tấn muối đã vượt đèo an toàn, kết thúc ba ngày nằm chờ ở lưng chừng núi.",
    "Anh Giàng A Páo, lái xe lâu năm, kể rằng cả đoàn chia nhau từng gói mì, ban ngày dọn đá, ban đêm thay phiên trông hàng.",
    "Chủ tịch xã cho biết muối sẽ được chia ngay về các thôn trong tuần, ưu tiên những nhà nuôi trâu bò qua mùa rét.",
)  # fmt: skip
DATE = '<div class="date">Thứ hai, 7/11/2022, 08:40 (GMT+7)</div>'
MENU = "<nav><a href=/>Trang nhất</a> <a href=/doi-song>Đời sống</a> <a href=/ban-lang>Bản làng</a> <a href=/kinh-te>Kinh tế</a></nav>"
FOOT = "<footer><p>Báo Sơn Cước. Giấy phép số 77/GP. Tòa soạn: số 5 phố Núi. Mọi trích dẫn xin ghi rõ nguồn.</p></footer>"


def page(body, title="Báo Sơn Cước", head="", cls=""):
    return f'<!DOCTYPE html><html lang=vi><head><meta charset=utf-8><title>{title}</title>{head}</head><body class="{cls}"><header>{MENU}</header>{body}{FOOT}</body></html>'


def ld(**fields):
    return f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", **fields})}</script>'


def cards(n, form, start=0):
    return "".join(
        form.format(i=i, h=ITEMS[(start + i) % 8][0], s=ITEMS[(start + i) % 8][1]) for i in range(n)
    )


def ps(*texts):
    return "".join(f"<p>{t}</p>" for t in texts or P)


PLAIN = "<div class=item><h3><a href=/bai-{i}.html>{h}</a></h3><p>{s}</p></div>"
DATED = "<div class=item><h3><a href=/bai-{i}.html>{h}</a></h3><span class=time>1{i}/10/2022</span><p>{s}</p></div>"
DATE_FIRST = "<li><span>1{i}/10/2022 08:00</span><a href=/bai-{i}.html>{h}</a><div>{s}</div></li>"
PICTURE = "<div class=box><a href=/bai-{i}.html><img src=a{i}.jpg alt='{h}'></a><a href=/bai-{i}.html class=t>{h}</a><p class=sapo>{s}</p></div>"
WHOLE = "<a class=card href=/bai-{i}.html><h3>{h}</h3><p>{s}</p></a>"
ROW = "<tr><td><img src=a{i}.jpg></td><td><a href=/bai-{i}.html><b>{h}</b></a><br>{s}</td></tr>"
BLOG = "<article class=post><h2><a href=/bai-{i}>{h}</a></h2><div class=meta>Đăng ngày 1{i} Tháng Mười, 2022 bởi Lý Mẩy</div><p>{s} {s} […]</p><a class=more href=/bai-{i}>Xem thêm</a></article>"
BARE = "<li><a href=/bai-{i}.html>{h}</a></li>"
SEARCH = "<div class=kq><h4><a href=/bai-{i}.html>{h}</a></h4><cite>baosoncuoc.vn › bai-{i}</cite><p>… {s} …</p></div>"

NOT_ARTICLES = {
    "home, JSON-LD WebSite, cards": page(cards(4, PLAIN), head=ld(**{"@type": "WebSite", "name": "Báo Sơn Cước"})),
    "home, sections with bare headlines": page(f"<h2>Bản làng</h2><ul>{cards(4, BARE)}</ul><h2>Kinh tế</h2><ul>{cards(4, BARE, 4)}</ul>", "Báo Sơn Cước - Tin tức vùng cao", '<meta property="og:type" content="website">'),
    "home, whole cards are links": page(f"<main>{cards(6, WHOLE)}</main>", "Báo Sơn Cước - Tin tức vùng cao"),
    "home with a slogan": page(f"<h1>Báo Sơn Cước</h1><p class=slogan>Tiếng nói của đồng bào các dân tộc vùng cao phía Bắc từ năm 1963 đến nay.</p>{cards(5, PICTURE)}", "Báo Sơn Cước - Tin tức vùng cao"),
    "section front with dates": page(f"<h1>Bản làng</h1>{cards(5, DATED)}<div class=pages><a href=?p=2>2</a> <a href=?p=3>3</a> <a>Trang sau</a></div>", "Bản làng - Báo Sơn Cước"),
    "section front, date before headline": page(f"<h1>Kinh tế</h1><ul>{cards(5, DATE_FIRST)}</ul>", "Kinh tế - Báo Sơn Cước"),
    "section front in a table": page(f"<b>Tin tức - Sự kiện</b><table>{cards(5, ROW)}</table><a href=?page=2>Trang tiếp</a>", "Cổng thông tin điện tử huyện Sơn Cước"),
    "section front, CollectionPage": page(f"<h1>Đời sống vùng cao</h1><p>Chuyện đời thường của bà con, cập nhật mỗi sáng từ các thôn bản xa nhất.</p>{cards(3, PICTURE)}", "Đời sống vùng cao", ld(**{"@type": "CollectionPage", "name": "Đời sống vùng cao"})),
    "tag page of a blog": page(f"<h1>Tag: thảo quả</h1>{cards(4, BLOG)}", "thảo quả | Sơn Cước blog", cls="archive tag"),
    "tag page, hash": page(f"<h1>#thảoquả</h1><p>Theo dõi chủ đề này để nhận những tin bài mới nhất về thảo quả và nghề rừng.</p>{cards(3, PLAIN)}", "#thảoquả"),
    "topic page": page(f"<h1>Chủ đề: Sạt lở mùa mưa</h1><p>Loạt bài về những cung đường sạt lở và cuộc sống của người dân hai bên đèo dốc mùa mưa năm nay.</p>{cards(4, DATED)}", "Sạt lở mùa mưa - Chủ đề"),
    "search results": page(f"<form action=/tim-kiem><input name=q value=muối></form><h2>Khoảng 38 kết quả phù hợp với từ khóa “muối”</h2>{cards(4, SEARCH)}", "muối - Tìm kiếm"),
    "search with dates, two results": page(f"<form action=/tim-kiem><input name=q></form><h1>Tìm thấy 2 kết quả cho “lê”</h1>{cards(2, DATED)}", "Kết quả tìm kiếm “lê”"),
    "search without results": page("<form action=/tim-kiem><input name=q></form><h1>Kết quả tìm kiếm cho “abcxyz”</h1><p>Không tìm thấy kết quả nào phù hợp với từ khóa của bạn, hãy thử lại với từ khóa khác ngắn gọn hơn.</p>", "Tìm kiếm: abcxyz"),
    "search, SearchResultsPage": page(f"<h1>Muối vùng cao</h1>{cards(3, SEARCH)}", "Muối vùng cao", ld(**{"@type": "SearchResultsPage"})),
    "long terms of use": page(f"<h1>Chính sách bảo mật thông tin</h1>{ps(*P * 4)}", "Chính sách bảo mật thông tin", '<link rel=canonical href="https://soncuoc.example/chinh-sach-bao-mat-thong-tin">'),
    "section front with a long name, CollectionPage": page(f"<h1>Tin tức sự kiện trong huyện Sơn Cước</h1>{DATE}<p>Những việc mới nhất ở các thôn bản được ghi lại mỗi ngày. Bà con gửi tin về tòa soạn huyện.</p>{cards(2, DATED)}", "Tin tức sự kiện trong huyện Sơn Cước", ld(**{"@type": ["WebPage", "CollectionPage"]})),
    "author page with a life": page(f"<div class=author><h1>Lý Mẩy</h1><p>Phóng viên thường trú tại Lào Cai, viết về bản làng và phụ nữ vùng cao từ năm 2011.</p></div><h2>Bài viết của Lý Mẩy</h2>{cards(4, PLAIN)}", "Lý Mẩy - Tác giả", '<meta property="og:type" content="profile">'),
    "author page, ProfilePage": page(f"<h1>Nhà báo Vàng Seo Chẩn</h1><p>Anh có hai mươi năm theo các chuyến xe lên biên giới. Anh viết phóng sự và ghi chép.</p>{cards(3, DATED)}", "Nhà báo Vàng Seo Chẩn", ld(**{"@type": "ProfilePage"})),
    "player with a list": page(f"<h1>Bản tin sáng</h1><video src=a.mp4></video><ul>{cards(6, BARE)}</ul>", "Bản tin sáng"),
    "player with a line, VideoObject": page(f"<h1>Đoàn xe muối vượt đèo</h1><video src=a.mp4></video><p>Xem lại cảnh đoàn xe vượt đèo sáng nay.</p><ul>{cards(6, BARE)}</ul>", "Đoàn xe muối vượt đèo", ld(**{"@type": "VideoObject", "name": "Đoàn xe muối vượt đèo"})),
    "error, kind words": page(f"<h1>Ôi không!</h1><p>Chúng tôi đã tìm khắp nơi nhưng trang bạn cần đã bị xóa hoặc chưa từng tồn tại.</p><p>Bạn có thể quay về trang chủ hoặc dùng ô tìm kiếm.</p><ul>{cards(3, BARE)}</ul>"),
    "error in a picture's place": page("<div class=error-page><img src=404.png><p>Nội dung bạn yêu cầu không tồn tại hoặc đã được chuyển sang địa chỉ khác trên trang của chúng tôi.</p><a href=/>Quay lại trang chủ</a></div>"),
    "error of the server": page("<h1>Máy chủ đang bận</h1><p>Hệ thống đang bảo trì hoặc có quá nhiều người truy cập, xin vui lòng thử lại sau ít phút nữa.</p>", "Máy chủ đang bận"),
    "article taken down": page("<h1>Thông báo</h1><p>Bài viết này đã được gỡ bỏ hoặc không còn khả dụng. Vui lòng kiểm tra lại đường dẫn, hoặc trở về trang chủ.</p>", "Thông báo"),
    "cookie wall, buttons as links": page("<div class=cmp><h2>Quyền riêng tư của bạn là trên hết</h2><p>Báo Sơn Cước và các đối tác sử dụng cookie và công nghệ tương tự để cá nhân hóa nội dung và quảng cáo.</p><p>Bấm “Đồng ý” để tiếp tục, hoặc “Quản lý tùy chọn” để xem chi tiết.</p><a>Đồng ý</a> <a>Quản lý tùy chọn</a></div>", "Sự đồng ý"),
    "cookie wall with purposes": page("<div role=dialog><h1>Thiết lập cookie</h1><p>Cookie cần thiết giúp trang hoạt động đúng và không thể tắt.</p><p>Cookie thống kê cho chúng tôi biết bạn đọc những gì.</p><p>Cookie quảng cáo được đối tác dùng để hiển thị quảng cáo phù hợp với bạn.</p><button>Lưu lựa chọn</button></div>"),
    "sign-in": page("<h1>Chào mừng bạn trở lại</h1><p>Đăng nhập để bình luận, lưu bài và nhận bản tin mỗi sáng từ các bản làng vùng cao.</p><form><label>Thư điện tử</label><input name=e><label>Mật khẩu</label><input type=password><button>Đăng nhập</button></form><p>Chưa có tài khoản? Hãy đăng ký miễn phí chỉ trong một phút.</p>", "Chào mừng bạn trở lại"),
    "register": page("<h1>Mở tài khoản bạn đọc</h1><form><label>Họ tên</label><input><label>Mật khẩu</label><input type=password><label>Nhập lại mật khẩu</label><input type=password></form><p>Khi bấm Gửi, bạn xác nhận đã đọc và đồng ý với các điều khoản của báo.</p>", "Mở tài khoản bạn đọc"),
    "paywall": page("<h1>Gói Sơn Cước Vàng</h1><p>Bài viết này chỉ dành cho thành viên trả phí. Mua gói để đọc tiếp và ủng hộ báo chí vùng cao.</p><ul><li>Một tháng: 39.000 đồng</li><li>Một năm: 350.000 đồng</li></ul><a>Mua ngay</a>", "Gói Sơn Cước Vàng"),
    "captcha": page("<h1>Một bước nữa thôi</h1><p>Hệ thống thấy có nhiều truy cập lạ từ mạng của bạn. Hãy xác nhận bạn không phải là robot để tiếp tục đọc báo.</p><div class=g-recaptcha></div>", "Một bước nữa thôi"),
    "captcha, Cloudflare": page("<h2>Đang kiểm tra trình duyệt của bạn</h2><p>Trang này dùng dịch vụ bảo mật để chống tấn công. Quá trình chỉ mất vài giây.</p><div id=cf-challenge></div>", "Đợi một chút"),
    "month's archive": page(f"<h1>Lưu trữ: Tháng Mười 2022</h1>{cards(6, BLOG)}", "Tháng Mười 2022", cls="archive date"),
    "newest pieces, English": page(f"<h1>Latest stories</h1>{cards(5, PLAIN)}", "Latest stories"),
}  # fmt: skip

T = "Đoàn xe muối vượt đèo sau ba ngày mắc kẹt"
ARTICLES = {
    "two sentences, dated": page(f"<h1>{T}</h1>{DATE}<p>{P[0]} Không ai bị thương.</p>", T),
    "two sentences with bare headlines": page(f"<h1>{T}</h1>{DATE}<p>{P[0]}</p><p>{P[1]}</p><ul>{cards(8, BARE)}</ul>", T),
    "two paragraphs over cards, no date": page(f"<h1>{T}</h1>{ps(*P[:2])}<div>{cards(5, PLAIN)}</div>", T),
    "three paragraphs between cards": page(f"<div>{cards(3, PLAIN)}</div><h1>{T}</h1>{ps()}<div>{cards(5, PICTURE, 3)}</div>", T),
    "labelled website": page(f"<h1>{T}</h1>{DATE}{ps()}<div>{cards(4, PLAIN)}</div>", T, '<meta property="og:type" content="website">' + ld(**{"@type": "WebSite", "name": "Báo Sơn Cước"})),
    "labelled CollectionPage": page(f"<h1>{T}</h1>{DATE}{ps()}", T, ld(**{"@type": "CollectionPage"})),
    "labelled profile": page(f"<h1>{T}</h1>{DATE}{ps()}", T, '<meta property="og:type" content="profile">'),
    "labelled CollectionPage, with cards": page(f"<h1>{T}</h1>{DATE}{ps()}{cards(3, PLAIN)}", T, ld(**{"@type": "CollectionPage"})),
    "labelled WebPage": page(f"<h1>{T}</h1>{ps(*P[:2])}{cards(2, PLAIN)}", T, ld(**{"@type": "WebPage"})),
    "body named archive": page(f"<h1>{T}</h1>{ps()}{cards(3, PLAIN)}", T, cls="archive category"),
    "photo story": page(f"<h1>{T}</h1>{DATE}<p class=sapo>{P[0]}</p>" + "".join(f"<figure><img src=p{i}.jpg><figcaption>{s}</figcaption></figure>" for i, (_, s) in enumerate(ITEMS)), T),
    "liveblog": page(f"<h1>{T}</h1>{DATE}" + "".join(f"<div class=live><b>0{i}:15</b><p>{p}</p></div>" for i, p in enumerate(P * 2)), T),
    "liveblog with links in it": page(f"<h1>{T}</h1>{DATE}" + "".join(f"<div class=live><h3><a href='#m{i}'>0{i}:15 {ITEMS[i][0]}</a></h3><p>{p}</p><p>{ITEMS[i][1]}</p></div>" for i, p in enumerate(P * 2)), T),
    "about cookies": page(f"<h1>Vì sao trang báo hỏi bạn về cookie</h1>{DATE}<p>Từ tháng này, nhiều trang báo sẽ hỏi người đọc có đồng ý cho lưu cookie hay không.</p><p>Người đọc có thể chấp nhận tất cả hoặc từ chối, theo nghị định mới về dữ liệu cá nhân.</p><p>Một lập trình viên ở Lào Cai nói: “Chúng tôi phải viết lại hộp thoại ba lần”.</p>", "Vì sao trang báo hỏi bạn về cookie"),
    "about passwords, with a form": page(f"<h1>Đăng nhập một lần cho mọi dịch vụ công từ tháng 7</h1>{DATE}{ps()}<form><input><input type=password></form>", "Đăng nhập một lần cho mọi dịch vụ công từ tháng 7"),
    "sign-in form in the header": page(f"<form id=login><input><input type=password><button>Đăng nhập</button></form><h1>{T}</h1>{ps(*P[:2])}", T),
    "about error 404": page("<h1>Cửa hàng mang tên Lỗi 404 giữa phố núi</h1><p>Chủ quán treo tấm biển “Không tìm thấy trang” trước cửa, khách đi ngang ai cũng bật cười rồi ghé vào.</p><p>“Đường dẫn không tồn tại thì mình đi đường đèo”, anh chủ quán đùa khi pha ly cà phê đầu ngày.</p>", "Cửa hàng mang tên Lỗi 404 giữa phố núi"),
    "about things not found": page(f"<h1>Không tìm thấy dấu vết xe muối rơi xuống vực</h1>{DATE}<p>Sau hai ngày, lực lượng cứu hộ vẫn không tìm thấy chiếc xe chở muối rơi xuống vực ở đèo Khau Phạ.</p><p>Đường dẫn xuống đáy vực đã bị xóa bởi trận lũ đêm qua, đội cứu hộ sẽ thử lại vào sáng mai.</p>", "Không tìm thấy dấu vết xe muối rơi xuống vực"),
    "about captcha": page("<h1>Vì sao mã captcha ngày càng khó giải</h1><p>Người dùng mất trung bình chín giây cho mỗi câu đố, trong khi máy chỉ cần chưa đến một giây để giải xong.</p><p>Các hãng đang chuyển sang cách xác minh ngầm, không bắt ai chứng minh mình không phải robot nữa.</p><form class=cmt><div class=g-recaptcha></div></form>", "Vì sao mã captcha ngày càng khó giải"),
    "about a search engine": page("<h1>Công cụ tìm kiếm tiếng Mông đầu tiên ra mắt</h1><p>Nhóm sinh viên ở Thái Nguyên vừa cho chạy thử trang tìm kiếm hiểu được chữ Mông và chữ Dao.</p><p>Gõ một từ, trang trả về kết quả từ hơn sáu nghìn bài dân ca được số hóa trong hai năm qua.</p>", "Công cụ tìm kiếm tiếng Mông đầu tiên ra mắt"),
    "about paying readers": page(f"<h1>Báo địa phương thử bán gói thành viên</h1>{DATE}<p>Độc giả trả phí của tờ báo nhỏ đã vượt con số hai nghìn sau nửa năm, nhiều hơn tòa soạn mong đợi.</p><p>{P[1]}</p><p>{P[2]}</p>", "Báo địa phương thử bán gói thành viên"),
    "maintenance of a road": page("<h1>Bảo trì đèo Khau Phạ trong hai tuần</h1><p>Từ thứ hai tới, xe tải nặng không được qua đèo từ sáu giờ sáng đến sáu giờ tối hằng ngày.</p><p>Xe con đi bình thường, tài xế theo hướng dẫn của đội bảo trì ở hai đầu đèo.</p>", "Bảo trì đèo Khau Phạ trong hai tuần"),
    "listicle with linked names": page(f"<h1>Năm quán ăn nên ghé ở Bắc Hà</h1><p>{P[0]}</p>" + "".join(f"<h3><a href=https://quan{i}.vn>Quán thắng cố nhà ông {n}</a></h3><p>Quán mở từ sáng sớm, nồi thắng cố nghi ngút khói, khách ngồi quanh bếp lửa ăn với mèn mén và rượu ngô.</p><p>{P[i % 3]}</p>" for i, n in enumerate(("Páo", "Sử", "Dế", "Lử", "Chẩn"))), "Năm quán ăn nên ghé ở Bắc Hà"),
    "a day's digest with linked headlines": page(f"<h1>Điểm tin sáng 7/11: đoàn xe muối vượt đèo</h1>{DATE}<p>{P[0]}</p>" + "".join(f"<h3><a href=/bai-{i}.html>{h}</a></h3><p>{s} {P[(i + 1) % 3]}</p>" for i, (h, s) in enumerate(ITEMS[:4])), "Điểm tin sáng 7/11: đoàn xe muối vượt đèo"),
    "portrait of a writer with his pieces": page(f"<h1>Nhà báo Lý Mẩy: hai mươi năm với bản làng</h1>{ps()}<h4>Bài viết của Lý Mẩy</h4>{cards(4, PLAIN)}", "Nhà báo Lý Mẩy: hai mươi năm với bản làng"),
    "old portal without a heading": page(f"<table><tr><td><span class=tieude>{T}</span><br>07/11/2022<br><p>{P[0]}<p>{P[1]}</td><td><ul>{cards(6, BARE)}</ul></td></tr></table>", "Cổng thông tin điện tử huyện Sơn Cước"),
    "blog post, old": page(f"<div class=post-body>{P[0]}<br><br>{P[1]}<br><br>{P[2]}</div><div>{cards(3, PLAIN)}</div>", "Nhật ký đường đèo"),
    "one paragraph over cards, no date": page(f"<h1>{T}</h1><p>{P[0]} {P[1]}</p>{cards(4, PLAIN)}", T),
    "about weak passwords, form above": page("<form class=dn><input type=password></form><h1>Một nửa số mật khẩu bị bẻ khóa trong một phút</h1><p>Nghiên cứu mới cho thấy mật khẩu tám ký tự không còn an toàn.</p><p>Chuyên gia khuyên bật xác thực hai lớp cho mọi tài khoản.</p>", "Mật khẩu yếu"),
    "about pieces taken down": page("<h1>Hàng nghìn bài viết giả mạo đã bị gỡ khỏi mạng</h1><p>Các bài viết đã bị gỡ trong đêm qua, nhiều đường dẫn không còn tồn tại.</p><p>Cơ quan chức năng mời người dân báo tin nếu gặp trang tương tự.</p>", "Xóa bài"),
    "about error 500": page("<h1>Lỗi 500 khiến trang bán vé tê liệt suốt đêm</h1><p>Hàng nghìn người không thể truy cập trang bán vé tàu Tết tối qua, hệ thống chỉ hiện dòng mã lỗi 500.</p><p>Ngành đường sắt xin lỗi hành khách và cho biết đã khắc phục.</p>", "Lỗi 500"),
    "video with its text": page(f"<h1>{T}</h1>{DATE}<video src=a.mp4></video><p>{P[0]}</p><p>{P[1]}</p>", T),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_ARTICLES)
def test_a_page_that_is_no_article_is_refused(name):
    with pytest.raises(NotAnArticleError) as caught:
        clean(Document("page.html", NOT_ARTICLES[name].encode(), "text/html"))
    assert caught.value.reason


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_that_looks_like_one_stays(name):
    assert clean(Document("page.html", ARTICLES[name].encode(), "text/html"))
