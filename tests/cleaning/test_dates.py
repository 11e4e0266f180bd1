"""Times as newspapers write them, and those that say something else."""

import json

import pytest

from indexer.cleaning.datelines import line_time
from indexer.cleaning.dates import parse_time
from indexer.cleaning.items import read_item

FORMS = [
    ("8 giờ 15 phút, ngày 12/3/2020", "2020-03-12T08:15:00+07:00"),
    ("12 thg 3, 2020, 08:15", "2020-03-12T08:15:00+07:00"),
    ("Thứ Năm, ngày 12 tháng 3 năm 2020, 15 giờ 20 phút", "2020-03-12T15:20:00+07:00"),
    ("Cập nhật lúc 15h30 ngày 12/3/2020", "2020-03-12T15:30:00+07:00"),
    ("5h45 chiều 12/3/2020", "2020-03-12T17:45:00+07:00"),
    ("12/03/2020 5:45 CH", "2020-03-12T17:45:00+07:00"),
    ("17:45 | 12/03/2020", "2020-03-12T17:45:00+07:00"),
    ("08:15, thứ Năm, 12/03/2020", "2020-03-12T08:15:00+07:00"),
    ("08:15 - 12/3/2020", "2020-03-12T08:15:00+07:00"),
    ("Tháng Ba 12, 2020", "2020-03-12T00:00:00+07:00"),
    ("12 Tháng Mười Hai, 2020", "2020-12-12T00:00:00+07:00"),
    ("Thứ năm, ngày 12 tháng ba năm 2020 10:41", "2020-03-12T10:41:00+07:00"),
    ("12 tháng năm năm 2020", "2020-05-12T00:00:00+07:00"),
    ("12/03/2020 10g41", "2020-03-12T10:41:00+07:00"),
    ("12-03-2020 - 00:35 AM", "2020-03-12T00:35:00+07:00"),
    ("12 March 2020, 09:15 GMT", "2020-03-12T09:15:00+00:00"),
    ("Mar. 12, 2020, 5:30 p.m. EST", "2020-03-12T17:30:00-05:00"),
    ("12. März 2020 um 23:03 Uhr", "2020-03-12T23:03:00+07:00"),
    ("Thu, 12 Mar 2020 10:00:00 +0100", "2020-03-12T10:00:00+01:00"),
    ("12 марта 2020, 13:43", "2020-03-12T13:43:00+07:00"),
    ("2020年3月12日 10:21", "2020-03-12T10:21:00+07:00"),
    ("03/25/2020", "2020-03-25T00:00:00+07:00"),
    ("1583975700", "2020-03-12T08:15:00+07:00"),
    ("2020-03-12 08:15:00 UTC+7", "2020-03-12T08:15:00+07:00"),
    ("2020-03-12 - 15 bình luận", "2020-03-12T00:00:00+07:00"),
    ("2020-2025", None),
    ("0912 345 2010", None),
    ("31/2/2020", None),
]


@pytest.mark.parametrize(("text", "wanted"), FORMS)
def test_a_time_is_read_in_the_form_it_was_written(text, wanted):
    moment = parse_time(text)
    assert (moment and moment.isoformat()) == wanted


LINES = [
    ("03-10-2020 17:40", True),
    ("Thứ hai, 3/10/2020, 17:40 (GMT+7)", True),
    ("Trang chủ / Thời sự / 03-10-2020 17:40", True),
    ("Lê Na - 03/10/2020", True),
    ("Ngày 3/10/2020, cây cầu mới nối hai bờ sông được thông xe sau ba năm thi công.", False),
    ("Giấy phép số 123/GP-BTTTT ngày 3/10/2020", False),
    ("© Copyright 2020, cập nhật 3/10/2020", False),
    ("Quyết định số 12, ngày 3/10/2020", False),
]


@pytest.mark.parametrize(("line", "is_date"), LINES)
def test_a_date_line_of_a_dump_says_when_and_nothing_else(line, is_date):
    assert (line_time(["Chợ quê mở lại sau mùa lũ", line]) is not None) is is_date


@pytest.mark.parametrize("number", [1601255700, 1601255700.0, 1601255700000, "1601255700"])
def test_seconds_and_milliseconds_are_shown_in_vietnams_zone(number):
    item = read_item(json.dumps({"text": "Chợ họp.", "published": number}), "x.jsonl#1")
    assert item.published and item.published.isoformat() == "2020-09-28T08:15:00+07:00"
