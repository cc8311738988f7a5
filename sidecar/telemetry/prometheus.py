"""The HTTP server that Prometheus scrapes. Knows nothing of what it serves."""

import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from ipaddress import IPv6Address
from socket import AF_INET, AF_INET6
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, cast

from sidecar.log import log
from sidecar.telemetry.address import ListenAddress

CLIENT_SECONDS = 5.0
"""A client that neither sends nor reads for so long is let go."""

MAX_CLIENTS = 16
"""A scraper is one client, a second one stands by; further ones are closed at once."""

_OPENMETRICS = "application/openmetrics-text"
_OPENMETRICS_TYPE = f"{_OPENMETRICS}; version=1.0.0; charset=utf-8"
_TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def start_server(address: ListenAddress, text: Callable[[bool], bytes]) -> str:
    """Serve ``text`` in threads of its own, and return the URL at which.

    It is called with whether the client wants OpenMetrics, rather than the older text format.

    Raises:
        OSError: The address cannot be used, for instance since another program has it.

    """
    server = _Server(address, text)
    threading.Thread(target=server.serve_forever, name="prometheus", daemon=True).start()
    port = int(server.server_address[1])
    return f"http://{ListenAddress(address.host, port)}/metrics"


class _Server(ThreadingMixIn, TCPServer):
    """A thread a client. Not HTTPServer, which looks its own name up in the DNS."""

    daemon_threads = True
    # On Linux and macOS a port is free again at once; on Windows this would share one in use.
    allow_reuse_address = sys.platform != "win32"

    def __init__(self, address: ListenAddress, text: Callable[[bool], bytes]) -> None:
        self.address_family = AF_INET6 if isinstance(address.host, IPv6Address) else AF_INET
        self.text = text
        self._free = threading.BoundedSemaphore(MAX_CLIENTS)
        super().__init__((str(address.host), address.port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in socketserver
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in socketserver
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401, ARG002 - as in socketserver
        # A client that went away, or was too slow, knows that itself.
        if not isinstance(sys.exception(), OSError):
            log().exception("a scrape failed")


class _Handler(BaseHTTPRequestHandler):
    """Answers GET /metrics."""

    timeout = CLIENT_SECONDS
    server_version = "gpu-metrics-sidecar"
    sys_version = ""

    def do_GET(self) -> None:
        if self.path.partition("?")[0] != "/metrics":
            self.send_error(HTTPStatus.NOT_FOUND, explain="The metrics are at /metrics.")
            return
        wants_openmetrics = _OPENMETRICS in self.headers.get("Accept", "")
        body = cast("_Server", self.server).text(wants_openmetrics)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", _OPENMETRICS_TYPE if wants_openmetrics else _TEXT_TYPE)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in http.server
        """Keep requests out of the log."""
