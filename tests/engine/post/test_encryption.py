"""Encryption and login: a server is believed only with a certificate of its name, and hears a password only then."""

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from engine.post import Delivered, deliver
from tests.engine.post.sink import Sink, serving
from tests.engine.post.tray_of import Tray
from tests.world import World

Submitted = Callable[[int], list[str]]
PASSWORD = "đúng mật khẩu"  # noqa: S105 - the sink's
WRONG = "mật khẩu sai 9f3k"  # as above
LOGIN = {"user": "vinhdanh", "password": PASSWORD}


def context(ca: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    """What a server of this name shows."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(name).configure_cert(made)
    return made


def test_starttls_with_a_certificate_of_our_own_authority(
    world: World, ca: trustme.CA, ca_file: Path, submitted: Submitted
) -> None:
    submitted(1)
    with serving(Sink(), tls_context=context(ca), require_starttls=True) as sink:
        delivered = deliver(world.database, sink.settings(security="starttls", ca_file=ca_file))
        assert sink.commands["EHLO"] == 2, "greeted again once encrypted"
    assert delivered == Delivered(sent=6)
    assert len(sink.received) == 6


def test_a_certificate_for_a_name(world: World, ca: trustme.CA, ca_file: Path, submitted: Submitted) -> None:
    submitted(1)
    with serving(Sink(), tls_context=context(ca, "localhost")) as sink:
        settings = sink.settings(security="starttls", ca_file=ca_file, host="localhost")
        assert deliver(world.database, settings) == Delivered(sent=6)


def test_tls_from_the_first_byte(world: World, ca: trustme.CA, ca_file: Path, submitted: Submitted) -> None:
    submitted(1)
    with serving(Sink(), tls=context(ca)) as sink:
        assert deliver(world.database, sink.settings(security="tls", ca_file=ca_file)) == Delivered(sent=6)


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("name", "known", "words"),
    [
        ("127.0.0.1", False, "không đáng tin cậy"),
        ("thu.bacninh.example", True, "không mang tên này: kiểm tra VINHDANH_SMTP_HOST"),
        ("127.0.0.2", True, "không mang tên này: kiểm tra VINHDANH_SMTP_HOST"),
    ],
    ids=["unknown authority", "another name", "another address"],
)
def test_a_server_that_cannot_show_who_it_is_hears_nothing(  # noqa: PLR0913, PLR0917 - two tables and four fixtures
    world: World,
    tray: Tray,
    ca: trustme.CA,
    ca_file: Path,
    submitted: Submitted,
    security: str,
    name: str,
    known: bool,  # noqa: FBT001 - a column of the table above
    words: str,
) -> None:
    submitted(1)
    before = tray.rows()
    how = {"tls": context(ca, name)} if security == "tls" else {"tls_context": context(ca, name)}
    with serving(Sink(), **how, auth_require_tls=False) as sink:
        trusted = {"ca_file": ca_file} if known else {}
        delivered = deliver(world.database, sink.settings(security=security, **LOGIN, **trusted))
    assert delivered.problem is not None
    assert words in delivered.problem
    assert delivered == Delivered(waiting=6, problem=delivered.problem)
    assert sink.logins == []
    assert sink.commands.keys() <= {"EHLO"}
    assert tray.rows() == before


def test_a_server_without_starttls_hears_nothing(world: World, tray: Tray, submitted: Submitted) -> None:
    submitted(1)
    before = tray.rows()
    with serving(Sink(), auth_require_tls=False) as sink:
        delivered = deliver(world.database, sink.settings(security="starttls", **LOGIN))
    assert delivered.problem is not None
    assert "không có STARTTLS: kiểm tra VINHDANH_SMTP_SECURITY" in delivered.problem
    assert sink.logins == []
    assert "MAIL" not in sink.commands
    assert tray.rows() == before


def test_tls_to_a_server_that_speaks_in_the_clear(world: World, submitted: Submitted) -> None:
    submitted(1)
    with serving(Sink()) as sink:
        delivered = deliver(world.database, sink.settings(security="tls"))
    assert delivered.problem is not None
    assert "Không mã hóa được đường truyền" in delivered.problem


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_login(world: World, ca: trustme.CA, ca_file: Path, submitted: Submitted, mechanism: str) -> None:
    submitted(1)
    other = {"PLAIN": "LOGIN", "LOGIN": "PLAIN"}[mechanism]
    with serving(Sink(), tls_context=context(ca), auth_required=True, auth_exclude_mechanism=[other]) as sink:
        settings = sink.settings(security="starttls", ca_file=ca_file, **LOGIN)
        assert deliver(world.database, settings) == Delivered(sent=6)
    assert sink.logins == [("vinhdanh", PASSWORD)]


def test_a_wrong_password_costs_no_attempt_and_is_told_to_nobody(
    world: World, tray: Tray, ca: trustme.CA, ca_file: Path, submitted: Submitted
) -> None:
    submitted(1)
    before = tray.rows()
    with serving(Sink(), tls_context=context(ca), auth_required=True) as sink:
        wrong = {"user": "vinhdanh", "password": WRONG}
        delivered = deliver(world.database, sink.settings(security="starttls", ca_file=ca_file, **wrong))
        assert delivered.problem is not None
        assert "không chấp nhận tài khoản đăng nhập (mã 535)" in delivered.problem
        assert "VINHDANH_SMTP_PASSWORD" in delivered.problem
        assert WRONG not in delivered.problem
        assert delivered == Delivered(waiting=6, problem=delivered.problem)
        assert tray.rows() == before
        right = sink.settings(security="starttls", ca_file=ca_file, **LOGIN)
        assert deliver(world.database, right) == Delivered(sent=6)
    assert ("vinhdanh", WRONG) in sink.logins


def test_a_server_that_knows_no_login(world: World, tray: Tray, submitted: Submitted) -> None:
    submitted(1)
    before = tray.rows()
    with serving(Sink(), auth_exclude_mechanism=["LOGIN", "PLAIN"]) as sink:
        delivered = deliver(world.database, sink.settings(**LOGIN))
    assert delivered.problem is not None
    assert "không nhận đăng nhập bằng mật khẩu" in delivered.problem
    assert tray.rows() == before


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # aiosmtpd's, rightly
def test_a_server_that_wants_a_login_we_have_not(world: World, tray: Tray, submitted: Submitted) -> None:
    submitted(1)
    before = tray.rows()
    with serving(Sink(), auth_required=True, auth_require_tls=False) as sink:
        delivered = deliver(world.database, sink.settings())
    assert delivered.problem is not None
    assert "530" in delivered.problem
    assert "tài khoản gửi thư" in delivered.problem
    assert tray.rows() == before
