"""Every command and the module that holds it: one table, read at each start, so it imports nothing heavy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Command:
    """Where a command is, and the sentence people read of it."""

    module: str
    help: str


@dataclass(frozen=True, slots=True)
class Group:
    """Commands under one word."""

    help: str
    commands: Mapping[str, Command]


Entries: TypeAlias = Mapping[str, Command | Group]

NOMINATION = {
    "import": Command("cli.workbook", "Nhập hồ sơ từ tệp Excel của đơn vị; báo từng dòng sai."),
    "blank": Command("cli.workbook", "Ghi tệp Excel mẫu để đơn vị điền."),
    "list": Command("cli.listing", "Danh sách hồ sơ của đợt khen thưởng."),
    "show": Command("cli.nomination", "Xem một hồ sơ: nội dung, giấy tờ, yêu cầu, quá trình xử lý."),
    "step": Command("cli.steps", "Thực hiện một bước với một hồ sơ."),
    "plan": Command("cli.steps", "Thực hiện một bước với nhiều hồ sơ: tất cả hoặc không hồ sơ nào."),
    "set": Command("cli.nomination", "Đơn vị sửa bản nháp hoặc hồ sơ được trả lại của mình."),
    "score": Command("cli.reviewing", "Chấm điểm xét: một điểm chung, hoặc từng tiêu chí (khóa=điểm)."),
    "recuse": Command("cli.reviewing", "Người xét xin không tham gia xét một hồ sơ, nêu lý do."),
    "judge": Command("cli.nomination", "Cơ quan xét chọn kết luận một tiêu chí chưa rõ."),
    "correct": Command("cli.nomination", "Chỉnh sửa lỗi văn bản, ghi lại giá trị cũ và lý do."),
    "attach": Command("cli.attachments", "Đính kèm một tệp giấy tờ (PDF, Word, JPEG, PNG) vào hồ sơ."),
    "bundle": Command("cli.attachments", "Xuất một hồ sơ thành tệp ZIP: nội dung, rà soát, nhật ký, thư, giấy tờ."),
}
DECISION = {
    "open": Command("cli.decision", "Lập danh sách quyết định."),
    "enlist": Command("cli.decision", "Đưa mọi hồ sơ thẩm định đạt vào danh sách."),
    "freeze": Command("cli.decision", "Rà soát lại và chốt danh sách kèm mã băm nội dung."),
    "unfreeze": Command("cli.decision", "Mở lại danh sách đã chốt, thành phiên bản kế tiếp."),
    "cancel": Command("cli.decision", "Hủy danh sách; các hồ sơ trở lại trạng thái thẩm định đạt."),
    "sign": Command("cli.decision", "Ghi nhận số, ngày, người ký; tặng Bằng khen cho mọi hồ sơ trong danh sách."),
    "correct": Command("cli.decision", "Ghi nhận văn bản đính chính quyết định đã ký."),
    "revoke": Command("cli.decision", "Ghi nhận quyết định thu hồi đối với một hồ sơ."),
    "export": Command("cli.decision", "Xuất danh sách của quyết định."),
}
COMMANDS: Entries = {
    "demo": Command("cli.demonstration", "Chạy thử cả đợt khen thưởng với dữ liệu mẫu, trong cơ sở dữ liệu riêng."),
    "init": Command("cli.database", "Dựng hoặc nâng cấp cơ sở dữ liệu."),
    "campaign": Group(
        "Đợt khen thưởng.",
        {
            "load": Command("cli.campaign", "Nạp đợt khen thưởng từ tệp YAML."),
            "show": Command("cli.campaign", "Chỉ tiêu, số chỗ đã dùng và số hồ sơ theo trạng thái."),
            "release": Command("cli.campaign", "Thông báo sớm kết quả của một số hồ sơ cho đơn vị."),
            "close": Command("cli.campaign", "Kết thúc các hồ sơ còn lại sau khi quyết định được ký."),
            "lapse": Command("cli.campaign", "Cho hết hạn các bản nháp và hồ sơ trả lại đã quá thời hạn."),
        },
    ),
    "unit": Group("Đơn vị.", {"import": Command("cli.unit", "Nhập danh mục đơn vị từ tệp CSV.")}),
    "account": Group(
        "Tài khoản.",
        {
            "import": Command("cli.account", "Nhập tài khoản và vai trò từ tệp CSV."),
            "token": Command("cli.account", "Cấp mã truy cập API JSON cho một tài khoản, hoặc thu hồi."),
            "invite": Command("cli.access", "Gửi thư mời đặt mật khẩu lần đầu."),
            "password": Command("cli.access", "Đặt mật khẩu của một tài khoản, nhập từ bàn phím hoặc đầu vào chuẩn."),
            "sessions": Command("cli.access", "Các phiên đăng nhập của một tài khoản, hoặc kết thúc tất cả."),
        },
    ),
    "delegation": Group(
        "Ủy quyền.", {"add": Command("cli.delegation", "Ủy quyền cho người khác làm thay có thời hạn.")}
    ),
    "nomination": Group("Hồ sơ đề nghị.", NOMINATION),
    "finding": Group(
        "Nội dung yêu cầu bổ sung, giải trình.",
        {
            "list": Command("cli.finding", "Các yêu cầu của một hồ sơ và trả lời."),
            "answer": Command("cli.finding", "Trả lời một yêu cầu."),
        },
    ),
    "verification": Group(
        "Lấy ý kiến cơ quan khác.",
        {
            "ask": Command("cli.verification", "Lấy ý kiến một cơ quan về tập thể, cá nhân."),
            "reply": Command("cli.verification", "Ghi nhận ý kiến trả lời."),
        },
    ),
    "screen": Command("cli.screening", "Rà soát mọi hồ sơ theo các tiêu chí, có viện dẫn."),
    "explain": Command("cli.screening", "Giải thích một hồ sơ: vì sao, và cần gì để đủ điều kiện."),
    "ranking": Group(
        "Xếp thứ tự.",
        {
            "show": Command("cli.ranking", "Thứ tự của một loại đối tượng, lý do và vạch chỉ tiêu."),
            "settle": Command("cli.ranking", "Lãnh đạo cơ quan xét chọn phân định hai hồ sơ ngang nhau."),
        },
    ),
    "submission": Group(
        "Tờ trình.",
        {
            "forward": Command("cli.submission", "Trình thẩm định mọi hồ sơ được lựa chọn theo một tờ trình."),
            "export": Command("cli.submission", "Xuất danh sách kèm theo một tờ trình."),
        },
    ),
    "decision": Group("Quyết định khen thưởng.", DECISION),
    "letters": Group(
        "Thư thông báo.",
        {
            "list": Command("cli.letters", "Danh sách thư và tình trạng gửi."),
            "deliver": Command("cli.letters", "Gửi các thư đến hạn qua máy chủ thư đã cấu hình."),
            "retry": Command("cli.letters", "Đưa các thư không gửi được vào hàng chờ gửi lại."),
        },
    ),
    "audit": Group(
        "Nhật ký.",
        {
            "verify": Command("cli.audit", "Kiểm tra các chuỗi nhật ký, trong cơ sở dữ liệu hoặc trong một tệp xuất."),
            "checkpoint": Command("cli.audit", "Ghi một điểm kiểm tra trên mọi chuỗi nhật ký."),
            "export": Command("cli.audit", "Xuất nhật ký ra tệp để kiểm tra độc lập."),
        },
    ),
    "invariants": Command("cli.invariants", "Kiểm tra mọi ràng buộc của dữ liệu."),
    "serve": Command("cli.serve", "Chạy cổng làm việc và API JSON trên máy này."),
    "worker": Command("cli.worker", "Chạy các việc theo lịch: gửi thư, nhắc hạn, cho hết hạn, rà soát, kiểm tra."),
    "database": Group(
        "Cơ sở dữ liệu.",
        {
            "url": Command("cli.database", "Địa chỉ kết nối cho psql và công cụ sao lưu."),
            "stop": Command("cli.database", "Dừng máy chủ PostgreSQL đi kèm."),
        },
    ),
}
