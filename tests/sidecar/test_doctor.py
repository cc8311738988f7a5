"""The doctor: what a person without knowledge of the project reads, and whether it is right."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

import pytest
from fakes.amdgpu_tree import SILENT, AmdgpuTree
from fakes.amdsmi.stub_library import StubLibrary
from fakes.linux_tree import APP_PID
from fakes.nvidia_driver import FakeNvidiaDriver
from fakes.opened_files import opened_files
from fakes.provider import FakeProvider
from msgspec import structs
from support.running_sidecar import ANSWER_SECONDS
from support.sidecar_command import SIDECAR

from sidecar.contract import GpuStatus, ProviderState, ProviderStatus, Vendor
from sidecar.doctor import examination, reference
from sidecar.doctor.command import run_doctor
from sidecar.doctor.examination import Examination, examine
from sidecar.doctor.notes import notes
from sidecar.doctor.reference import TOOLS
from sidecar.doctor.report import as_json, as_text
from sidecar.doctor.surroundings import Enclosure, Surroundings, look_around
from sidecar.providers.amd.provider import AmdProvider
from sidecar.snapshot import Device, Reading

SCRIPT = (
    "devices 1",
    "0 name NVIDIA GeForce RTX 4090",
    "0 pci 00000000:01:00.0",
    "0 uuid GPU-11111111-2222-3333-4444-555555555555",
    "0 utilization 97",
    "0 memory_used_mib 20011",
)

HERE = Surroundings(sidecar_version="1", python_version="3.13", system="Linux")
MIB = 1 << 20


def doctor(*arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """Return what the doctor prints."""
    return subprocess.run(
        [*SIDECAR, "doctor", *arguments],
        env={"PATH": os.environ["PATH"], **(environment or {})},
        capture_output=True,
        check=True,
        text=True,
        timeout=ANSWER_SECONDS,
    ).stdout


def tool(folder: Path, name: str, script: str) -> None:
    """Put a program of ours in ``folder``."""
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def shown(
    status: GpuStatus = "ok",
    *,
    vendor: Vendor = "nvidia",
    bus: int = 1,
    memory_mib: int = 4096,
    told: bool = False,
) -> tuple[Device, Reading]:
    """Return a GPU that a FakeProvider shows; of the values of its chip all or none are told."""
    address = f"0000:{bus:02}:00.0"
    device = Device(key=address, name=f"GPU → {bus}", vendor=vendor, pci_address=address)
    reading = Reading(status=status, memory_total_bytes=memory_mib * MIB)
    if told:
        reading = structs.replace(
            reading, utilization_percent=1, temperature_celsius=40, power_watts=9, clock_mhz=300
        )
    return device, reading


def examined(*rows: tuple[Device, Reading], monkeypatch: pytest.MonkeyPatch) -> Examination:
    """Examine these GPUs with the tools that are found."""
    monkeypatch.setattr(examination, "SWEEP_INTERVAL_SECONDS", 0.05)
    return examine([FakeProvider("fake", *rows)], TOOLS)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder in which programs are found first."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def test_without_a_gpu_it_says_what_was_looked_for_why_none_was_found_and_what_helps() -> None:
    text = doctor()
    assert "NVIDIA     not here       No NVIDIA driver was found" in text
    words = " ".join(text.split())
    assert "→ If this computer has an NVIDIA GPU, install NVIDIA's driver." in words
    assert "That is a normal result" in words
    assert max(map(len, text.splitlines())) <= 80


def test_a_gpu_is_shown_beside_what_nvidia_smi_says_with_the_difference(
    nvidia: FakeNvidiaDriver, tools: Path
) -> None:
    nvidia.script(*SCRIPT)
    tool(
        tools,
        "nvidia-smi",
        "echo '00000000:01:00.0, 95, 20011, 4000, 24564, 60, 300.00, 450.00, 2520, [N/A]'",
    )
    text = doctor(environment={**nvidia.environment, "PATH": os.environ["PATH"]})
    rows = {line[2:18].strip(): line[18:].split() for line in text.splitlines()}
    assert rows["utilization"] == ["97", "%", "95", "%", "+2"]
    assert rows["memory used"] == ["20011", "MiB", "20011", "MiB", "+0"]


def test_what_only_one_of_sidecar_and_tool_tells_is_said_plainly(
    nvidia: FakeNvidiaDriver, tools: Path
) -> None:
    nvidia.script(
        *SCRIPT,
        "0 fan_percent 71",
        "0 event_reasons 0xec",
        "0 architecture 8",
        "0 nvmlDeviceGetClockInfo return 3",
        "0 nvmlDeviceGetPowerUsage return 3",
    )
    tool(
        tools, "nvidia-smi", "echo '00000000:01:00.0, 97, 1, 2, 3, 60, [N/A], 450.00, 2520, [N/A]'"
    )
    text = doctor(environment={**nvidia.environment, "PATH": os.environ["PATH"]})
    compared, alone = text.split("not compared with nvidia-smi:")
    rows = {line[2:18].strip(): line[18:].split() for line in compared.splitlines()}
    assert rows["clock"] == ["unknown", "2520", "MHz"]
    assert "fan" not in rows
    rows = {line[2:18].strip(): line[18:].strip() for line in alone.splitlines()}
    assert rows["fan"] == "71 %"
    assert rows["clock held back"].startswith("power limit reached, slowed down by the hardware,")
    assert "\n  unknown: slows down at, power\n" in text
    assert max(map(len, text.splitlines())) <= 80


def test_json_holds_the_same_and_nothing_that_identifies_the_computer(
    nvidia: FakeNvidiaDriver,
) -> None:
    nvidia.script(*SCRIPT)
    text = doctor("--json", environment=nvidia.environment)
    (examined,) = json.loads(text)["gpus"]
    assert examined["gpu"]["utilization"] == 97
    for identifier in ("11111111-2222", "01:00.0", os.uname().nodename):
        assert identifier not in text


def test_a_driver_that_hangs_is_named_and_the_doctor_ends(nvidia: FakeNvidiaDriver) -> None:
    nvidia.script("devices 1", "- nvmlInit_v2 hang")
    assert "not answering" in doctor(environment=nvidia.environment)


@pytest.mark.parametrize(
    ("statuses", "state"),
    [(["ok", "asleep"], "spared"), (["asleep"], "spared"), (["ok", "lost"], "silent")],
)
def test_no_tool_is_run_that_would_wake_a_sleeping_gpu(
    tools: Path, monkeypatch: pytest.MonkeyPatch, statuses: list[GpuStatus], state: str
) -> None:
    for vendor, asked in TOOLS.items():
        run = tools / f"{asked.name} was run"
        tool(tools, asked.name, f"touch '{run}'")
        rows = [shown(status, vendor=vendor, bus=bus) for bus, status in enumerate(statuses)]
        assert examined(*rows, monkeypatch=monkeypatch).tools == {asked.name: state}
        assert run.exists() == (state != "spared")


def test_no_tool_is_run_for_a_vendor_without_a_gpu(
    tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("nvidia-smi", "amd-smi"):
        tool(tools, name, f"touch '{tools / name} was run'")
    text = as_text(HERE, examined(shown(vendor="intel"), monkeypatch=monkeypatch))
    assert not list(tools.glob("* was run"))
    assert "-smi" not in text


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo '00000000:01:00.0, 95'", "Compared with nvidia-smi: busy GPUs change"),
        ("exit 9", "Not compared with nvidia-smi: it fails. Run it to see why."),
        (None, "To compare: install nvidia-smi, which comes with the driver."),
    ],
)
def test_it_says_what_became_of_the_comparison(
    tools: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, words: str
) -> None:
    monkeypatch.setenv("PATH", str(tools))
    if script:
        tool(tools, "nvidia-smi", script)
    assert words in as_text(HERE, examined(shown(), monkeypatch=monkeypatch))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("asleep", ["Powered down, and not woken for this.", "run a model on it and look again"]),
        ("lost", ["It was here and is gone.", "restart the computer"]),
        ("stale", ["Its driver has stopped answering.", "end the programs that use the GPU"]),
    ],
)
def test_a_gpu_without_numbers_is_explained_in_words_instead_of_a_table(
    tools: Path, monkeypatch: pytest.MonkeyPatch, status: GpuStatus, words: list[str]
) -> None:
    tool(tools, "nvidia-smi", "exit 9")
    text = as_text(HERE, examined(shown(status), monkeypatch=monkeypatch))
    assert all(each in text for each in words)
    assert "—" not in text
    assert "install" not in text
    assert ("would wake a GPU" in text) == (status == "asleep")


def test_large_numbers_are_written_out(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool(tools, "nvidia-smi", "echo '00000000:01:00.0, 95, 1, 2, 1048576.04'")
    text = as_text(HERE, examined(shown(memory_mib=1234567), monkeypatch=monkeypatch))
    (row,) = (line.split() for line in text.splitlines() if "memory in all" in line)
    assert row[3:] == ["1234567", "MiB", "1048576", "MiB", "+185991"]


@pytest.mark.parametrize("json_asked", [False, True])
def test_an_encoding_that_lacks_a_character_does_no_harm(
    monkeypatch: pytest.MonkeyPatch, *, json_asked: bool
) -> None:
    printed = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, encoding="cp1252"))
    # The real one would end the test too.
    monkeypatch.setattr(os, "_exit", sys.exit)
    monkeypatch.setattr(examination, "SWEEP_INTERVAL_SECONDS", 0.05)
    with pytest.raises(SystemExit):
        run_doctor([FakeProvider("fake", shown("lost"))], as_json=json_asked)
    assert "GPU → 1" in printed.getvalue().decode()


@pytest.mark.parametrize("line", [r"\n", r"\377\377, 1\n", r"GPU \377\n"])
def test_a_line_that_makes_no_sense_costs_only_itself(tools: Path, line: str) -> None:
    tool(tools, "nvidia-smi", rf"printf '{line}00000000:01:00.0, 95\n'")
    assert reference.nvidia_smi()["0000:01:00.0"] == {"utilization": 95}


@pytest.fixture
def unkillable_tool(tools: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return where nvidia-smi, which its driver holds so that no signal ends it, notes its pid."""

    def survive(_: subprocess.Popen[bytes]) -> None:
        """Be as a process in uninterruptible sleep is."""

    pid = tools / "pid"
    tool(tools, "nvidia-smi", f"echo $$ > '{pid}'; exec sleep 10")
    monkeypatch.setattr(subprocess.Popen, "kill", survive)
    yield pid
    os.kill(int(pid.read_text()), signal.SIGKILL)
    os.waitpid(int(pid.read_text()), 0)


# Python warns of a child that is left.
@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
def test_a_tool_that_cannot_even_be_killed_is_left(
    unkillable_tool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "TOOL_SECONDS", 0.5)
    monkeypatch.setattr(reference, "KILLED_SECONDS", 0.1)
    assert reference.nvidia_smi() == {}
    # Raises if it has ended, so that somebody waited for it.
    os.kill(int(unkillable_tool.read_text()), 0)


@pytest.mark.parametrize(
    "script", ["exit 9", "echo nonsense", "echo 'NVIDIA-SMI has failed'; exit 6", "sleep 100"]
)
def test_a_tool_that_fails_or_hangs_costs_only_the_comparison(
    tools: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setattr(reference, "TOOL_SECONDS", 0.5)
    for name in ("nvidia-smi", "amd-smi"):
        tool(tools, name, f"exec {script}" if script.startswith("sleep") else script)
    assert not any(reference.nvidia_smi().values())
    assert reference.amd_smi() == {}


@pytest.mark.parametrize("rocm", [6, 7])
def test_what_amd_smi_says_is_found_by_address(tools: Path, rocm: int) -> None:
    metrics = [
        {
            "gpu": 0,
            "usage": {"gfx_activity": {"value": 42, "unit": "%"}, "umc_activity": "N/A"},
            "power": {"socket_power": {"value": 187, "unit": "W"}},
            "temperature": {"edge": "N/A"},
            "mem_usage": {"used_vram": {"value": 8123, "unit": "MB"}},
            "clock": {"gfx_0": {"clk": {"value": 1904, "unit": "MHz"}}, "mem_0": "N/A"},
            "fan": {"speed": "N/A", "usage": {"value": 40, "unit": "%"}},
        }
    ]
    answers = {
        "list": [{"gpu": 0, "bdf": "0000:83:00.0", "uuid": "secret"}],
        "metric": metrics if rocm == 6 else {"gpu_data": metrics},
    }
    cases = "".join(f"{name}) echo '{json.dumps(text)}';;" for name, text in answers.items())
    tool(tools, "amd-smi", f'case "$1" in {cases} esac')
    assert reference.amd_smi() == {
        "0000:83:00.0": {
            "utilization": 42,
            "powerUsageW": 187,
            "memoryUsedMB": 8123,
            "clockMHz": 1904,
            "fanPercent": 40,
        }
    }


OVERLAY = "1 0 0:2 / / rw - overlay overlay rw,upperdir=/var/lib/containerd/io.containerd/1/fs\n"
LXCFS = "1 0 0:2 /proc/meminfo /proc/meminfo rw - fuse.lxcfs lxcfs rw\n"
LXC_HOST = "1 0 0:2 / /var/lib/lxcfs rw - fuse.lxcfs lxcfs rw\n"


@pytest.mark.parametrize(
    ("file", "content", "inside"),
    [
        (".dockerenv", "", ["docker"]),
        ("run/.containerenv", "", ["podman"]),
        ("proc/self/mountinfo", OVERLAY, ["containerd"]),
        ("proc/self/mountinfo", LXCFS, ["lxc"]),
        ("proc/self/mountinfo", LXC_HOST, []),
        ("run/systemd/container", "lxc\n", ["lxc"]),
        ("run/systemd/container", "systemd-nspawn\n", ["container"]),
        ("run/systemd/container", "wsl\n", []),
        (".flatpak-info", "", ["flatpak"]),
        ("proc/self/attr/current", "snap.app.app (enforce)\n", ["snap"]),
        ("proc/self/attr/current", "snap.editor.editor (complain)\n", []),
        ("proc/self/attr/current", "unconfined\n", []),
        ("proc/sys/kernel/osrelease", "5.15.153.1-microsoft-standard-WSL2\n", ["wsl"]),
        ("proc/sys/kernel/osrelease", "6.12.0-amd64\n", []),
    ],
)
def test_what_encloses_the_program_is_known_by_its_marks(
    tmp_path: Path, file: str, content: str, inside: list[Enclosure]
) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(content, "utf-8")
    assert look_around(tmp_path, {}).inside == inside


def test_whoever_gives_a_container_its_gpus_is_named(tmp_path: Path) -> None:
    (tmp_path / ".dockerenv").touch()
    (tmp_path / "proc/sys/kernel").mkdir(parents=True)
    (tmp_path / "proc/sys/kernel/osrelease").write_text("5.15-microsoft", "utf-8")
    pod = {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}
    assert look_around(tmp_path, pod).inside == ["kubernetes", "wsl"]


@pytest.mark.parametrize("enclosure", get_args(Enclosure))
def test_every_enclosure_is_named_with_what_it_means_and_what_helps_when_no_gpu_is_found(
    tools: Path, monkeypatch: pytest.MonkeyPatch, enclosure: Enclosure
) -> None:
    monkeypatch.setenv("PATH", str(tools))
    inside = structs.replace(HERE, inside=[enclosure])
    nothing = Examination(providers=[], gpus=[], tools={})
    (note,) = notes(inside, nothing)
    assert note.reason
    assert note.action
    text = as_text(inside, nothing)
    assert "\nInside " in text
    assert "→" in text
    assert max(map(len, text.splitlines())) <= 80
    # Whoever misses a second GPU wants to know as well, but has the first one.
    (note,) = notes(inside, examined(shown(), monkeypatch=monkeypatch))
    assert note.reason
    assert not note.action


@pytest.mark.parametrize(("state", "is_normal"), [("absent", True), ("unavailable", False)])
def test_a_gpu_that_does_not_work_is_no_normal_result(
    state: ProviderState, *, is_normal: bool
) -> None:
    status = ProviderStatus(name="amd", state=state, device_count=0, reason="R.", action="A.")
    found = Examination(providers=[status], gpus=[], tools={})
    inside = structs.replace(HERE, inside=["docker"])
    assert ("normal" in as_text(inside, found)) == is_normal
    assert bool(notes(inside, found)[0].action) == is_normal


def test_json_has_the_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = structs.replace(HERE, inside=["docker"])
    text = as_json(inside, examined(shown("lost", vendor="intel"), monkeypatch=monkeypatch))
    assert json.loads(text)["surroundings"]["inside"] == ["docker"]
    assert "only the GPUs" in json.loads(text)["notes"][0]["reason"]


def test_devices_that_this_user_may_not_open_are_known_without_opening_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dev/dri").mkdir(parents=True)
    for name in ("dri/card0", "dri/renderD128", "dri/renderD129", "kfd"):
        (tmp_path / "dev" / name).touch()

    # These tests may run as root, whom the kernel refuses nothing.
    def access(path: Path, _: int) -> bool:
        return path.name == "renderD129"

    monkeypatch.setattr(os, "access", access)
    opened: list[str] = []
    with opened_files(opened.append):
        around = look_around(tmp_path, {})
    assert around.closed_devices == ["renderD128", "kfd"]
    assert around.devices_group == (tmp_path / "dev/kfd").group()
    assert not [path for path in opened if "/dev/" in path]


@pytest.mark.parametrize(
    ("vendor", "words"),
    [
        ("amd", "models that this user runs do, and so does AMD's library"),
        ("intel", "models that this user runs do."),
        ("nvidia", ""),
    ],
)
def test_it_says_what_is_lost_without_access_to_the_devices_and_what_helps(
    tools: Path, monkeypatch: pytest.MonkeyPatch, vendor: Vendor, words: str
) -> None:
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setattr(examination, "library_is_installed", lambda: False)
    closed = structs.replace(HERE, closed_devices=["renderD128", "kfd"], devices_group="render")
    found = examined(shown(vendor=vendor, told=True), monkeypatch=monkeypatch)
    told = notes(closed, found)
    assert [words in note.reason for note in told] == [True] * bool(words)
    assert [note.action for note in told] == [
        "Run sudo usermod -aG render $USER, then log in again."
    ] * bool(words)
    assert not notes(HERE, found)


@pytest.mark.parametrize("installed", [True, False])
def test_it_says_whether_amds_library_might_tell_what_is_missing(
    tools: Path, monkeypatch: pytest.MonkeyPatch, *, installed: bool
) -> None:
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setattr(examination, "library_is_installed", lambda: False)
    around = structs.replace(HERE, has_amd_library=installed)
    rows = [
        shown(vendor="amd"),
        shown(vendor="amd", bus=2, told=True),
        shown(vendor="intel", bus=3),
    ]
    (note,) = notes(around, examined(*rows, monkeypatch=monkeypatch))
    assert "missing of GPU-0" in note.reason
    assert bool(note.action) == (not installed)


def test_what_amds_library_adds_is_waited_for(
    tmp_path: Path, tools: Path, monkeypatch: pytest.MonkeyPatch, stub: StubLibrary
) -> None:
    monkeypatch.setenv("PATH", str(tools))
    # Far more than a busy machine needs; the doctor goes on as soon as it has everything.
    monkeypatch.setattr(examination, "AMD_LIBRARY_SWEEPS", 400)
    tree = AmdgpuTree(tmp_path)
    tree.add(SILENT)
    provider = AmdProvider(APP_PID, sysfs=tree.sysfs, proc=tree.proc)
    monkeypatch.setattr(examination, "SWEEP_INTERVAL_SECONDS", 0.05)
    (found,) = examine([provider], {}).gpus
    assert (found.gpu.utilization, found.gpu.power_usage_w) == (42, 187)
    assert stub.calls().count("load") == 1


def test_json_without_the_doctor_is_a_mistake() -> None:
    result = subprocess.run(
        [*SIDECAR, "--json"],
        capture_output=True,
        check=False,
        timeout=ANSWER_SECONDS,
    )
    assert result.returncode == 2
    assert b"--json goes with doctor" in result.stderr
