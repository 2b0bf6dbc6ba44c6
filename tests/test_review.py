"""Corrections: the file, what may stand in it, and the review server that writes it for one person alone."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualityextract.corrections import COLUMNS, CORRECTABLE, marks_csv
from qualityextract.errors import ConfigurationError
from qualityextract.report import CORRECTIONS, Mark, ReviewServer, read_marks, write_marks
from report_tables import HOSTILE, hostile_folder

SOURCES = Path(__file__).resolve().parent.parent / "src"
GOOD = {
    "observation_id": "o1", "field": "value", "new_value": "150", "expected_old": "15", "reason": "原文为150余",
    "who": "=李四",
}  # fmt: skip


def mark(**changes: str) -> Mark:
    return Mark.of(GOOD | changes)


# The file


def test_the_file_opens_in_a_spreadsheet_and_runs_nothing(tmp_path: Path) -> None:
    write_marks(tmp_path, [mark(), mark(field="subject", new_value="=cmd()", expected_old="+1", reason='@x,\n"y"')])
    raw = (tmp_path / CORRECTIONS).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfobservation_id,field,new_value,expected_old,reason,who\r\no1,value,150,15,")
    text = raw.decode("utf-8-sig")
    assert "'=李四" in text
    assert ',\'=cmd(),\'+1,"\'@x,\n""y""",' in text
    assert [file.name for file in tmp_path.iterdir()] == [CORRECTIONS]


@given(st.lists(st.tuples(*[st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))] * 6)))
def test_what_is_written_reads_back(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]) -> None:
    file = tmp_path_factory.mktemp("marks") / CORRECTIONS
    marks = [Mark(*row) for row in rows]
    file.write_bytes(marks_csv(marks))
    assert read_marks(file) == marks


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "first line"),
        ("a,b\r\n", "first line"),
        (",".join(COLUMNS) + "\r\no1,value\r\n", "row 2 has 2 cells"),
        ("\udcff", "UTF-8"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / CORRECTIONS
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigurationError, match=said):
        read_marks(file)


def test_a_file_that_is_not_there_holds_no_marks(tmp_path: Path) -> None:
    assert read_marks(tmp_path / CORRECTIONS) == []


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"field": "*", "new_value": "reject", "expected_old": ""},
        {"new_value": "-3.8"},
        {"field": "value_max", "new_value": ""},
        {"field": "period_end", "new_value": "2021-10-25"},
        {"field": "stat_kind", "new_value": "stock"},
        {"field": "level", "new_value": "national|industry"},
        {"field": "flags", "new_value": ""},
        {"field": "each", "new_value": "true"},
        {"field": "attributes", "new_value": '{"tier": "gold"}'},
        {"field": "subject_count", "new_value": "15"},
        {"field": "subject", "new_value": HOSTILE},
    ],
)
def test_good_marks_have_no_problem(changes: dict[str, str]) -> None:
    assert mark(**changes).problem() is None


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": " "},
        {"who": ""},
        {"observation_id": ""},
        {"field": "quote"},
        {"field": "observation_id"},
        {"field": "*"},
        {"new_value": ""},
        {"new_value": "1_0"},
        {"new_value": "nan"},
        {"new_value": "1e999"},
        {"field": "period_end", "new_value": "2021-02-30"},
        {"field": "stat_kind", "new_value": "Stock"},
        {"field": "stat_kind", "new_value": ""},
        {"field": "level", "new_value": "national|x"},
        {"field": "each", "new_value": "yes"},
        {"field": "attributes", "new_value": '{"tier": 1}'},
        {"field": "attributes", "new_value": "{"},
        {"field": "subject_count", "new_value": "-1"},
        {"field": "subject", "new_value": "x" * 5000},
        {"field": "subject", "new_value": "a\x00b"},
    ],
)
def test_bad_marks_are_told(changes: dict[str, str]) -> None:
    assert mark(**changes).problem()


def test_keys_and_evidence_are_not_matters_of_opinion() -> None:
    assert not {"observation_id", "article_id", "quote", "value_text", "rule"} & set(CORRECTABLE)
    assert {"value", "indicator", "region_code", "period_end", "scope"} <= set(CORRECTABLE)


# The server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ReviewServer]:
    with ReviewServer(hostile_folder(tmp_path / "out")) as made:
        thread = threading.Thread(target=made.serve_forever, daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def ask(
    server: ReviewServer, method: str = "GET", path: str = "", body: object = None, *, token: str | None = None,
    **headers: str,
) -> tuple[int, str, http.client.HTTPMessage]:  # fmt: skip
    """A request as a browser would send it, but for `headers` (`Content_Type` is Content-Type)."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = ({"Content-Type": "application/json"} if data is not None else {}) | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    connection.request(method, f"/{server.token if token is None else token}/{path}", data, sent)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode(), answer.headers
    connection.close()
    return found


def test_the_page_may_speak_to_its_own_server_alone(server: ReviewServer) -> None:
    status, page, headers = ask(server)
    assert status == 200
    assert "connect-src 'self'" in page
    assert "connect-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert HOSTILE not in page


def test_it_listens_on_this_machine_alone(server: ReviewServer) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{43}/", server.address)


def test_a_mark_is_saved_replaced_and_withdrawn(server: ReviewServer) -> None:
    file = server.out / CORRECTIONS
    assert ask(server, "POST", "mark", GOOD)[0] == 200
    assert read_marks(file) == [mark()]
    assert ask(server, "POST", "mark", GOOD | {"new_value": "151"})[0] == 200
    assert ask(server, "POST", "mark", GOOD | {"field": "*", "new_value": "reject"})[0] == 200
    assert [m.new_value for m in read_marks(file)] == ["151", "reject"]
    # What is put into the file by hand meanwhile stays.
    write_marks(server.out, [*read_marks(file), mark(observation_id="by hand")])
    assert ask(server, "POST", "unmark", {"observation_id": "o1", "field": "value"})[0] == 200
    assert [m.observation_id for m in read_marks(file)] == ["o1", "by hand"]
    assert "by hand" in ask(server)[1]
    assert [f.name for f in server.out.iterdir() if f.name.startswith(".")] == []


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "..", "%2e%2e"])
def test_a_wrong_token_is_refused(server: ReviewServer, token: str) -> None:
    assert ask(server, token=token)[0] == 403
    assert ask(server, "POST", "mark", GOOD, token=token)[0] == 403
    assert not (server.out / CORRECTIONS).exists()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example", ""])
def test_a_wrong_host_is_refused(server: ReviewServer, host: str) -> None:
    assert ask(server, Host=host)[0] == 403
    assert ask(server, "POST", "mark", GOOD, Host=host)[0] == 403
    assert not (server.out / CORRECTIONS).exists()


def test_its_own_names_are_accepted(server: ReviewServer) -> None:
    for name in ("127.0.0.1", "localhost"):
        host = f"{name}:{server.server_port}"
        assert ask(server, Host=host)[0] == 200
        assert ask(server, "POST", "mark", GOOD, Host=host, Origin=f"http://{host}")[0] == 200


def test_another_page_can_not_send_marks(server: ReviewServer) -> None:
    for origin in ("http://evil.example", "null", f"http://127.0.0.1:{server.server_port + 1}"):
        assert ask(server, "POST", "mark", GOOD, Origin=origin)[0] == 403
    assert ask(server, "POST", "mark", GOOD, Content_Type="text/plain")[0] == 415
    assert not (server.out / CORRECTIONS).exists()


@pytest.mark.parametrize(
    "path", ["observations.parquet", "run.json", "corrections.csv", "../run.json", "%2e%2e/run.json", "index.html"]
)
def test_no_other_file_is_served(server: ReviewServer, path: str) -> None:
    status, text, _ = ask(server, path=path)
    assert (status, text) == (404, "there is nothing here")
    assert ask(server, "POST", path, GOOD)[0] == 404


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_do_nothing(server: ReviewServer, method: str) -> None:
    assert ask(server, method, "mark")[0] == 501


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"1", b'"x"', b"\xff", {}, GOOD | {"value": "1"}, GOOD | {"who": 1}, GOOD | {"who": " "},
     GOOD | {"field": "quote"}, b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_mark_is_refused(server: ReviewServer, body: Any) -> None:
    assert ask(server, "POST", "mark", body)[0] == 400
    assert not (server.out / CORRECTIONS).exists()


def test_a_body_too_large_or_of_unknown_length_is_refused(server: ReviewServer) -> None:
    assert ask(server, "POST", "mark", b"{}", Content_Length="99999999999")[0] == 413
    assert ask(server, "POST", "mark", b"{}", Content_Length="-1")[0] == 413


def test_a_corrections_file_that_can_not_be_read_is_left_as_it_is(server: ReviewServer) -> None:
    (server.out / CORRECTIONS).write_text("mine\n")
    status, said, _ = ask(server, "POST", "mark", GOOD)
    assert status == 400
    assert "first line" in said
    assert ask(server)[0] == 500
    assert (server.out / CORRECTIONS).read_text() == "mine\n"


def test_a_port_that_is_taken_is_wrong_use(server: ReviewServer) -> None:
    with pytest.raises(ConfigurationError, match="can't listen"):
        ReviewServer(server.out, server.server_port)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_command_prints_the_address_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    out = hostile_folder(tmp_path / "out")
    command = [sys.executable, "-u", "-m", "qualityextract", "review", str(out)]
    with subprocess.Popen(command, env={"PYTHONPATH": str(SOURCES)}, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert re.match(r"Open http://127\.0\.0\.1:\d+/[\w-]+/$", process.stdout.readline().strip())
        assert CORRECTIONS in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert "Stopped" in process.stdout.read()
        assert process.wait(60) == 0
