# ruff: noqa: E501 (mark-up is kept as sites write it)
"""The mark-up that newspapers really use, one page for each system, all with the same words.

Each layout puts in its own noise; whatever it is, the same article must come out.
"""

from datetime import datetime, timedelta, timezone

import pytest

from indexer.cleaning import clean
from indexer.models import Article, Document
from tests.cleaning.pages import (
    BODY,
    CAPTION,
    CAPTION_2,
    LEAD,
    PARAGRAPHS,
    RELATED,
    TITLE,
    html,
    links,
    paragraphs,
)

P = PARAGRAPHS
A, B, C = RELATED
PUBLISHED = datetime(2020, 3, 12, 8, 15, tzinfo=timezone(timedelta(hours=7)))
SIDE = (
    f"<div class='sidebar'><h3>Tin mới</h3>{links(A, B, C)}</div>"
    f"<div class='box'><h4>Thời tiết</h4><ul><li>Hà Nội 25°C</li><li>Hà Giang 18°C</li></ul></div>"
)

LAYOUTS = {
    # VCCorp's system: tuoitre, thanhnien, nld, kenh14, cafef, soha, vtv, chinhphu.vn
    "vccorp": f"""
<div class="detail__main"><div class="detail-top"><div class="detail-cate"><a href="/giao-duc.htm" data-role="cate-name">Giáo dục</a></div>
<div class="detail-time"><div data-role="publishdate">12/03/2020 08:15 GMT+7</div></div></div>
<h1 class="detail-title article-title" data-role="title">{TITLE}</h1>
<div class="detail-author"><div class="author-info"><a class="name" href="/tac-gia/x">Minh Khuê</a></div></div>
<h2 class="detail-sapo" data-role="sapo">TTO - {LEAD}</h2>
<div class="detail-cmain"><div class="detail-content afcbc-body" data-role="content" itemprop="articleBody">
<div class="VCSortableInPreviewMode" type="RelatedOneNews"><a href="/b.htm" title="{A}"><img src=x.jpg></a><div class="VCObjectBoxRelatedNewsItemContent"><a href="/b.htm" class="VCObjectBoxRelatedNewsItemTitle">{A}</a><p class="VCObjectBoxRelatedNewsItemSapo">Câu chuyện của một người thầy ở bản xa khiến nhiều người xúc động.</p></div></div>
<figure class="VCSortableInPreviewMode" type="Photo"><div><a href="x.jpg"><img alt="{TITLE} - Ảnh 1." src="x.jpg"></a></div><figcaption class="PhotoCMS_Caption"><p data-placeholder="Nhập chú thích ảnh">{CAPTION}</p></figcaption></figure>
{paragraphs(*P[:3])}
<div class="VCSortableInPreviewMode" type="Photo"><div><img src="y.jpg"></div><div class="PhotoCMS_Caption"><p>{CAPTION_2}</p></div></div>
{paragraphs(*P[3:])}
<div class="VCSortableInPreviewMode link-content-footer" type="link-content-footer"><a href="/c.htm" title="{B}">{B}</a></div>
</div><div class="detail-author-bottom">MINH KHUÊ</div><div class="detail-tab"><a href="#">Trở lại chủ đề</a></div>
<div class="detail-tags"><b>Chủ đề:</b> <a href="/t/thu-vien.htm">thư viện</a> <a href="/t/vung-cao.htm">vùng cao</a></div>
<div class="detail-like"><a href="#">Chia sẻ</a><span>0</span></div><div class="link-source-wrapper"><a class="link-source-name">Theo Báo Miền Cao <span>Copy link</span></a><div><span>Link bài gốc</span><span>Lấy link!</span></div></div></div>
<div class="detail__related"><h3>Tin cùng chuyên mục</h3><div class="box-category-item"><h3><a href="/d.htm">{C}</a></h3><p class="box-category-sapo">Hàng thổ cẩm được bày bán từ sáng sớm ở khắp các ngả.</p></div></div>
<div class="detail__comment"><h4>Bình luận (2)</h4><p>Bài viết hay quá, mong có thêm nhiều thư viện như thế này ở quê tôi, cảm ơn tòa soạn.</p></div></div>""",
    # vnexpress
    "vnexpress": f"""
<div class="sidebar-1"><div class="header-content width_common"><ul class="breadcrumb"><li><a href="/giao-duc">Giáo dục</a></li><li><a href="/giao-duc/tin-tuc">Tin tức</a></li></ul><span class="date">Thứ năm, 12/3/2020, 08:15 (GMT+7)</span></div>
<h1 class="title-detail">{TITLE}</h1><p class="description"><span class="location-stamp">Hà Giang</span>{LEAD}</p>
<ul class="list-news"><li><a href="/a.html">{A}</a></li><li><a href="/b.html">{B}</a></li></ul>
<article class="fck_detail "><p class="Normal">{P[0]}</p>
<figure class="tplCaption" itemprop="associatedMedia image"><div class="fig-picture"><picture><img src=x.jpg></picture></div><figcaption itemprop="description"><p class="Image">{CAPTION}</p></figcaption></figure>
<p class="Normal">{P[1]}</p><p class="Normal">{P[2]}</p>
<table class="tplCaption"><tbody><tr><td><img src=y.jpg></td></tr><tr><td><p class="Image">{CAPTION_2}</p></td></tr></tbody></table>
<div class="box-tinlienquanv2"><article class="item-news"><h4 class="title-news"><a href="/c.html">{C}</a></h4><p class="description"><a href="/c.html">Hàng thổ cẩm được bày bán từ sáng sớm.</a></p></article></div>
<p class="Normal">{P[3]}</p><p class="Normal">{P[4]}</p><p class="Normal" style="text-align:right;"><strong>Minh Khuê</strong></p></article>
<div class="footer-content"><a href="/giao-duc">Trở lại Giáo dục</a><div class="social">Chia sẻ <span>Copy link thành công</span></div></div>
<div id="box_comment"><h3>Ý kiến (12)</h3><input placeholder="Chia sẻ ý kiến"></div></div>""",
    # epi's system: vietnamplus, nhandan, plo, baotintuc
    "epi": f"""
<div class="article"><div class="breadcrumb"><a class="main" href="/giao-duc/">Giáo dục</a></div><h1 class="article__title cms-title">{TITLE}</h1>
<h2 class="article__sapo cms-desc">{LEAD}</h2><div class="article__meta"><div class="article__author">Minh Khuê</div><time class="time" datetime="2020-03-12T08:15:00+0700">12/03/2020 08:15</time></div>
<div class="article-social"><a href="#">Facebook</a><a href="#">Zalo</a><a href="#">In bài</a></div>
<figure class="article__avatar avatar"><img src=z.jpg><figcaption class="avatar__desc">{CAPTION}</figcaption></figure>
<div class="article__body zce-content-body cms-body" itemprop="articleBody"><table class="picture" align="center"><tbody><tr><td class="pic"><img src=x.jpg></td></tr><tr><td class="caption">{CAPTION}</td></tr></tbody></table>
{paragraphs(*P[:2])}<p><em><strong>[<a href="/a.vnp">{A}</a>]</strong></em></p>
<div class="article-relate"><a href="/b.vnp">{B}</a></div>{paragraphs(*P[2:4])}
<div class="ExternalImage"><img src=y.jpg alt="{TITLE} ảnh 1"><div class="img-desc">{TITLE} ảnh 1{CAPTION_2}</div></div>
<p>{P[4].rstrip(".")}./.</p></div><div class="article__source">(TTXVN/Vietnam+)</div><div class="article__tag"><a href="/tag/x">#thư viện</a> <a href="/tag/y">#vùng cao</a></div></div>
<div class="timeline"><h2>Tin cùng chuyên mục</h2><article class="story"><h2 class="story__heading"><a href="/c.vnp">{C}</a></h2><div class="story__summary">Hàng thổ cẩm được bày bán từ sáng sớm ở khắp các ngả đường về chợ.</div></article></div>""",
    # dantri
    "dantri": f"""
<div class="grid-container"><article class="singular-container"><ul class="breadcrumbs"><li><a href="/giao-duc.htm">Giáo dục</a></li></ul><h1 class="title-page detail">{TITLE}</h1>
<div class="author-wrap"><div class="author-name"><a href="/tac-gia/x.htm"><b>Minh Khuê</b></a></div><time class="author-time" datetime="2020-03-12 08:15">Thứ năm, 12/03/2020 - 08:15</time></div>
<h2 class="singular-sapo">(Dân trí) - {LEAD}</h2><div class="singular-content"><p>{P[0]}</p><figure class="image align-center"><img src=x.jpg><figcaption><p>{CAPTION}</p></figcaption></figure>
<p>{P[1]}</p><div class="news-insert"><a href="/a.htm">&gt;&gt; {A}</a></div><p><strong>&gt;&gt;&gt; <a href="/b.htm">{B}</a></strong></p><p>{P[2]}</p><p>{P[3]}</p><p>{P[4]}</p></div>
<ul class="tags-wrap"><li>Từ khóa:</li><li><a href="/x">thư viện</a></li></ul><div class="article-related"><h3>Tin liên quan</h3><article><h3><a href="/c.htm">{C}</a></h3><div class="article-excerpt">Hàng thổ cẩm được bày bán từ sáng sớm ở khắp các ngả đường về chợ.</div></article></div>
<div class="comment-wrap"><h3>Bình luận (0)</h3><p>Ý kiến của bạn sẽ được xét duyệt trước khi đăng. Xin vui lòng gõ tiếng Việt có dấu</p></div></article></div>""",
    # vietnamnet
    "vietnamnet": f"""
<div class="container__left"><div class="bread-crumb-detail"><ul><li><a href="/"><img src=home.svg></a></li><li><a href="/giao-duc">Giáo dục</a></li></ul><div class="bread-crumb-detail__time">Thứ Năm, 12/03/2020 - 08:15</div></div>
<h1 class="content-detail-title">{TITLE}</h1><div class="article-detail-author-wrapper"><div class="article-detail-author"><span class="name"><a href="/tac-gia">Minh Khuê</a></span></div></div>
<h2 class="content-detail-sapo sm-sapo-mb-0">{LEAD}</h2><div class="maincontent main-content" id="maincontent">{paragraphs(*P[:2])}<figure class="image vnn-content-image"><img src=x.jpg><figcaption>{CAPTION}</figcaption></figure>{paragraphs(P[2])}
<article class="ck-cms-wiki-news-full vnn-template-noneditable"><a href="/a.html"><img src=a.jpg></a><div class="summary__content"><a class="summary__content-title" href="/a.html">{A}</a><span class="summary__content-desc">Câu chuyện của một người thầy ở bản xa khiến nhiều người xúc động.</span></div></article>
{paragraphs(*P[3:])}</div><div class="vnn-share-social"><a href="#">Facebook</a><a href="#">Sao chép liên kết</a></div><div id="vnnid-box-vote" class="vote-news-detail"><p>Bình chọn cho bài viết này</p></div>
<div class="comments-vnn"><h3>Bình luận</h3></div><div class="tag-cotnent"><h3>Chủ đề:</h3><ul><li><a href="/t">Thư viện</a></li></ul></div><div class="newStreams"><h3>Tin nổi bật</h3>{links(B, C)}</div></div>""",
    # zing / znews
    "znews": f"""
<article class="the-article"><header class="the-article-header"><p class="the-article-category"><a href="/giao-duc.html" class="parent_cate">Giáo dục</a></p><h1 class="the-article-title">{TITLE}</h1><ul class="the-article-meta"><li class="the-article-author"><a href="/x">Minh Khuê</a></li><li class="the-article-publish">Thứ năm, 12/3/2020 08:15 (GMT+7)</li><li class="the-article-like-counter">0 11</li></ul></header>
<section class="main"><p class="the-article-summary">{LEAD}</p><div class="the-article-body"><p>{P[0]}</p><table class="picture" align="center"><tbody><tr><td class="pic"><img src=x.jpg></td></tr><tr><td class="pCaption caption">{CAPTION}</td></tr></tbody></table><p>{P[1]}</p>
<div class="inner-article"><a href="/a.html"><img src=a.jpg><h2 class="title">{A}</h2><p class="summary">Câu chuyện của một người thầy ở bản xa khiến nhiều người xúc động.</p></a></div><p>{P[2]}</p><p>{P[3]}</p><p>{P[4]}</p></div>
<div class="the-article-credit"><p class="author">Minh Khuê</p></div><p class="the-article-tags"><a href="/t">thư viện</a> <a href="/t2">vùng cao</a></p></section>
<section class="recommendation"><h3 class="section-title">Đọc tiếp</h3><div class="article-list"><article class="article-item"><p class="article-thumbnail"><a href="/b.html"><img src=b.jpg></a><span>00:31</span></p><header><p class="article-title"><a href="/b.html">{B}</a></p><p class="article-meta"><span>33 ngày trước</span> <span>15:48 19/10/2019</span></p><p class="article-summary">Ruộng bậc thang phía tây đang vào mùa nước đổ, thu hút khách gần xa.</p></header></article></div></section></article>""",
    # nothing is named: paragraphs straight in a table cell, as small sites do
    "bare table": f"""
<table width=100%><tr><td width=200><a href="/1">Trang chủ</a><br><a href="/2">Giáo dục</a><br><a href="/3">Văn hóa</a></td><td><h1>{TITLE}</h1><i>12-03-2020 08:15</i>
<p><b>{LEAD}</b></p><p>{P[0]}</p><p align=center><img src=x.jpg><br><em>{CAPTION}</em></p><p>{P[1]}</p><p>{P[2]}</p><p>{P[3]}</p><p>{P[4]}</p><p align=right><b>Minh Khuê</b></p>
<p><b>Các tin khác</b></p>{links(A, B, C)}</td></tr></table>""",
    # text straight in a div, paragraphs parted by two line breaks
    "line breaks": f"""
<div id="content"><h1>{TITLE}</h1><span class="ngaydang">Cập nhật 08:15, Thứ Năm, 12/03/2020 (GMT+7)</span><div class="noidung"><strong>{LEAD}</strong><br><br>{"<br/><br/>".join(P)}<br><br><div style="text-align:right"><b>Minh Khuê</b></div></div>
<div class="cactinkhac"><b>Các tin đã đưa:</b>{links(A, B, C)}</div></div>""",
    # classes generated by a program
    "generated classes": f"""
<div class="css-1x9"><div class="css-a12"><h1 class="css-t77">{TITLE}</h1><div class="css-m3"><span>Minh Khuê</span><time datetime="2020-03-12T08:15:00+07:00">2 giờ trước</time></div><p class="css-p2">{LEAD}</p>
<div class="css-b88">{"".join(f'<p class="css-p1">{p}</p>' for p in P[:3])}<div class="css-r9"><h3 class="css-h3">Có thể bạn quan tâm</h3><div class="css-k1"><a href="/a">{A}</a></div><div class="css-k1"><a href="/b">{B}</a></div></div>{"".join(f'<p class="css-p1">{p}</p>' for p in P[3:])}</div></div>
<div class="css-z0">{links(A, B, C)}</div></div>""",
    # AMP
    "amp": f"""
<amp-sidebar id=s><ul><li><a href=/>Trang chủ</a></ul></amp-sidebar><main><article class="amp-wp-article"><header class="amp-wp-article-header"><h1 class="amp-wp-title">{TITLE}</h1><div class="amp-wp-meta amp-wp-byline">Minh Khuê</div><div class="amp-wp-meta amp-wp-posted-on"><time datetime="2020-03-12T08:15:00+07:00">12/03/2020</time></div></header>
<div class="amp-wp-article-content"><p class="sapo">{LEAD}</p>{paragraphs(*P[:2])}<figure><amp-img src=x.jpg width=1 height=1></amp-img><figcaption>{CAPTION}</figcaption></figure>{paragraphs(*P[2:])}</div><footer class="amp-wp-article-footer"><div>Chuyên mục: Giáo dục</div></footer></article></main>""",
}
MORE_LAYOUTS = {
    "24h": f"""<header id="article_header"><h1 class="clrTit bld tuht_show">{TITLE}</h1></header><div class="cate-24h-foot-arti-deta-cre"><time class="cate-24h-foot-arti-deta-cre-post">Thứ Năm, ngày 12/03/2020 08:15 AM (GMT+7)</time></div><article id="article_body"><h2 id="article_sapo" class="cate-24h-foot-arti-deta-sum ctTp tuht_show">{LEAD}</h2><div class="text-conent"><p>{P[0]}</p><p align="center"><img class="news-image" alt="{TITLE} - 1" src="x.jpg"></p><p class="img_chu_thich_0407">{CAPTION}</p><p>{P[1]}</p><div class="bv-lq"><p><a href="/a">{A}</a></p><p>Câu chuyện của một người thầy ở bản xa.</p></div><p>{P[2]}</p><p>{P[3]}</p><p>{P[4]}</p></div><div class="nguontin nguontinD bld mrT10 mrB10 fr">Theo Minh Khuê (Báo Miền Cao)</div></article><div class="linkOrigin"><a>Link bài gốc</a> <span>Copy Link</span></div><section class="cate-24h-foot-arti-deta-rela"><p>Tin liên quan</p>{links(A, B)}</section>""",
    "laodong": f"""<div class="article-content"><header><div class="ldo-cate"><a href="/giao-duc/">Giáo dục</a></div><h1 class="title">{TITLE}</h1><div class="authors"><span class="m-bottom">Minh Khuê</span> | <span class="time">12/03/2020 08:15 (GMT+7)</span></div><div class="chappeau"><p>{LEAD}</p></div></header><div id="gallery-ctt" class="art-body"><figure class="insert-center-image"><img src=x><figcaption>{CAPTION}</figcaption></figure><p>{P[0]}</p><p>{P[1]}</p><div class="insert-node"><a href=/a>{A}</a></div><p>{P[2]}</p><p>{P[3]}</p><p>{P[4]}</p></div><div class="tags"><a>Thư viện</a></div></div><div class="lst-box"><h3>Tin mới nhất</h3>{links(A, B, C)}</div>""",
    "vov": f"""<div class="article-content"><h1 class="article-title">{TITLE}</h1><div class="article-date">Thứ Năm, 08:15, 12/03/2020</div><div class="article-summary">VOV.VN - {LEAD}</div><div class="article-author"><a>Minh Khuê/VOV-Tây Bắc</a></div><div class="text-long"><p>{P[0]}</p><figure class="caption caption-img"><img><figcaption>{CAPTION}</figcaption></figure><p>{P[1]}</p><p>{P[2]}</p><p>{P[3]}</p><p>{P[4]}./.</p><article class="node node--type-article node--view-mode-token"><div class="media"></div><h3><a href=/a>{A}</a></h3><p>VOV.VN - Câu chuyện của một người thầy ở bản xa.</p></article></div><div class="article-tags">Tag: <a>thư viện</a></div><div class="mobile-bottom"><h3>Tin liên quan</h3>{links(B, C)}</div></div>""",
    "kenh14": f"""<div class="kbw-content"><div class="kbwc-body"><h1 class="kbwc-title">{TITLE}</h1><div class="kbwc-meta"><span class="kbwcm-author">Minh Khuê,</span> <span class="kbwcm-source">Theo Báo Miền Cao</span> <span class="kbwcm-time" title="2020-03-12T08:15:00">08:15 12/03/2020</span></div><div class="klw-body-top"><div class="kbwcs-number"><span>0</span> Chia sẻ</div></div><div class="klw-new-content"><h2 class="knc-sapo">{LEAD}</h2><div class="knc-relate-wrapper relationnews"><ul class="krw-list"><li class="krwli"><a href=/a class="krwli-title">{A}</a></li></ul></div><div class="knc-content detail-content"><p>{P[0]}</p><div class="VCSortableInPreviewMode active" type="Photo"><div><a><img alt="{TITLE} - Ảnh 1."></a></div><div class="PhotoCMS_Caption"><p data-placeholder="[nhập chú thích]">{CAPTION}</p></div></div><p>{P[1]}</p><p>{P[2]}</p><div class="VCSortableInPreviewMode" type="SimpleQuote"><p>{P[3]}</p></div><p>{P[4]}</p></div></div><div class="knc-rate-link"><a class="krl">Xem theo ngày</a></div></div></div>""",
    "nhandan": f"""<div class="main-col"><div class="article"><h1 class="article__title cms-title">{TITLE}</h1><div class="article__sapo cms-desc"><div>NDO - {LEAD}</div></div><div class="article__meta"><time class="time" datetime="2020-03-12T08:15:00+0700">Thứ năm, ngày 12/03/2020 - 08:15</time></div><figure class="article__avatar"><img><figcaption>{CAPTION}</figcaption></figure><div class="article__body cms-body"><p>{P[0]}</p><p>{P[1]}</p><div class="article-relate"><h3>Có thể bạn quan tâm</h3><article class="story"><h2><a href=/a>{A}</a></h2></article></div><p>{P[2]}</p><p>{P[3]}</p><p>{P[4]}</p></div><div class="article__author"><span class="name">MINH KHUÊ</span></div></div></div><section class="zone"><h3>Xem thêm</h3><article class=story><h2><a href=/b>{B}</a></h2><p>Ruộng bậc thang phía tây.</p></article></section>""",
    "baomoi": f"""<div class="article relative"><h1 class="article__header">{TITLE}</h1><div class="article__meta"><a class="source">Báo Miền Cao</a><time datetime="2020-03-12T08:15:00+07:00">4 giờ</time></div><h3 class="article__sapo">{LEAD}</h3><div class="article__body"><p class="body-image"><img></p><p class="body-text media-caption"><em>{CAPTION}</em></p><p class="body-text">{P[0]}</p><p class="body-text">{P[1]}</p><p class="body-text">{P[2]}</p><p class="body-text">{P[3]}</p><p class="body-text">{P[4]}</p><p class="body-text body-author"><strong>Minh Khuê</strong></p></div><div class="bm-source"><a>Nguồn Báo Miền Cao: https://miencao.vn/a.html</a></div></div>""",
    "old asp": f"""<form id="aspnetForm"><table><tr><td id=left><a href=1>Trang chủ</a></td><td><div class="contentDetail"><div class="titleDetail">{TITLE}</div><div class="dateDetail">Cập nhật: 12/03/2020 08:15</div><div class="sapoDetail"><p><strong>{LEAD}</strong></p></div><div class="contentText"><p style="text-align: justify;">{P[0]}</p><p style="text-align: center;"><img></p><p style="text-align: center;"><em>{CAPTION}</em></p><p style="text-align: justify;">{P[1]}</p><p style="text-align: justify;">{P[2]}</p><p style="text-align: justify;">{P[3]}</p><p style="text-align: justify;">{P[4]}</p><p style="text-align: right;"><strong>Minh Khuê</strong></p></div><div class="otherNews"><div class="otherTitle">Các tin khác</div>{links(A, B, C)}</div></div></td></tr></table></form>""",
    "span font": f"""<div class="post"><h1>{TITLE}</h1><div><p><span style="font-size:14px"><strong>{LEAD}</strong></span></p>"""
    + "".join(
        f'<p><span style="font-size:14px"><span style="font-family:arial">{p}</span></span></p>'
        for p in P
    )
    + """<p style="text-align:right"><span><strong>Minh Khuê</strong></span></p></div></div>""",
    "div paras": f"""<div class="wrap"><h1>{TITLE}</h1><div class="x"><div>{LEAD}</div><div><br></div>"""
    + "".join(f"<div>{p}</div><div><br></div>" for p in P)
    + "</div></div>",
    "two h1": f"""<h1 class="logo"><a href="/">Báo Miền Cao</a></h1><div class=c><h1>{TITLE}</h1><p class=lead>{LEAD}</p><div class=body>{paragraphs()}</div></div>""",
    "header in article": f"""<article><header><h1>{TITLE}</h1><p class="standfirst">{LEAD}</p><div class=meta><a rel=author href=/x>Minh Khuê</a> <time datetime="2020-03-12T08:15+07:00">hôm qua</time></div></header><div>{paragraphs(*P[:3])}<aside><h4>Đọc thêm</h4>{links(A)}</aside>{paragraphs(*P[3:])}</div><footer><p>Thẻ: <a>thư viện</a></p></footer></article>""",
}
LAYOUTS |= MORE_LAYOUTS
# Where nothing but its place under the title says that a name is the author's, none is taken.
UNSIGNED = {"generated classes", "24h", "div paras", "two h1"}
UNDATED = {"span font", "div paras", "two h1"}
UNMARKED_LEAD = {"div paras"}


def cleaned(name: str) -> Article:
    page = html(LAYOUTS[name] + SIDE)
    return clean(Document("x.html", page.encode(), "text/html", "https://miencao.vn/tin-1.html"))


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_text_is_whole_and_alone(name):
    article = cleaned(name)
    assert (article.title, article.text) == (TITLE, f"{LEAD}\n{BODY}")


@pytest.mark.parametrize("name", sorted(set(LAYOUTS) - UNMARKED_LEAD))
def test_the_lead_is_a_field_of_its_own(name):
    assert cleaned(name).lead == LEAD


@pytest.mark.parametrize("name", LAYOUTS)
def test_captions_are_kept_once_and_apart(name):
    layout = LAYOUTS[name]
    assert set(cleaned(name).captions) == {c for c in (CAPTION, CAPTION_2) if c in layout}


@pytest.mark.parametrize("name", sorted(set(LAYOUTS) - UNDATED))
def test_the_time_is_right_to_the_minute(name):
    assert cleaned(name).published == PUBLISHED


@pytest.mark.parametrize("name", sorted(set(LAYOUTS) - UNSIGNED))
def test_the_author_is_a_person(name):
    assert [author.title() for author in cleaned(name).author] == ["Minh Khuê"]


def test_columns_that_a_table_sets_beside_the_text_are_no_part_of_it():
    left = "<td width=150><b>CHUYÊN MỤC</b><br><a href=/1>Nông thôn</a></td>"
    right = (
        "<td width=300><div class=b><b>THỜI TIẾT</b><table><tr><td>Hà Giang<td>19°C / 12°C có mưa nhỏ"
        "</table></div><div class=b>Liên kết website</div></td>"
    )
    text = f"<td><b>{TITLE}</b><div>{paragraphs()}</div></td>"
    page = html(f"<table><tr>{left}{text}{right}</tr></table>")
    assert clean(Document("x", page.encode(), "text/html")).body == BODY


def test_cells_of_text_beside_others_of_a_table_stay():
    rows = "".join(f"<tr><td>Buổi {i}<td><p>{p}</p>" for i, p in enumerate(PARAGRAPHS))
    page = html(f"<h1>{TITLE}</h1><div><p>{LEAD}</p><table>{rows}</table></div>")
    text = clean(Document("x", page.encode(), "text/html")).text
    assert all(f"Buổi {i}" in text for i in range(len(PARAGRAPHS)))
