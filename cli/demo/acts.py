"""The acts of the demonstration, in order."""

from collections.abc import Callable

from cli.demo.deciding import appraise, decide, replace_refused
from cli.demo.intake import accept, prepare, screen_drafts, submit, take_in
from cli.demo.reviewing import answer, endorse, review_all, select
from cli.demo.story import Story

Act = Callable[[Story], None]
ACTS: tuple[tuple[str, Act], ...] = (
    ("Lập danh mục đơn vị, tài khoản và đợt khen thưởng (diễn tập)", prepare),
    ("27/11/2025: nhập danh sách các đơn vị gửi", take_in),
    ("27/11/2025: đối chiếu từng hồ sơ với tiêu chuẩn", screen_drafts),
    ("28/11/2025: thủ trưởng các đơn vị nộp hồ sơ", submit),
    ("01/12/2025: hết hạn nhận, Sở Dân tộc và Tôn giáo tiếp nhận", accept),
    ("02/12/2025: kết luận, trả lại bổ sung, không đề nghị", review_all),
    ("05/12/2025: các đơn vị bổ sung và nộp lại", answer),
    ("08/12/2025: chấm điểm, xác nhận đủ điều kiện", endorse),
    ("10/12/2025: lựa chọn theo thứ tự, trình Sở Nội vụ", select),
    ("12–15/12/2025: Sở Nội vụ thẩm định", appraise),
    ("16/12/2025: thay thế từ danh sách dự bị", replace_refused),
    ("18–22/12/2025: chốt danh sách, ký quyết định, kết thúc", decide),
)
