"""Invariants of the records: versions, evidence, duties, keys and letters agree with each other."""

from collections.abc import Iterable, Sequence

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from engine.audit import verify
from engine.invariants.registry import invariant, rows
from engine.keys import keys_of
from models.chain import Problem
from models.letters import LetterStatus
from rules.vocabulary import Kind

KEYS = ("name", "row_key", "cccd", "namesake", "search", "name_key")  # columns that repeat the answers
# What nomination_is_sound says of a flaw, for people.
FLAWS = {
    "holds no slot": "không giữ chỗ nào",
    "still holds a slot": "vẫn còn giữ chỗ",
    "holds a slot of another category": "giữ chỗ của loại khác",
    "has no finding": "không có yêu cầu bổ sung hay giải trình nào",
    "was submitted by nobody": "không có người ký nộp",
    "was endorsed by nobody": "không có người xác nhận đủ điều kiện",
    "was selected by nobody": "không có người lựa chọn",
    "was approved by nobody": "không có người thẩm định",
    "was enlisted by nobody": "không có người lập danh sách",
    "was awarded by nobody": "không có người ghi nhận quyết định",
    "is on no open or frozen decision": "không thuộc quyết định nào đang lập hoặc đã chốt",
    "has no signed decision": "không có quyết định đã ký",
    "has no revoking decision": "không có quyết định thu hồi",
}


@invariant("Nhật ký nguyên vẹn và diễn lại đúng dữ liệu đang lưu")
def trail_replays(session: Session) -> Iterable[Problem]:
    """Everything `audit verify` checks."""
    return verify(session).problems


@invariant("Phiên bản của hồ sơ là số của mục nhật ký mới nhất")
def version_is_newest_entry(session: Session) -> Iterable[Problem]:
    """Against the chain's head."""
    return rows(
        session,
        "SELECT 'nomination:' || n.id, format('phiên bản %s, mục mới nhất %s', n.version, coalesce(h.seq, 0))"
        " FROM nomination n LEFT JOIN chain h ON h.subject = 'nomination:' || n.id"
        " WHERE n.version IS DISTINCT FROM h.seq",
    )


@invariant("Mỗi trạng thái có đủ căn cứ ở các bảng khác")
def states_have_evidence(session: Session) -> Iterable[Problem]:
    """The database's own function on every dossier; where it was dropped, the invariant on guards says so."""
    if session.scalar(text("SELECT to_regprocedure('nomination_is_sound(text)')")) is None:
        return []
    return unsound(session, list(session.scalars(text("SELECT id FROM nomination ORDER BY id"))))


def unsound(session: Session, ids: Sequence[str]) -> list[Problem]:
    """The flaw of each of these dossiers: all at once, then by halves where there is one."""
    try:
        with session.begin_nested():
            query = text("SELECT nomination_is_sound(id) FROM unnest(CAST(:ids AS text[])) AS id")
            session.execute(query, {"ids": list(ids)})
    except IntegrityError as error:
        if len(ids) > 1:
            middle = len(ids) // 2
            return unsound(session, ids[:middle]) + unsound(session, ids[middle:])
        said = str(error.orig).splitlines()[0]
        flaw = next((words for flaw, words in FLAWS.items() if said.endswith(flaw)), said)
        return [Problem(f"nomination:{ids[0]}", 0, flaw)]
    return []


@invariant("Trên một hồ sơ mỗi người chỉ giữ một khâu")
def one_duty_each(session: Session) -> Iterable[Problem]:
    """Separation of duties."""
    return rows(
        session,
        "SELECT 'nomination:' || nomination_id, format('tài khoản %s giữ: %s', account_id,"
        " string_agg(kind, ', ' ORDER BY kind)) FROM duty GROUP BY nomination_id, account_id HAVING count(*) > 1",
    )


@invariant("Tên và khóa tra cứu của hồ sơ khớp nội dung hồ sơ")
def keys_match_fields(session: Session) -> Iterable[Problem]:
    """Name, row key, CCCD, namesake, what is searched and what names are sorted by."""
    query = text(
        "SELECT n.id, k.kind, n.unit_code, n.fields, n.name, n.row_key, n.cccd, n.namesake, n.search, n.name_key"
        " FROM nomination n JOIN category k ON k.campaign_id = n.campaign_id AND k.key = n.category"
    )
    for row in session.execute(query, execution_options={"yield_per": 1000}).mappings():
        keys = keys_of(Kind(row["kind"]), row["unit_code"], row["fields"]) if row["fields"].get("name") else {}
        differing = [name for name in KEYS if keys.get(name) != row[name]]
        if row["fields"].get("unit") != row["unit_code"]:
            differing.append("unit")
        if differing:
            yield Problem(f"nomination:{row['id']}", 0, f"khác nội dung: {', '.join(differing)}")


@invariant("Dòng của hồ sơ trong hàng chờ khớp hồ sơ")
def queue_follows(session: Session) -> Iterable[Problem]:
    """The offices' queue against what the database's own function makes of each dossier; see `guards_in_place`."""
    if session.scalar(text("SELECT to_regprocedure('queue_line_of(text)')")) is None:
        return []
    return rows(
        session,
        "SELECT 'nomination:' || coalesce(n.id, q.nomination_id),"
        " CASE WHEN q.nomination_id IS NULL THEN 'không có dòng' ELSE 'dòng khác hồ sơ' END"
        " FROM nomination n CROSS JOIN LATERAL queue_line_of(n.id) l"
        " FULL JOIN queue_line q ON q.nomination_id = n.id WHERE l IS DISTINCT FROM q ORDER BY 1",
    )


@invariant("Điểm của mỗi người chấm là tổng điểm các tiêu chí")
def points_are_sums(session: Session) -> Iterable[Problem]:
    """Where somebody scored by criterion."""
    return rows(
        session,
        "SELECT 'nomination:' || s.nomination_id, format('tài khoản %s: %s điểm, tổng các tiêu chí %s', s.account_id,"
        " s.points, sum(p.points)) FROM score s JOIN score_part p USING (nomination_id, account_id)"
        " GROUP BY s.nomination_id, s.account_id, s.points HAVING s.points <> sum(p.points) ORDER BY 1",
    )


@invariant("Thư không trùng, đúng trạng thái, đúng hồ sơ")
def letters_are_orderly(session: Session) -> Iterable[Problem]:
    """Unique by entry, recipient and kind; a known status; one that failed says why; of its own dossier."""
    yield from rows(
        session,
        "SELECT subject, format('%s thư “%s” gửi “%s” của mục %s', count(*), kind, recipient, seq) FROM letter"
        " GROUP BY subject, seq, kind, recipient HAVING count(*) > 1",
    )
    yield from rows(
        session,
        "SELECT subject, format('thư %s của mục %s: “%s”', id, seq, status) FROM letter WHERE status <> ALL(:known)"
        " OR (status = 'failed' AND error IS NULL) OR subject <> 'nomination:' || nomination_id"
        " OR (nomination_id IS NULL AND subject LIKE 'nomination:%')",
        known=[status.value for status in LetterStatus],
    )


@invariant("Kết quả đã thông báo hoặc đã quyết định thì không còn thư bị giữ lại")
def no_letter_held_too_long(session: Session) -> Iterable[Problem]:
    """Held letters are released with the outcome."""
    return rows(
        session,
        "SELECT l.subject, format('thư %s của mục %s vẫn bị giữ', l.id, l.seq) FROM letter l"
        " JOIN nomination n ON n.id = l.nomination_id JOIN campaign c ON c.id = n.campaign_id"
        " WHERE l.status = 'held' AND (n.released OR c.decided)",
    )


@invariant("Giấy tờ đính kèm có tệp nguyên vẹn, thuộc phiên bản có thật của hồ sơ")
def attachments_have_their_files(session: Session) -> Iterable[Problem]:
    """Each has a file, whose content its name is the hash of."""
    yield from rows(
        session,
        "WITH broken AS (SELECT sha256 FROM file"
        "  WHERE sha256 <> encode(sha256(content), 'hex') OR size <> octet_length(content))"
        " SELECT 'nomination:' || a.nomination_id, format('tệp của giấy tờ %s thiếu hoặc khác mã băm', a.id)"
        " FROM attachment a WHERE a.sha256 IN (SELECT sha256 FROM broken)"
        " OR NOT EXISTS (SELECT 1 FROM file f WHERE f.sha256 = a.sha256)",
    )
    yield from rows(
        session,
        "SELECT 'nomination:' || n.id, format('giấy tờ %s thuộc phiên bản %s', a.id, a.version) FROM attachment a"
        " JOIN nomination n ON n.id = a.nomination_id WHERE greatest(a.version, a.removed_version) > n.version",
    )
