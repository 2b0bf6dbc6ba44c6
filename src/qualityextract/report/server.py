"""The review server: the report on this machine's own address, and marks saved as they are made.

For one person at one machine, and built so that nobody else gets in: it listens on 127.0.0.1 alone; the address holds
a random token that every request must bring; the Host header must be the server's own, so that no foreign name can be
pointed at it; it serves the page and nothing else, and writes `corrections.csv` and nothing else.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from qualityextract.corrections import CORRECTIONS, Mark, read_marks
from qualityextract.errors import ConfigurationError
from qualityextract.report.build import ReportOptions, report_html
from qualityextract.report.files import write_marks
from qualityextract.report.page import content_policy

HOST = "127.0.0.1"
MAX_BODY = 256 * 1024
"""Bytes of a request at most."""
_SECONDS = 30
"""How long a client may keep silent."""


class ReviewServer(ThreadingHTTPServer):
    """Serves one output folder until it is shut down.

    Args:
        out: an output folder with the tables as Parquet.
        port: 0 takes a free one.
        options: see `ReportOptions`.

    Raises:
        ConfigurationError: the folder has no readable tables, its corrections can't be read, or the port is taken.
    """

    daemon_threads = True
    allow_reuse_address = False

    def __init__(self, out: Path, port: int = 0, options: ReportOptions | None = None) -> None:
        self.out = out
        self.options = options
        self.token = secrets.token_urlsafe(32)
        self._lock = threading.Lock()
        self.page()  # what is wrong with the folder shows before anybody is sent to the address
        try:
            super().__init__((HOST, port), _Handler)
        except OSError as error:
            raise ConfigurationError(f"can't listen on {HOST}:{port}: {error.strerror or error}") from error

    @property
    def address(self) -> str:
        """The address to open, with the token."""
        return f"http://{HOST}:{self.server_port}/{self.token}/"

    def page(self) -> str:
        """The report with the marks saved so far."""
        with self._lock:
            return report_html(self.out, self.options, review=read_marks(self.out / CORRECTIONS))

    def change(self, changed: Mark | None, removed: tuple[str, str] | None) -> list[Mark]:
        """Add or remove one mark and save; a new mark replaces an earlier one on the same row and field.

        One mark at a time: what somebody else or another window has put into the file meanwhile stays.

        Args:
            changed: a mark to keep.
            removed: observation_id and field of a mark to drop.

        Returns:
            All marks of the file.

        Raises:
            ConfigurationError: the file can't be read or written.
        """
        with self._lock:
            gone = {removed} if removed else set()
            if changed is not None:
                gone.add((changed.observation_id, changed.field))
            kept = [m for m in read_marks(self.out / CORRECTIONS) if (m.observation_id, m.field) not in gone]
            marks = kept + ([changed] if changed is not None else [])
            write_marks(self.out, marks)
            return marks


class _Handler(BaseHTTPRequestHandler):
    server: ReviewServer
    server_version = "qualityextract"
    sys_version = ""
    timeout = _SECONDS

    def do_GET(self) -> None:
        if self._refused(("",)):
            return
        try:
            self._send(HTTPStatus.OK, self.server.page(), "text/html; charset=utf-8")
        except ConfigurationError as error:
            self._send(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))

    def do_POST(self) -> None:
        if self._refused(("mark", "unmark")):
            return
        if self.headers.get("Origin", self._origins()[0]) not in self._origins():
            self._send(HTTPStatus.FORBIDDEN, "another page sent this")
            return
        if self.headers.get_content_type() != "application/json":
            self._send(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "marks are sent as JSON")
            return
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdecimal() and len(length) < 10 and int(length) <= MAX_BODY):
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "a mark is smaller, and says how long it is")
            return
        self._change(self.rfile.read(int(length)))

    def _change(self, body: bytes) -> None:
        try:
            value: Any = json.loads(body)
            if self.path.endswith("/unmark"):
                marks = self.server.change(None, (str(value["observation_id"]), str(value["field"])))
            else:
                mark = Mark.of(value)
                if problem := mark.problem():
                    raise ConfigurationError(problem)
                marks = self.server.change(mark, None)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            self._send(HTTPStatus.BAD_REQUEST, f"not a mark: {error}")
        except ConfigurationError as error:
            self._send(HTTPStatus.BAD_REQUEST, str(error))
        else:
            self._send(HTTPStatus.OK, json.dumps({"saved": len(marks)}), "application/json")

    def _origins(self) -> tuple[str, str]:
        port = self.server.server_port
        return f"http://{HOST}:{port}", f"http://localhost:{port}"

    def _refused(self, names: tuple[str, ...]) -> bool:
        """Answer and say so when the request is not for this server, has no token, or is for nothing that is there."""
        hosts = [origin.removeprefix("http://") for origin in self._origins()]
        if self.headers.get_all("Host") not in [[host] for host in hosts]:
            self._send(HTTPStatus.FORBIDDEN, "wrong host")
            return True
        token, _, name = self.path.removeprefix("/").partition("/")
        if not hmac.compare_digest(token.encode(), self.server.token.encode()):
            self._send(HTTPStatus.FORBIDDEN, "wrong token; use the address that `qualityextract review` printed")
            return True
        if name not in names:
            self._send(HTTPStatus.NOT_FOUND, "there is nothing here")
            return True
        return False

    def _send(self, status: HTTPStatus, text: str, kind: str = "text/plain; charset=utf-8") -> None:
        body = text.encode("utf-8")
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Content-Security-Policy": content_policy(connected=True) + "; frame-ancestors 'none'",
            "Cache-Control": "no-store",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        # The request line holds the token; it stays out of logs.
        del format, args
