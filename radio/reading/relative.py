"""Days told from today ("sáng mai", "hôm nay") and the hours announced for them: true only while they are true."""

import re

from . import notes
from .line import Hit, Line
from .number import cardinal

_DAY = re.compile(
    r"(?:rạng sáng|sáng sớm|sáng|trưa|chiều|tối|đêm|khuya)\s+(?:ngày\s+|hôm\s+)?(?:mai|nay|qua|kia|mốt)(?!\w)"
    r"|(?:hôm|ngày)\s+(?:nay|mai|qua|kia|mốt|kìa)(?!\w)|ngay bây giờ(?!\w)"
    r"|(?:tuần|cuối tuần)\s+(?:này|sau|tới|qua|trước)(?!\w)|(?:ngày|sáng|tối|chiều)\s+hôm\s+(?:sau|trước|qua)(?!\w)"
    r"|(?:24|48|72|12)\s?(?:h|giờ)\s+tới(?!\w)|(?:vài|mấy)\s+(?:giờ|ngày)\s+tới(?!\w)"
    r"|(?:thứ\s(?:hai|ba|tư|năm|sáu|bảy)|chủ nhật)\s+(?:này|tuần này|tuần sau|tới|tuần tới)(?!\w)"
)
_NOT_BEFORE = re.compile(
    r"(?:vì|cho|hướng tới|của|những|đến|từ xưa đến|xưa|trước|từ trước đến|cho đến|cho tới)\s+$"
)
_SLOGAN = re.compile(r"(?:ngày mai|hôm nay|ngày nay)$")
_STARTS = frozenset(
    [
        "rạng",
        "sáng",
        "trưa",
        "chiều",
        "tối",
        "đêm",
        "khuya",
        "hôm",
        "ngày",
        "ngay",
        "tuần",
        "cuối",
        "vài",
        "mấy",
        "thứ",
        "chủ",
    ]
)
STARTS = _STARTS | {"24", "48"}


def relative_day(line: Line, at: int) -> Hit | None:
    """A day told from today; "vì ngày mai lập nghiệp" and "ngày nay" are no days."""
    match = _DAY.match(line.lower, at)
    if match is None or match[0].startswith("ngày nay"):
        return None
    if _SLOGAN.search(match[0]) and re.search(r"(?:vì|tương lai|thế giới|những|xưa và)\s+$", line.before(at)):
        return None
    spoken = re.sub(
        r"\d+", lambda digits: cardinal(int(digits[0]), line.settings), line.text[at : match.end()]
    )
    spoken = re.sub(r"\s?h(?!\w)", " giờ", spoken)
    return Hit(match.end(), spoken, "relative", False, notes.RELATIVE)
