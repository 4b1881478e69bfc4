"""Settings: what is missing or wrong is named, what is secret is shown nowhere."""

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from engine.post import MailSettings, Security, mail_settings
from engine.post.settings import PREFIX
from rules.errors import MalformedError

SECRET = "bí-mật-7Q2x"  # noqa: S105 - it must not show
NEEDED = {"HOST": "thu.bacninh.example", "SENDER": "thidua@bacninh.example"}
LOGIN = {"USER": "vinhdanh", "PASSWORD": SECRET}


def given(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, value in (NEEDED | variables).items():
        monkeypatch.setenv(f"{PREFIX}{name}", value)


def test_two_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch)
    settings = mail_settings()
    assert settings == MailSettings(
        host="thu.bacninh.example",
        sender="thidua@bacninh.example",
        security=Security.STARTTLS,
        port=587,
        user=None,
        password=None,
        rate=60,
        timeout=30,
        ca_file=None,
    )
    assert settings.trust().check_hostname
    assert settings.trust().verify_mode.name == "CERT_REQUIRED"


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_usual_port_goes_with_the_encryption(monkeypatch: pytest.MonkeyPatch, security: str, port: int) -> None:
    given(monkeypatch, SECURITY=security)
    assert mail_settings().port == port
    given(monkeypatch, SECURITY=security, PORT="2525")
    assert mail_settings().port == 2525


def test_everything_given(monkeypatch: pytest.MonkeyPatch, ca_file: Path) -> None:
    given(monkeypatch, SECURITY="tls", RATE="0", TIMEOUT="2.5", CA_FILE=str(ca_file), **LOGIN)
    settings = mail_settings()
    assert settings.password is not None
    assert settings.password.get_secret_value() == SECRET
    assert (settings.user, settings.rate, settings.timeout) == ("vinhdanh", 0, 2.5)
    assert settings.trust().cert_store_stats()["x509_ca"] == 1, "one's own authority and no other"
    assert SECRET not in repr(settings) + str(settings) + settings.model_dump_json()


def test_a_password_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "mật khẩu"
    file.write_text(f" {SECRET} \n", encoding="utf-8")
    given(monkeypatch, USER="vinhdanh", PASSWORD_FILE=str(file))
    password = mail_settings().password
    assert password is not None
    assert password.get_secret_value() == f" {SECRET} "


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"HOST": ""}, "thiếu VINHDANH_SMTP_HOST"),
        ({"HOST": "  "}, "thiếu VINHDANH_SMTP_HOST"),
        ({"SENDER": ""}, "thiếu VINHDANH_SMTP_SENDER"),
        ({"HOST": "thu bacninh"}, "VINHDANH_SMTP_HOST"),
        ({"HOST": "smtp://thu.bacninh.example"}, "VINHDANH_SMTP_HOST"),
        ({"HOST": "thư.bacninh.example"}, "VINHDANH_SMTP_HOST"),
        ({"PORT": "0"}, "VINHDANH_SMTP_PORT"),
        ({"PORT": "65536"}, "VINHDANH_SMTP_PORT"),
        ({"PORT": "smtp"}, "VINHDANH_SMTP_PORT"),
        ({"SECURITY": "ssl"}, "VINHDANH_SMTP_SECURITY: cần một trong: starttls, tls, none"),
        ({"SENDER": "thidua"}, "VINHDANH_SMTP_SENDER"),
        ({"SENDER": "Thi đua <thidua>"}, "VINHDANH_SMTP_SENDER"),
        ({"SENDER": "Thi đua <a@b.vn>, <c@d.vn>"}, "VINHDANH_SMTP_SENDER"),
        ({"SENDER": "thiđua@bacninh.example"}, "VINHDANH_SMTP_SENDER"),
        ({"SENDER": "Thi đua a@b.vn"}, "VINHDANH_SMTP_SENDER"),
        ({"SENDER": f"{'Đ' * 61} <a@b.vn>"}, "VINHDANH_SMTP_SENDER"),
        ({"RATE": "-1"}, "VINHDANH_SMTP_RATE"),
        ({"RATE": "nhanh"}, "VINHDANH_SMTP_RATE"),
        ({"TIMEOUT": "0"}, "VINHDANH_SMTP_TIMEOUT"),
        ({"TIMEOUT": "nan"}, "VINHDANH_SMTP_TIMEOUT"),
        ({"TIMEOUT": "inf"}, "VINHDANH_SMTP_TIMEOUT"),
        ({"CA_FILE": "/không/có.pem"}, "VINHDANH_SMTP_CA_FILE"),
        ({"CA_FILE": __file__}, "VINHDANH_SMTP_CA_FILE"),
        ({"USER": "vinhdanh"}, "VINHDANH_SMTP_USER"),
        ({"PASSWORD": SECRET}, "VINHDANH_SMTP_USER"),
        ({**LOGIN, "SECURITY": "none"}, "VINHDANH_SMTP_SECURITY"),
        ({**LOGIN, "SECURITY": "none", "HOST": "10.0.0.7"}, "VINHDANH_SMTP_SECURITY"),
        ({**LOGIN, "PORT": "x"}, "VINHDANH_SMTP_PORT"),
        ({**LOGIN, "PASSWORD_FILE": "/không/có"}, "VINHDANH_SMTP_PASSWORD_FILE"),
        ({"USER": "vinhdanh", "PASSWORD_FILE": "/không/có"}, "VINHDANH_SMTP_PASSWORD_FILE"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_typed_is_repeated(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], named: str
) -> None:
    given(monkeypatch, **variables)
    with pytest.raises(MalformedError) as caught:
        mail_settings()
    message = caught.value.message
    assert named in message
    assert message.endswith(".")
    assert SECRET not in message
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_in_the_clear_a_password_goes_to_this_machine_only(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    given(monkeypatch, HOST=host, SECURITY="none", **LOGIN)
    assert mail_settings().host == host


@pytest.mark.parametrize(
    ("sender", "shown", "address"),
    [
        ("thidua@bacninh.example", "thidua@bacninh.example", "thidua@bacninh.example"),
        ("<thidua@bacninh.example>", "thidua@bacninh.example", "thidua@bacninh.example"),
        ("Thi dua <a@b.vn>", '"Thi dua" <a@b.vn>', "a@b.vn"),
        ('"Sở Nội vụ, tỉnh Bắc Ninh" <a@b.vn>', "Sở Nội vụ, tỉnh Bắc Ninh <a@b.vn>", "a@b.vn"),
        ('So \\ "Noi" vu <a@b.vn>', '"So \\\\ \\"Noi\\" vu" <a@b.vn>', "a@b.vn"),
        ("Hội đồng Thi đua - Khen thưởng tỉnh Bắc Ninh <thi.dua.khen.thuong@bacninh.example>",) * 2
        + ("thi.dua.khen.thuong@bacninh.example",),
        ("a@b.vn\r\nBcc: x@y.vn <c@d.vn>", '"a@b.vn Bcc: x@y.vn" <c@d.vn>', "c@d.vn"),
    ],
)
def test_the_sender_s_header_is_seven_bits_and_short(sender: str, shown: str, address: str) -> None:
    settings = MailSettings(host="localhost", sender=sender)
    header = settings.from_header
    assert settings.address == address
    assert header.isascii()
    assert header.endswith(b"\r\n")
    assert max(len(line) for line in header.split(b"\r\n")) <= 78
    read = message_from_bytes(header + b"\r\n", policy=policy.compat32)
    assert read.keys() == ["From"]
    # Not by policy.default: Python 3.11 puts a space between the encoded words of a name.
    assert str(make_header(decode_header(read["From"]))) == shown
