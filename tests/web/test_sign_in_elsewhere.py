"""OpenID Connect over HTTP, against a real provider: who it vouches for gets in, and nothing that is wrong opens."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import TextClause, text

from engine import clock
from rules.errors import MalformedError
from tests.web import provider as providers
from tests.web.browser import Page
from tests.web.client import Portal
from tests.web.conftest import At, browsers
from tests.web.provider import CLIENT, SECRET, Claims, Provider, by, by_shared_secret, new_key, providing, unsigned
from tests.world import CODE, World
from web.oidc import settings
from web.oidc.provider import KEPT
from web.pages.single_sign_on import BEGUN, DIRECTORY

Tell = Callable[[Claims], None]
INVALID = "Lời xác nhận của nơi đăng nhập chung không hợp lệ. Hãy đăng nhập lại."
NOT_BEGUN = "Lần đăng nhập này không bắt đầu từ trình duyệt này, hoặc đã quá lâu. Hãy đăng nhập lại."
NOT_CONFIRMED = "Nơi đăng nhập chung không xác nhận lần đăng nhập này."
STRANGE_KEY = new_key("một")


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    """The provider of these tests."""
    with providing() as provider:
        yield provider


@pytest.fixture
def world(shared_world: World) -> World:
    """One world for all, in which nobody is signed in and nobody known elsewhere."""
    for table in ("web_session", "oidc_identity"):
        shared_world.change(f"DELETE FROM {table}", owner=True)  # noqa: S608 - two names
    return shared_world


@pytest.fixture
def at(world: World, portal: Portal) -> Iterator[At]:
    """Somebody's browser there."""
    yield from browsers(portal, world)


@pytest.fixture
def provider(running: Provider, address: str, world: World, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """The provider as it is by the standard, with the reviewer signed in there, and us as its client."""
    fresh = Provider(running.issuer, running.key)
    fresh.person = {"sub": "7", "email": "Reviewer@bacninh.example", "email_verified": True}
    running.__dict__.update(fresh.__dict__)
    monkeypatch.setenv("VINHDANH_PUBLIC_URL", address)
    monkeypatch.setenv("VINHDANH_OIDC_ISSUER", running.issuer)
    monkeypatch.setenv("VINHDANH_OIDC_CLIENT_ID", CLIENT)
    monkeypatch.setenv("VINHDANH_OIDC_CLIENT_SECRET", SECRET)
    DIRECTORY.known.clear()
    return running


def there(at: At, onward: str = "/") -> tuple[httpx.Client, str]:
    """A browser that was sent to the provider, and the address it was sent to."""
    browser = at(None)
    browser.portal.app.state.database = browser.world.database
    answer = browser.client.get("/dang-nhap/chung", params={"tiep": onward})
    assert answer.status_code == 303, answer.text
    return browser.client, answer.headers["location"]


def back(client: httpx.Client, address: str) -> Page:
    """From the provider back to the portal, and on to where that leads."""
    sent = httpx.get(address, trust_env=False)
    assert sent.status_code == 302, sent.text
    return Page(client.get(sent.headers["location"], follow_redirects=True))


def signed_in(world: World) -> list[tuple[str, str]]:
    """Who is signed in, and how."""
    rows = world.query(
        "SELECT a.name, s.method FROM web_session s JOIN account a ON a.id = s.account_id WHERE s.ended_at IS NULL"
    )
    return [(row.name, row.method) for row in rows]


def test_somebody_the_provider_knows_gets_in_and_on_to_where_they_wanted_to_go(
    at: At, world: World, provider: Provider
) -> None:
    page = at(None).get("/dang-nhap")
    assert "Đăng nhập bằng tài khoản của cơ quan" in page.text
    page = back(*there(at, f"/dot/{CODE}?trang=2"))
    assert (page.status, page.answer.url.path, page.answer.url.query) == (200, f"/dot/{CODE}", b"trang=2")
    assert "reviewer" in page.text
    assert signed_in(world) == [("reviewer", "oidc")]
    identity = world.query("SELECT issuer, subject FROM oidc_identity")
    assert [(row.issuer, row.subject) for row in identity] == [(provider.issuer, "7")]
    (account,) = world.query("SELECT id FROM account WHERE name = 'reviewer'")
    tags = [entry["tag"] for entry in world.entries(f"account:{account.id}")]
    assert tags[-2:] == ["account:identity:linked", "account:session:begun"]


def test_what_is_asked_for_is_bound_to_the_browser_and_to_one_answer(at: At, provider: Provider) -> None:
    client, address = there(at)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked.keys() == {
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
        "code_challenge_method",
    }  # fmt: skip
    assert asked["code_challenge_method"] == "S256"
    assert urlsplit(asked["redirect_uri"]).path == "/dang-nhap/chung/ve"
    (cookie,) = [one for one in client.cookies.jar if one.name == BEGUN]
    kept = json.loads(base64.urlsafe_b64decode(str(cookie.value).strip('"')))
    assert (kept["state"], kept["nonce"]) == (asked["state"], asked["nonce"])
    assert kept["verifier"] not in address
    assert cookie.has_nonstandard_attr("HttpOnly")
    _, again = there(at)
    fresh = parse_qs(urlsplit(again).query)
    assert all(fresh[name][0] != asked[name] for name in ("state", "nonce", "code_challenge"))


def test_ever_after_the_subject_counts_and_not_the_address(at: At, world: World, provider: Provider) -> None:
    back(*there(at))
    provider.person = {"sub": "7", "email": "admin@bacninh.example", "email_verified": True}
    back(*there(at))
    assert {name for name, _ in signed_in(world)} == {"reviewer"}
    provider.person = {"sub": "8", "email": "reviewer@bacninh.example", "email_verified": True}
    page = back(*there(at))
    assert page.status == 401
    assert "gắn với người khác" in page.alerts[0]


def test_a_provider_that_says_the_address_apart_is_asked_for_it(at: At, world: World, provider: Provider) -> None:
    provider.person = {"sub": "7"}
    provider.info = {"sub": "7", "email": "reviewer@bacninh.example", "email_verified": True}
    assert back(*there(at)).status == 200
    assert "userinfo" in provider.asked
    assert signed_in(world) == [("reviewer", "oidc")]


def test_a_public_client_is_held_by_its_challenge_alone(
    at: At, world: World, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VINHDANH_OIDC_CLIENT_SECRET")
    provider.public = True
    back(*there(at))
    assert signed_in(world) == [("reviewer", "oidc")]


def test_a_secret_from_a_file_sent_in_the_body_where_the_provider_wants_that(
    at: At, world: World, provider: Provider, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n", encoding="utf-8")
    monkeypatch.delenv("VINHDANH_OIDC_CLIENT_SECRET")
    monkeypatch.setenv("VINHDANH_OIDC_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    back(*there(at))
    assert signed_in(world) == [("reviewer", "oidc")]


def test_new_keys_of_the_provider_are_fetched_when_they_are_met(at: At, world: World, provider: Provider) -> None:
    back(*there(at))
    provider.key = new_key("hai")
    back(*there(at))
    assert signed_in(world) == [("reviewer", "oidc")], "the one before ended as the new one began"
    assert provider.asked.count("keys") == 2


def test_the_provider_s_description_is_kept_for_an_hour(at: At, provider: Provider) -> None:
    for _ in range(3):
        back(*there(at))
    assert provider.asked.count("description") == 1
    (known,) = DIRECTORY.known.values()
    object.__setattr__(known, "fetched", clock.now() - KEPT - timedelta(seconds=1))
    there(at)
    assert provider.asked.count("description") == 2


def after(seconds: int, *names: str) -> Tell:
    """Times moved by so many seconds."""
    return lambda claims: claims.update({name: claims[name] + seconds for name in names})


LIES: dict[str, Tell] = {
    "another nonce": lambda claims: claims.update(nonce="khác"),
    "no nonce": lambda claims: claims.pop("nonce"),
    "another audience": lambda claims: claims.update(aud="ai khác"),
    "another audience with us as its party": lambda claims: claims.update(aud="ai khác", azp=CLIENT),
    "no audience": lambda claims: claims.pop("aud"),
    "several audiences without a party": lambda claims: claims.update(aud=[CLIENT, "ai khác"]),
    "another authorized party": lambda claims: claims.update(aud=[CLIENT, "ai khác"], azp="ai khác"),
    "another issuer": lambda claims: claims.update(iss="https://ke.gian.example"),
    "expired": after(-600, "exp", "iat"),
    "no expiry": lambda claims: claims.pop("exp"),
    "not yet issued": after(600, "iat", "exp"),
    "not yet good": lambda claims: claims.update(nbf=claims["iat"] + 600),
    "no subject": lambda claims: claims.pop("sub"),
    "an empty subject": lambda claims: claims.update(sub=""),
    "a subject that is a number": lambda claims: claims.update(sub=7),
    "another access token": lambda claims: claims.update(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_for_this_sign_in_opens_nothing(at: At, world: World, provider: Provider, lie: str) -> None:
    provider.change = LIES[lie]
    page = back(*there(at))
    assert (page.status, page.alerts) == (401, [INVALID])
    assert signed_in(world) == []
    assert world.query("SELECT FROM oidc_identity") == []


def test_a_clock_may_be_off_by_less_than_a_minute(at: At, world: World, provider: Provider) -> None:
    provider.change = after(-340, "exp", "iat")
    back(*there(at))
    assert signed_in(world) == [("reviewer", "oidc")]


FORGERIES: dict[str, Callable[[Provider, Claims], str]] = {
    "a key of somebody else under the known name": lambda _, claims: by(STRANGE_KEY, claims),
    "a key of somebody else under its own name": lambda _, claims: by(STRANGE_KEY, claims, "khác"),
    "no signature": unsigned,
    "the public key as a shared secret": by_shared_secret,
    "a changed body": lambda provider, claims: tampered(by(provider.key, {**claims, "sub": "8"}), claims),
    "no token": lambda _, __: "",
    "nonsense": lambda _, __: "a.b.c",
}


def tampered(token: str, claims: Claims) -> str:
    """A signed token with other claims put in."""
    head, _, signature = token.split(".")
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{signature}"


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_token_the_provider_did_not_sign_opens_nothing(
    at: At, world: World, provider: Provider, forgery: str
) -> None:
    provider.sign = FORGERIES[forgery]
    page = back(*there(at))
    assert (page.status, page.alerts) == (401, [INVALID])
    assert signed_in(world) == []


@pytest.mark.parametrize(
    "person",
    [
        {"sub": "7", "email": "reviewer@bacninh.example", "email_verified": False},
        {"sub": "7", "email": "reviewer@bacninh.example", "email_verified": "true"},
        {"sub": "7", "email": "reviewer@bacninh.example"},
        {"sub": "7", "email": ["reviewer@bacninh.example"], "email_verified": True},
        {"sub": "7", "email": "khong.co.ai@bacninh.example", "email_verified": True},
        {"sub": "7"},
    ],
)
def test_an_address_that_is_not_verified_or_nobody_s_opens_nothing(
    at: At, world: World, provider: Provider, person: Claims
) -> None:
    provider.person = person
    provider.info = {"sub": "7"}
    page = back(*there(at))
    assert page.status == 401
    assert len(page.alerts) == 1
    assert signed_in(world) == []


def test_userinfo_of_somebody_else_opens_nothing(at: At, world: World, provider: Provider) -> None:
    provider.person = {"sub": "7"}
    provider.info = {"sub": "8", "email": "reviewer@bacninh.example", "email_verified": True}
    assert back(*there(at)).alerts == [INVALID]
    assert signed_in(world) == []


def test_an_answer_this_browser_did_not_ask_for_opens_nothing(at: At, world: World, provider: Provider) -> None:
    _, address = there(at)
    sent = httpx.get(address, trust_env=False).headers["location"]
    with httpx.Client(base_url=at(None).client.base_url, trust_env=False) as victim:
        page = Page(victim.get(sent))
        assert (page.status, page.alerts) == (401, [NOT_BEGUN])
        victim.get("/dang-nhap/chung")
        assert Page(victim.get(sent)).alerts == [NOT_BEGUN], "nor one that another answer was asked for"
    assert signed_in(world) == []


@pytest.mark.parametrize("state", ["", "khác", None])
def test_a_wrong_state_opens_nothing_and_ends_the_try(
    at: At, world: World, provider: Provider, state: str | None
) -> None:
    client, address = there(at)
    sent = urlsplit(httpx.get(address, trust_env=False).headers["location"])
    query = {name: values[0] for name, values in parse_qs(sent.query).items()}
    wrong = {**query, "state": state} if state is not None else {k: v for k, v in query.items() if k != "state"}
    assert Page(client.get(sent.path, params=wrong)).alerts == [NOT_BEGUN]
    assert Page(client.get(sent.path, params=query)).alerts == [NOT_BEGUN]
    assert signed_in(world) == []


def test_an_answer_is_taken_once(at: At, world: World, provider: Provider) -> None:
    client, address = there(at)
    kept = dict(client.cookies)
    sent = httpx.get(address, trust_env=False).headers["location"]
    assert client.get(sent).status_code == 303
    client.cookies.update(kept)
    assert Page(client.get(sent)).alerts == [NOT_CONFIRMED]


def test_an_answer_of_another_provider_is_not_this_one_s(at: At, world: World, provider: Provider) -> None:
    client, address = there(at)
    sent = httpx.get(address, trust_env=False).headers["location"]
    page = Page(client.get(sent.replace("iss=http", "iss=https")))
    assert (page.status, signed_in(world)) == (401, [])


def test_who_declines_at_the_provider_is_told(at: At, provider: Provider) -> None:
    provider.refuses = "access_denied"
    page = back(*there(at))
    assert (page.status, page.alerts) == (401, ["Nơi đăng nhập chung không cho đăng nhập."])


def test_another_verifier_gets_nothing_for_the_code(at: At, world: World, provider: Provider) -> None:
    client, address = there(at)
    for granted in provider.codes.values():
        granted.challenge = "khác"
    sent = httpx.get(address, trust_env=False).headers["location"]
    for granted in provider.codes.values():
        granted.challenge = "khác"
    assert Page(client.get(sent)).alerts == [NOT_CONFIRMED]
    assert signed_in(world) == []


def test_a_wrong_secret_gets_nothing(at: At, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VINHDANH_OIDC_CLIENT_SECRET", "khác")
    assert back(*there(at)).alerts == [NOT_CONFIRMED]


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://khac.example"},
        {"token_endpoint": "http://khac.example/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_a_provider_that_is_another_or_insecure_is_not_gone_to(at: At, provider: Provider, metadata: Claims) -> None:
    provider.metadata = metadata
    page = at(None).get("/dang-nhap/chung", follow=False)
    assert (page.status, page.alerts) == (401, ["Nơi đăng nhập chung tự giới thiệu không đúng với cấu hình."])


def test_a_provider_that_is_away_is_told_and_the_password_still_opens(
    at: At, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VINHDANH_OIDC_ISSUER", "http://127.0.0.1:1")
    page = at(None).get("/dang-nhap/chung", follow=False)
    assert (page.status, page.alerts) == (401, ["Nơi đăng nhập chung không trả lời. Hãy thử lại sau."])
    assert page.form("/dang-nhap") is not None


def test_signing_in_there_gives_a_new_cookie_and_ends_the_session_before(
    at: At, world: World, provider: Provider
) -> None:
    reviewer = at("reviewer")
    assert reviewer.get("/tai-khoan").status == 200
    before = reviewer.client.cookies["phien"]
    answer = reviewer.client.get("/dang-nhap/chung")
    sent = httpx.get(answer.headers["location"], trust_env=False).headers["location"]
    reviewer.client.get(sent)
    assert reviewer.client.cookies["phien"] != before
    assert signed_in(world) == [("reviewer", "oidc")]


def test_onward_leads_only_to_pages_of_ours(at: At, provider: Provider) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        page = back(*there(at, elsewhere))
        assert page.answer.url.host == "127.0.0.1"
        assert page.answer.url.path == f"/dot/{CODE}"


def test_a_form_that_was_being_sent_is_kept_while_one_signs_in_elsewhere(
    at: At, world: World, provider: Provider
) -> None:
    identity = world.draft()
    head = at("head-07282")
    provider.person = {"sub": "1", "email": "head.07282@bacninh.example", "email_verified": True}
    page = head.get(f"/ho-so/{identity}")
    world.change("UPDATE web_session SET ended_at = now()")
    page = head.send(page, "/buoc", {"reason": "Đơn vị xin rút vì nhập nhầm."}, action="withdraw")
    assert page.status == 401
    (link,) = page.all("//a[starts-with(@href, '/dang-nhap/chung')]")
    assert (link.get("href"), link.get("target")) == ("/dang-nhap/chung", "_blank")
    answer = head.client.get(link.get("href"))
    head.client.get(httpx.get(answer.headers["location"], trust_env=False).headers["location"])
    page = head.send(page, "/buoc")
    assert page.status == 409
    assert "Đơn vị xin rút vì nhập nhầm." in page.text
    assert world.state(identity) == "draft"
    with world.database.transaction() as session:
        session.execute(playing_the_day(world))
    assert head.send(page, "/buoc").status == 200
    assert world.state(identity) == "withdrawn"


def playing_the_day(world: World) -> TextClause:
    """Let the newest session play the world's day."""
    return text("UPDATE web_session SET rehearsal_day = :day WHERE ended_at IS NULL").bindparams(day=world.today)


def test_without_a_provider_there_is_no_such_page(at: At, portal: Portal) -> None:
    nobody = at(None)
    assert "tài khoản của cơ quan" not in nobody.get("/dang-nhap").text
    for path in ("/dang-nhap/chung", "/dang-nhap/chung/ve?code=a&state=b"):
        assert nobody.get(path).status == 404


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"ISSUER": "http://khac.example"}, "VINHDANH_OIDC_ISSUER"),
        ({"ISSUER": "dangnhap.example"}, "VINHDANH_OIDC_ISSUER"),
        ({"ISSUER": "https://x.example/?a=b"}, "VINHDANH_OIDC_ISSUER"),
        ({"CLIENT_ID": ""}, "VINHDANH_OIDC_CLIENT_ID"),
        ({"CLIENT_SECRET": "x", "CLIENT_SECRET_FILE": "/x"}, "VINHDANH_OIDC_CLIENT_SECRET"),
        ({"CLIENT_SECRET_FILE": "/khong/co"}, "VINHDANH_OIDC_CLIENT_SECRET_FILE"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], named: str) -> None:
    for name, value in {"ISSUER": "https://x.example", "CLIENT_ID": "x", **given}.items():
        monkeypatch.setenv(f"VINHDANH_OIDC_{name}", value)
    with pytest.raises(MalformedError, match=named):
        settings.settings()


def test_a_secret_is_not_shown_where_settings_are(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ISSUER": "https://x.example", "CLIENT_ID": "x", "CLIENT_SECRET": SECRET}.items():
        monkeypatch.setenv(f"VINHDANH_OIDC_{name}", value)
    assert SECRET not in repr(settings.settings())
    assert providers.CLIENT == CLIENT
