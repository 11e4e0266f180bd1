"""A site's own selectors, where the general rules do not do."""

import pytest

from indexer.cleaning import clean
from indexer.errors import RuleError
from indexer.models import Document
from indexer.rules import Selector, load_site_profiles
from tests.cleaning.pages import BODY, LEAD, TITLE, html, paragraphs

PAGE = html(
    f"<h1>{TITLE}</h1><div class=x1>{LEAD}</div><div class=x2>{paragraphs()}"
    f"<div class=x3><p>Bài viết này nằm trong loạt bài do một hội từ thiện tài trợ in ấn, gửi "
    f"đến các trường học trong tỉnh, kính mong bạn đọc xa gần tiếp tục ủng hộ.</p></div></div>"
)


@pytest.fixture
def profile(tmp_path):
    file = tmp_path / "sites.toml"
    file.write_text('["miencao.vn"]\nremove = ["div.x3"]\nlead = [".x1"]\nbody = ["div.x2"]\n')
    (only,) = load_site_profiles(file)
    return only


def test_a_profile_takes_out_what_its_selectors_name(profile):
    document = Document("x", PAGE.encode(), "text/html", "https://miencao.vn/a.html")
    assert "từ thiện" in clean(document).body
    article = clean(document, site=profile)
    assert (article.lead, article.body) == (LEAD, BODY)


def test_a_profile_covers_subdomains(profile):
    assert profile.covers("m.miencao.vn") and profile.covers("miencao.vn")
    assert not profile.covers("xmiencao.vn")


@pytest.mark.parametrize(
    "content",
    ["[", '["a.vn"]\nbody = "p"', '["a.vn"]\nbod = ["p"]', '["a.vn"]\nbody = ["a > b"]', "a = 1"],
)
def test_a_wrong_file_is_named(tmp_path, content):
    file = tmp_path / "sites.toml"
    file.write_text(content)
    with pytest.raises(RuleError, match="sites"):
        load_site_profiles(file)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(RuleError, match="none"):
        load_site_profiles(tmp_path / "none.toml")


def test_selectors():
    wanted = Selector("div", ("a", "b"), (("id", "c"), ("x", "y"), ("z", None)))
    assert Selector.parse("div.a.b#c[x=y][z]") == wanted
