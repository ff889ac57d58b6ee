"""Fractions, ratios, counts out of a total, scores and the slash in house numbers."""

import re

from . import notes
from .line import Hit, Line
from .number import cardinal, say, whole

_SLASH = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d{1,6})\s?/\s?(\d{1,3}(?:\.\d{3})+|\d{1,6})(?![\d])")
_RATIO = re.compile(
    r"(\d{1,4}(?:,\d{1,2})?)\s?:\s?(\d{1,3}(?:[. ]\d{3})+|\d{1,6})(?:\s?:\s?(\d{1,6}))?(?!\d)"
)
_SCORE = re.compile(r"(\d{1,3})\s?[-–:]\s?(\d{1,3})(?![\d]|[.,/]\d|%)")
_SCORE_WORD = re.compile(
    r"(?:tỷ số|tỉ số|thắng|thua|hòa|hoà|dẫn|gỡ|san bằng|kết quả|chung cuộc|hiệp|luân lưu|đánh bại|cầm hòa|ván|séc|set)"
    r"[^.;\d]{0,40}$"
)
_RATIO_WORD = re.compile(r"(?:tỷ lệ|tỉ lệ|tỷ số|tỉ số|bản đồ|pha|theo|nồng độ|trộn)[^.;\d]{0,16}$")
_ADDRESS_WORD = re.compile(
    r"(?:ngõ|ngách|hẻm|kiệt|số nhà|nhà số|nhà|số|đường|phố|thửa|lô|địa chỉ|kiốt|ki ốt|quầy|căn|tòa|thửa đất|tờ)\s*(?:số\s*)?:?\s*$"
)
_OUT_OF = re.compile(r"(?:có|với|đạt|được|gồm|trên|tổng|kết quả|còn|chiếm|cả)\s*$")
_PARTS = re.compile(
    r"\s*(?:số|tổng|diện tích|dân số|đại biểu|thành viên|ý kiến|quãng|chiều|chặng|lượng|thời gian|khối lượng|"
    r"sản lượng|giá trị|chặng|đoạn|phần|người dân|cử tri|hội viên|cổ đông|số hộ|số dân)(?!\w)"
)
_COUNTED = re.compile(
    r"\s*(?:xã|xóm|thôn|bản|tổ|khu|huyện|tỉnh|tiêu chí|chỉ tiêu|đơn vị|trường|chi bộ|phiếu|nhiệm vụ|nội dung|phường|"
    r"thị trấn|cơ sở|điểm|mục tiêu|dự án|công trình|lớp|chi hội|chi đoàn|đồng chí|hồ sơ|thủ tục|hộ|em|cháu|học sinh|ca|"
    r"trẻ|bệnh nhân|trường hợp|con|chỗ|ấp|làng|đội|môn|bài|đoàn|câu|sản phẩm|mô hình|ủy viên|thành phố)(?!\w)"
)


def slashed(line: Line, at: int) -> Hit | None:
    """ "2/3 đại biểu", "15/21 xã", "ngõ 12/5", "120/80": decided by the words around."""
    if at > 0 and line.text[at - 1] == "/":
        return None
    match = _SLASH.match(line.text, at)
    if match is None:
        return None
    third = re.compile(r"\s?/\s?\d{1,5}(?!\d)").match(line.text, match.end())
    before = line.before(at)
    if _ADDRESS_WORD.search(before):
        return _house(line, match, third)
    if third:
        return None
    upper, lower = (int(part.replace(".", "")) for part in match.groups())
    words = [
        say(part, line.settings) if "." in part else whole(part.lstrip("0") or "0", line.settings)
        for part in match.groups()
    ]
    lower_word = "tư" if lower == 4 else words[1]
    part, count = f"{words[0]} phần {lower_word}", f"{words[0]} trên {words[1]}"
    after = line.after(match.end(), 24)
    if lower == 0 or upper >= lower or re.search(r"huyết áp[^.;]{0,12}$", before):
        return Hit(match.end(), count, "fraction")
    if _PARTS.match(after):
        return Hit(match.end(), part if lower <= 10 else count, "fraction")
    if _COUNTED.match(after):
        doubtful = lower <= 4 and upper < lower
        note = notes.FRACTION_OR_COUNT if doubtful else ""
        return Hit(match.end(), count, "fraction", not doubtful, note, (part,) if doubtful else ())
    if upper == 1 or lower <= 5 or lower == 10:
        return Hit(match.end(), part, "fraction")
    return Hit(match.end(), count, "fraction")


def _house(line: Line, match: re.Match[str], third: re.Match[str] | None) -> Hit:
    """A house number: its slashes as the house voices them."""
    sign = line.settings.slash or "trên"
    end = third.end() if third else match.end()
    parts = re.findall(r"\d+", match[0] + (third[0] if third else ""))
    words = f" {sign} ".join(whole(part.lstrip("0") or "0", line.settings) for part in parts)
    return Hit(end, words, "fraction")


def ratio(line: Line, at: int) -> Hit | None:
    """ "tỷ lệ 1:500": one to five hundred."""
    match = _RATIO.match(line.text, at)
    if match is None or not _RATIO_WORD.search(line.before(at)):
        return None
    words = f"{say(match[1], line.settings)} trên {say(match[2], line.settings)}"
    if match[3]:
        words += f" trên {say(match[3], line.settings)}"
    return Hit(match.end(), words, "fraction")


def score(line: Line, at: int) -> Hit | None:
    """ "thắng 2-1", "tỷ số 3 - 0": two numbers, nothing between them."""
    match = _SCORE.match(line.text, at)
    if match is None or not (_SCORE_WORD.search(line.before(at)) or _follows_score(line, at)):
        return None
    if _RATIO_WORD.search(line.before(at)) and ":" in match[0] and "số" not in line.before(at, 12):
        return None
    first, second = (cardinal(int(part), line.settings) for part in match.groups())
    if re.match(
        r"\s?(?:tuổi|triệu|nghìn|tỷ|đồng|ngày|tháng|năm|người|giờ|phút|%|trận|bàn)\b", line.after(match.end())
    ):
        return None
    return Hit(match.end(), f"{first} {second}", "fraction")


def _follows_score(line: Line, at: int) -> bool:
    return (
        line.last_kind == "fraction"
        and at - line.last_end <= 3
        and "-" in line.text[max(0, line.last_end - 6) : line.last_end]
    )
