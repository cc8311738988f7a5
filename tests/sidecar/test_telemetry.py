"""``gpu-metrics-sidecar export``: what is served, to whom, and how it ends."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
from fakes.nvidia_driver import LOADED, FakeNvidiaDriver
from prometheus_client import Metric
from prometheus_client.openmetrics import parser as openmetrics_parser
from prometheus_client.parser import text_string_to_metric_families as prometheus_text
from support.running_exporter import ANY_PORT, EXPORT_SECONDS, RunningExporter
from support.sidecar_command import SIDECAR

from sidecar.contract import GpuMetrics, GpuStatusReport, ProviderStatus
from sidecar.snapshot import EXTERNAL_POWER_BRAKE, Snapshot
from sidecar.telemetry.address import collector_url, listen_address
from sidecar.telemetry.exposition import exposition


def openmetrics(text: str) -> Iterable[Metric]:
    """Return the metrics in a text as the official client reads them."""
    # Its source has no types.
    return openmetrics_parser.text_string_to_metric_families(text)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


UNKNOWN = GpuMetrics(
    gpu_id="GPU-0",
    utilization=None,
    memory_used_mb=None,
    memory_total_mb=None,
    temperature_c=None,
    name="A GPU",
    vendor="other",
    status="ok",
    memory_kind="dedicated",
    sampled_at=0,
    alerts=[],
)
KNOWN = msgspec.structs.replace(
    UNKNOWN,
    utilization=29,
    memory_used_mb=0,
    memory_total_mb=1024,
    temperature_c=83,
    power_usage_w=401.3,
    clock_mhz=2520,
    memory_free_mb=1000,
    power_limit_w=450.0,
    fan_percent=71,
    temperature_limit_c=88,
    throttle_reasons=[EXTERNAL_POWER_BRAKE],
    encoder_utilization=3,
    decoder_utilization=4,
    energy_consumed_j=1_234_567,
    processes=["ollama"],
    process_count=1,
)


def samples(*gpus: GpuMetrics) -> dict[str, dict[str, float]]:
    """Return per metric each value, by the labels that are not the same for the whole GPU."""
    found: dict[str, dict[str, float]] = {}
    for family in openmetrics(exposition(snapshot(*gpus), is_openmetrics=True).decode()):
        for sample in family.samples:
            own = {"hw_id", "hw_name", "hw_type", "hw_vendor", "hw_parent"}
            rest = (value for name, value in sample.labels.items() if name not in own)
            found.setdefault(sample.name, {})[" ".join(rest)] = sample.value
    return found


def snapshot(*gpus: GpuMetrics) -> Snapshot:
    ready = ProviderStatus(name="nvidia", state="ready", device_count=1, reason="", action="")
    return Snapshot(
        gpus=gpus,
        gpus_json=b"",
        report=GpuStatusReport(providers=[ready], interval_ms=2000, asleep=[]),
        has_process_names=False,
        valid_until=0,
    )


def test_each_number_has_its_standard_name_and_unit() -> None:
    assert samples(KNOWN) == {
        "hw_status": {"ok": 1, "failed": 0, "stale": 0, "asleep": 0},
        "hw_gpu_utilization_ratio": {"general": 0.29, "encoder": 0.03, "decoder": 0.04},
        "hw_gpu_memory_usage_bytes": {"": 0},
        "hw_gpu_memory_limit_bytes": {"": 1 << 30},
        "hw_gpu_memory_utilization_ratio": {"": 0},
        "hw_temperature_celsius": {"": 83},
        "hw_temperature_limit_celsius": {"high.degraded": 88},
        "hw_power_watts": {"": 401.3},
        "hw_energy_joules_total": {"": 1_234_567},
        "hw_fan_speed_ratio": {"": 0.71},
        "gpu_metrics_memory_free_bytes": {"": 1000 << 20},
        "gpu_metrics_power_limit_watts": {"": 450},
        "gpu_metrics_clock_frequency_hertz": {"": 2.52e9},
        "gpu_metrics_throttled": {"too_hot": 0, "power_brake": 1},
        "gpu_metrics_provider_status": {
            "nvidia ready": 1,
            "nvidia absent": 0,
            "nvidia unavailable": 0,
            "nvidia unresponsive": 0,
        },
    }


def test_energy_is_a_counter_in_either_format() -> None:
    for is_openmetrics, read in ((True, openmetrics), (False, prometheus_text)):
        text = exposition(snapshot(KNOWN), is_openmetrics=is_openmetrics).decode()
        (energy,) = (each for each in read(text) if each.name.startswith("hw_energy"))
        assert energy.type == "counter"
        assert [(each.name, each.value) for each in energy.samples] == [
            ("hw_energy_joules_total", 1_234_567)
        ]


def test_what_is_unknown_is_absent() -> None:
    assert samples(UNKNOWN).keys() == {"hw_status", "gpu_metrics_provider_status"}


@pytest.mark.parametrize(
    ("status", "state"), [("lost", "failed"), ("stale", "stale"), ("asleep", "asleep")]
)
def test_a_gpu_that_is_not_ok_has_a_state_and_no_numbers(status: Any, state: str) -> None:  # noqa: ANN401 - any status
    found = samples(msgspec.structs.replace(KNOWN, status=status))
    assert found.keys() == {"hw_status", "gpu_metrics_provider_status"}
    assert [name for name, value in found["hw_status"].items() if value] == [state]


def test_a_name_cannot_break_out_of_its_label() -> None:
    name = 'A "GPU"\\\nhw_power_watts 1'
    (family, *_) = openmetrics(
        exposition(
            snapshot(msgspec.structs.replace(UNKNOWN, name=name)), is_openmetrics=True
        ).decode()
    )
    assert {sample.labels["hw_name"] for sample in family.samples} == {name}
    exposition(snapshot(msgspec.structs.replace(UNKNOWN, name="half \udcff")), is_openmetrics=True)


def test_a_fan_is_a_part_of_its_gpu() -> None:
    text = exposition(snapshot(KNOWN), is_openmetrics=True).decode()
    (fan,) = (each for each in openmetrics(text) if each.name == "hw_fan_speed_ratio")
    (sample,) = fan.samples
    assert sample.labels["hw_type"] == "fan"
    assert sample.labels["hw_parent"] == "GPU-0"


def test_nothing_identifies_a_board_or_a_person(nvidia: FakeNvidiaDriver) -> None:
    nvidia.script("devices 1", *LOADED, "0 uuid GPU-secret", "0 pci 00000000:AB:00.0")
    with RunningExporter("--prometheus", ANY_PORT, environment=nvidia.environment) as exporter:
        text, _ = exporter.scrape()
    assert "RTX 4090" in text
    for secret in ("secret", "AB:00", "ab:00", socket.gethostname(), "4000001"):
        assert secret not in text


@pytest.mark.parametrize(
    ("accept", "content_type", "parse"),
    [
        ("application/openmetrics-text;version=1.0.0", "application/openmetrics-text", openmetrics),
        ("text/plain", "text/plain", prometheus_text),
    ],
)
def test_the_format_that_is_asked_for_is_served(
    accept: str,
    content_type: str,
    parse: Any,  # noqa: ANN401 - a parser of the official client
) -> None:
    with RunningExporter("--prometheus", ANY_PORT, "--simulate", "2") as exporter:
        text, served = exporter.scrape(accept)
    assert served.startswith(content_type)
    (status,) = (each for each in parse(text) if each.name == "hw_status")
    assert {sample.labels["hw_id"] for sample in status.samples} == {"GPU-0", "GPU-1"}


def test_a_driver_that_hangs_costs_a_scrape_no_more_than_its_deadline(
    nvidia: FakeNvidiaDriver,
) -> None:
    nvidia.script("devices 1", "* nvmlDeviceGetTemperatureV hang")
    with RunningExporter("--prometheus", ANY_PORT, environment=nvidia.environment) as exporter:
        text, _ = exporter.scrape()
        assert (
            'gpu_metrics_provider_status{gpu_metrics_provider="nvidia",'
            'gpu_metrics_state="unresponsive"} 1' in text
        )
        exporter.process.send_signal(signal.SIGTERM)
        assert exporter.process.wait(EXPORT_SECONDS) == 0
    nvidia.script("devices 0")


def test_clients_that_say_nothing_do_not_keep_others_out_for_good() -> None:
    with RunningExporter("--prometheus", ANY_PORT, "--simulate", "1") as exporter:
        port = int(exporter.url.rpartition(":")[2].partition("/")[0])
        silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(16)]
        refused = socket.create_connection(("127.0.0.1", port))
        refused.settimeout(EXPORT_SECONDS)
        assert refused.recv(1) == b""
        refused.close()
        with pytest.raises(BlockingIOError):  # while the others are still heard
            silent[0].recv(1, socket.MSG_DONTWAIT)
        for each in silent:
            each.settimeout(EXPORT_SECONDS)
            assert each.recv(1) == b""  # let go after its time
            each.close()
        assert "hw_status" in exporter.scrape()[0]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once(number: signal.Signals) -> None:
    with RunningExporter("--prometheus", ANY_PORT, "--simulate", "1") as exporter:
        exporter.process.send_signal(number)
        assert exporter.process.wait(EXPORT_SECONDS) == 0


def test_only_an_address_that_is_named_opens_it_to_others_and_then_it_warns() -> None:
    with RunningExporter("--prometheus", "0.0.0.0:0", "--simulate", "1") as exporter:
        assert "without a password" in exporter.before_url
    with RunningExporter("--prometheus", ANY_PORT, "--simulate", "1") as exporter:
        assert exporter.before_url == ""


def test_a_port_in_use_is_told_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        said = failure("--prometheus", address)
    assert said == (
        f"gpu-metrics-sidecar: cannot listen on {address}: Address already in use. "
        "Name another address with --prometheus, or end the program that uses this one.\n"
    )


def test_a_missing_extra_is_told_with_the_command_that_installs_it() -> None:
    without = (
        "import sys; sys.modules['opentelemetry'] = None; from sidecar.__main__ import main; main()"
    )
    said = failure("--otlp", program=[sys.executable, "-I", "-c", without])
    assert said == (
        "gpu-metrics-sidecar: --otlp needs OpenTelemetry's packages: "
        "pip install 'gpu-metrics-sidecar[otlp]'\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--prometheus", "9464"),
        ("--prometheus", "example.com:9464"),
        ("--prometheus", "127.0.0.1:65536"),
        ("--otlp", "127.0.0.1:4318"),
        ("--otlp", "http://user:password@127.0.0.1:4318"),
        ("--otlp", "http://127.0.0.1:99999"),
        ("--prometheus", "--process-names"),
        ("--prometheus", "--parent-pid", "1"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: tuple[str, ...]) -> None:
    assert "gpu-metrics-sidecar: error: " in failure(*arguments)


def test_it_exports_only_when_told_to() -> None:
    command = [*SIDECAR, "--prometheus"]
    refused = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=EXPORT_SECONDS
    )
    assert b"--prometheus goes with export" in refused.stderr


def test_addresses_are_read_as_they_are_written_in_urls() -> None:
    for text in ("127.0.0.1:9464", "0.0.0.0:80", "[::1]:9464"):
        assert str(listen_address(text)) == text
    assert str(listen_address("localhost:0")) == "127.0.0.1:0"


def test_a_collector_without_a_path_gets_the_usual_one() -> None:
    assert collector_url("http://127.0.0.1:4318") == "http://127.0.0.1:4318/v1/metrics"
    assert collector_url("https://box/") == "https://box/v1/metrics"
    assert collector_url("https://box/otlp/v1/metrics") == "https://box/otlp/v1/metrics"


def test_the_sidecar_itself_loads_nothing_of_it() -> None:
    loaded = "import sys, sidecar.__main__; print(*sys.modules, sep='\\n')"
    modules = subprocess.check_output([sys.executable, "-I", "-c", loaded], text=True).split()
    assert "sidecar.sampler" in modules
    assert not {"sidecar.telemetry", "opentelemetry", "http.server", "ipaddress"} & set(modules)


def failure(*arguments: str, program: list[str] = SIDECAR) -> str:
    """Return what it says on stderr before it ends with a failure."""
    result = subprocess.run(
        [*program, "export", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
        timeout=EXPORT_SECONDS,
    )
    assert result.returncode not in (0, None)
    return result.stderr
