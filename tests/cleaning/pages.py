"""Pages and dumps in the layouts that newspapers use; every word of them was written for this."""

TITLE = "Khai trương thư viện cộng đồng ở vùng cao Hoàng Su Phì"
LEAD = (
    "Sáng 12/3, thư viện cộng đồng đầu tiên của xã Bản Luốc mở cửa với hơn ba nghìn đầu sách, "
    "phục vụ học sinh và người dân trong vùng."
)
PARAGRAPHS = (
    "Công trình do nhóm giáo viên trẻ vận động trong hai năm, gồm một phòng đọc, một kho sách và "
    "sân chơi nhỏ trước hiên nhà.",
    "Cô giáo Lò Thị Mây, người khởi xướng, cho biết ý tưởng đến từ những buổi chiều học trò "
    "chuyền tay nhau một cuốn truyện đã rách bìa.",
    "“Các em đọc hết sách giáo khoa rồi hỏi tôi còn gì để đọc nữa không, câu hỏi ấy theo tôi suốt "
    "mấy đêm liền”, cô nói.",
    "Theo kế hoạch, thư viện mở cửa các ngày trong tuần, riêng thứ bảy có giờ kể chuyện bằng "
    "tiếng Nùng và tiếng Dao cho trẻ nhỏ.",
    "Chính quyền xã cam kết dành một khoản kinh phí hằng năm để bổ sung đầu sách và sửa chữa mái "
    "nhà trước mùa mưa.",
)
CAPTION = "Học sinh chọn sách trong ngày khai trương thư viện. (Ảnh: Hà Văn Nam/TTXVN)"
CAPTION_2 = "Giờ kể chuyện đầu tiên của thư viện. (Ảnh: Hà Văn Nam/TTXVN)"
RELATED = (
    "Người thầy giáo ba mươi năm mang chữ lên bản xa",
    "Mùa nước đổ trên ruộng bậc thang phía tây",
    "Chợ phiên cuối năm nhộn nhịp hàng thổ cẩm",
)
BODY = "\n".join(PARAGRAPHS)


def html(body: str, *, head: str = "", title: str = TITLE) -> str:
    """A whole page around `body`."""
    return (
        f"<!DOCTYPE html><html lang=vi><head><meta charset=utf-8><title>{title} | Báo Miền Cao"
        f"</title>{head}</head><body><header><nav><ul><li><a href=/>Trang chủ</a><li>"
        "<a href=/xa-hoi>Xã hội</a><li><a href=/giao-duc>Giáo dục</a></ul></nav></header>"
        f"{body}<footer><p>Giấy phép số 12/GP-BTTTT. Tổng biên tập: Vàng A Sử</p></footer>"
        "</body></html>"
    )


def paragraphs(*texts: str, tag: str = "p") -> str:
    """Each text in its own element."""
    return "".join(f"<{tag}>{text}</{tag}>" for text in texts or PARAGRAPHS)


def links(*texts: str) -> str:
    """A list of links to other articles."""
    items = "".join(f'<li><a href="/bai-{i}.html">{t}</a></li>' for i, t in enumerate(texts))
    return f"<ul>{items}</ul>"
