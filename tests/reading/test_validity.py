"""The last moment at which a text is true."""

from datetime import date

import pytest

from radio.reading import true_until

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("Mất điện từ 7h30 đến 11h30 ngày 26/11.", "2026-11-26 11:30"),
        ("Thời gian: từ 7h30 đến 11h30, thứ Năm, ngày 26/11.", "2026-11-26 11:30"),
        ("Lúc 7h30 ngày 26/11, xã tổ chức tiêm chủng.", "2026-11-26 07:30"),
        ("Tiêm ngày 25-26/11, từ 7h đến 16h.", "2026-11-26 16:00"),
        ("Đăng ký trước 17 giờ ngày 30 tháng 11 năm 2026.", "2026-11-30 17:00"),
        ("Họp ngày 5/1, lúc 8h.", "2027-01-05 08:00"),
        ("Tuyển sinh từ ngày 1/12 đến ngày 15/12. Thi ngày 20/12.", "2026-12-20 23:59"),
    ],
)
def test_an_announced_hour_ends_the_notice(text: str, until: str) -> None:
    """Of several dates the last one counts, with the last hour told for it; a year is found where none is written."""
    expiry = true_until(text, MONDAY)
    assert expiry is not None and expiry.at.isoformat(" ", "minutes") == until
    assert text[expiry.start : expiry.end].strip() == expiry.written


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("Mời bà con họp lúc 19h30 tối nay.", "2026-11-23 19:30"),
        ("7h30 sáng mai, xóm ra quân vệ sinh.", "2026-11-23 23:59"),
        ("Sáng nay, xã đã tổ chức hội nghị.", "2026-11-23 23:59"),
        ("Hôm qua, đội bóng xã thắng 3-1.", "2026-11-23 23:59"),
        ("Thứ Sáu tuần này, lúc 8h, trạm y tế tiêm chủng.", "2026-11-27 08:00"),
        ("Tuần sau có đợt rét.", "2026-11-29 23:59"),
        ("Trong 24 giờ tới, mưa to.", "2026-11-23 23:59"),
        ("Ngày mai, họp xóm. Hạn nộp là ngày 30/11.", "2026-11-23 23:59"),
    ],
)
def test_a_relative_day_is_true_only_while_it_means_the_same_day(text: str, until: str) -> None:
    """After midnight "ngày mai" would be another day, whatever else the notice announces."""
    expiry = true_until(text, MONDAY)
    assert expiry is not None and expiry.at.isoformat(" ", "minutes") == until


@pytest.mark.parametrize(
    "text",
    [
        "Xóm sạch, ngõ đẹp.",
        "Nghị định có hiệu lực từ ngày 01/01/2027.",
        "Thực hiện Kế hoạch số 215/KH-UBND ngày 12/10/2021.",
        "Hồi 4 giờ ngày 24/11, vị trí tâm bão ở 20 độ Vĩ Bắc.",
        "Ngày 30/12 vừa qua, xã đã trao 20 suất quà.",
        "Đến nay, 3/4 số hộ đã nộp.",
        "Ngày 31/2 là ngày không có.",
    ],
)
def test_what_cannot_be_told_stays_open(text: str) -> None:
    """The past, documents, beginnings without an end and fractions set no end."""
    assert true_until(text, MONDAY) is None
