"""Where the export listens and where it pushes, as the command line names it.

The command line knows this module whatever it is asked for, so what is slow to import waits.
"""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

DEFAULT_LISTEN_ADDRESS = "127.0.0.1:9464"
"""Loopback, and the port that OpenTelemetry's exporters for Prometheus share."""

DEFAULT_COLLECTOR = "http://127.0.0.1:4318"
"""Loopback, and the port of OTLP over HTTP."""


class ListenAddress(NamedTuple):
    """An address of this computer, never a name: nothing is looked up."""

    host: "IPv4Address | IPv6Address"
    port: int

    def __str__(self) -> str:
        """Return it as it is written in a URL."""
        host = f"[{self.host}]" if self.host.version == 6 else str(self.host)
        return f"{host}:{self.port}"


def listen_address(text: str) -> ListenAddress:
    """Return the address that ``text`` names; port 0 takes a free one.

    Raises:
        ValueError: It names none.

    """
    from ipaddress import IPv6Address, ip_address  # noqa: PLC0415 - for the export only

    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise ValueError(text)
    if host.startswith("["):
        return ListenAddress(IPv6Address(host.removeprefix("[").removesuffix("]")), int(port))
    return ListenAddress(ip_address("127.0.0.1" if host == "localhost" else host), int(port))


def collector_url(text: str) -> str:
    """Return where metrics are pushed: to a collector's usual path unless ``text`` has one.

    Raises:
        ValueError: It is no URL of HTTP, or holds a password, which other programs could read.

    """
    from urllib.parse import urlsplit  # noqa: PLC0415 - for the export only

    url = urlsplit(text)
    is_http = url.scheme in ("http", "https") and url.hostname
    if not is_http or url.username is not None or url.port == 0:
        raise ValueError(text)
    return text if url.path not in ("", "/") else f"{text.rstrip('/')}/v1/metrics"
