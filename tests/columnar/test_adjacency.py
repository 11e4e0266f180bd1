"""Short queries: what belongs together comes first where it stands together."""

import pytest

from indexer.index import Index, open_index
from indexer.models import Article

NOISE = (
    "Buổi sáng ở khu phố vẫn như mọi ngày.",
    "Người dân cho biết không có gì thay đổi.",
    "Chợ đầu mối mở cửa từ lúc trời chưa sáng.",
    "Xe khách về bến đúng giờ dù trời mưa.",
)
# Short texts that have every syllable of a query, and some twice, but about something else; and
# long ones that have the name or the words themselves, once.
SCATTERED = {
    "thanh-xuan": "Bà Đào Hồng Xuân, nhà ở quận Thanh Khê, bị bắt. Đào Hồng Xuân quê Thanh Hóa.",
    "bien-so": "Người Quảng Đông, Trung Quốc mua biển số xe. Biển số đẹp được ưa ở Quảng Đông.",
    "toan": "Đạt điểm cao theo chuẩn quốc tế, cậu bé vào đại học. Điểm toán của cậu vượt chuẩn.",
    "co-the": "Bộ phận bẩn nhất là bàn tay, theo một phẩm bình y học. Thực tế tay bẩn vì bụi.",
}
TOGETHER = {
    "vu-an": "Trong số đó có vụ Đào Xuân Thanh, cử tri đã hỏi nhiều lần.",
    "bien-dong": "Chuyên gia nói về biển Đông và lập trường của Trung Quốc.",
    "tuyen-sinh": "Nhiều trường đại học chưa công bố điểm chuẩn của năm nay.",
    "bep-an": "Phụ huynh lo ngại thực phẩm bẩn lọt vào bếp ăn của trường.",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    index = open_index(tmp_path_factory.mktemp("adjacency") / "index", create=True)
    long = " ".join(NOISE * 4)
    index.add(Article(id=id, title="Chuyện lạ", body=body) for id, body in SCATTERED.items())
    index.add(
        Article(id=id, title=f"Chuyện bên lề số {i}", body=f"{long} {said} {long}")
        for i, (id, said) in enumerate(TOGETHER.items())
    )
    # Other articles, so that the words are neither rare nor always together.
    index.add(
        Article(id=f"other-{i}", title=f"Ghi nhanh kỳ {i}", body=f"{NOISE[i % 4]} {text}")
        for i, text in enumerate(
            [
                "Thanh niên trồng cây mùa xuân.",
                "Mùa xuân ở miền Trung.",
                "Đào tạo nghề ở nông thôn.",
                "Tàu cá ra biển Đông từ sớm.",
                "Quốc lộ qua miền Trung thông xe.",
                "Điểm trường ở bản xa.",
                "Đại lý bán vé, học sinh giảm nửa giá.",
                "Thực hiện đúng tiến độ, phẩm chất tốt.",
            ]
            * 5
        )
    )
    return index


@pytest.mark.parametrize(
    ("query", "first", "later"),
    [
        ("Đào Xuân Thanh", "vu-an", "thanh-xuan"),
        ("biển Đông Trung Quốc", "bien-dong", "bien-so"),
        ("điểm chuẩn đại học", "tuyen-sinh", "toan"),
        ("thực phẩm bẩn", "bep-an", "co-the"),
    ],
)
def test_words_side_by_side_come_before_words_scattered_about(
    index: Index, query: str, first: str, later: str
):
    found = [hit.article.id for hit in index.search(query).hits]
    assert found.index(first) < found.index(later)


def test_a_score_is_explained_by_the_whole_or_by_what_is_scattered(index: Index):
    kinds = {
        id: {reason.kind for reason in index.explain("thực phẩm bẩn", id).reasons}
        for id in ("bep-an", "co-the")
    }
    assert "whole" in kinds["bep-an"] and "scattered" not in kinds["bep-an"]
    assert "scattered" in kinds["co-the"] and "whole" not in kinds["co-the"]
    for id in kinds:
        explained = index.explain("thực phẩm bẩn", id)
        assert sum(r.score for r in explained.reasons) == pytest.approx(explained.total, abs=0.1)
