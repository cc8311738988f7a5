"""Debian's Prometheus, started by a test on a folder of its own, and its promtool."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any, Self

import pytest

READY_SECONDS = 30.0
"""Bounds a wait for a server that does not come up, or for a value that never appears."""

_PROMTOOL_SECONDS = 60.0
_LOOK_AGAIN_SECONDS = 0.1

RULES = Path(__file__).parents[2] / "docs" / "telemetry" / "alert-rules.yml"


def needs_prometheus() -> pytest.MarkDecorator:
    """Skip where there is none; CI must have it."""
    missing = not (shutil.which("prometheus") and shutil.which("promtool"))
    return pytest.mark.skipif(
        missing and "CI" not in os.environ,
        reason="needs Prometheus. To run it: apt-get install prometheus",
    )


def promtool(*arguments: str | Path, text: bytes = b"") -> str:
    """Return what promtool says; fails when it finds a fault."""
    command = ["promtool", *map(str, arguments)]
    result = subprocess.run(
        command, input=text, capture_output=True, check=False, timeout=_PROMTOOL_SECONDS
    )
    said = (result.stdout + result.stderr).decode()
    assert result.returncode == 0, said
    return said


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class RunningPrometheus:
    """A server that scrapes exporters, and judges our rules, at short intervals."""

    def __init__(self, folder: Path, *scraped: str, interval_seconds: int = 1) -> None:
        urls = [urllib.parse.urlsplit(each) for each in scraped]
        interval = f"{interval_seconds}s"
        config = {
            "global": {"scrape_interval": interval, "evaluation_interval": interval},
            "rule_files": [str(RULES)],
            "scrape_configs": [
                {
                    "job_name": "gpu-metrics",
                    "static_configs": [{"targets": [each.netloc for each in urls]}],
                }
            ],
        }
        # JSON is YAML too.
        (folder / "prometheus.yml").write_text(json.dumps(config))
        self._url = f"http://127.0.0.1:{free_port()}"
        self._process = subprocess.Popen(
            [  # noqa: S607 - wherever it is
                "prometheus",
                f"--config.file={folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address={urllib.parse.urlsplit(self._url).netloc}",
                "--log.level=error",
            ],
        )

    def __enter__(self) -> Self:
        """Hand itself out."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the server."""
        self._process.kill()
        self._process.wait(READY_SECONDS)

    def wait_until(self, expression: str, *values: float) -> list[dict[str, str]]:
        """Wait until PromQL gives these values, in any order, and return their labels."""
        found: list[Any] = []
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            found = self._query(expression)
            if sorted(float(each["value"][1]) for each in found) == sorted(values):
                return [each["metric"] for each in found]
            time.sleep(_LOOK_AGAIN_SECONDS)
        raise AssertionError(f"{expression}: expected {values}, found {found}")

    def _query(self, expression: str) -> list[Any]:
        query = urllib.parse.urlencode({"query": expression})
        try:
            url = f"{self._url}/api/v1/query?{query}"
            with urllib.request.urlopen(url, timeout=READY_SECONDS) as answer:  # noqa: S310 - our own
                return json.load(answer)["data"]["result"]
        except (urllib.error.URLError, ConnectionError):
            return []  # it is still starting
