"""The fdinfo of open DRM files: what the drivers write, and whose files are looked at."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fakes.amdgpu_tree import AmdgpuTree

from sidecar.providers import fdinfo
from sidecar.providers.fdinfo import Client, DrmFile, clients, drm_files

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="fdinfo is of Linux")

APP, SERVER = 100, 200

AMDGPU = """\
pos:	0
flags:	02100002
mnt_id:	29
ino:	718
drm-driver:	amdgpu
drm-client-id:	7
drm-pdev:	0000:03:00.0
pasid:	32771
drm-total-vram:	8 MiB
drm-resident-vram:	6 MiB
drm-memory-vram:	6144 KiB
drm-memory-gtt: 	2052 KiB
amd-requested-vram:	9 MiB
drm-engine-gfx:	123456789 ns
drm-engine-compute:	5 ns
"""
I915 = """\
drm-driver:	i915
drm-pdev:	0000:00:02.0
drm-client-id:	8
drm-resident-system0:	4096
drm-engine-render:	9288864723 ns
drm-engine-video:	0 ns
drm-engine-capacity-video:	2
"""
XE = """\
drm-driver:	xe
drm-client-id:	9
drm-pdev:	0000:00:02.0
drm-resident-gtt:	192 KiB
drm-cycles-rcs:	28257900
drm-total-cycles-rcs:	7655183225
drm-engine-capacity-vcs:	2
"""


@pytest.fixture
def tree(tmp_path: Path) -> AmdgpuTree:
    """Return a computer on which the app runs a server."""
    tree = AmdgpuTree(tmp_path)
    tree.start(APP, "app")
    tree.start(SERVER, "llama-server", parent=APP)
    return tree


def read(tree: AmdgpuTree, text: str) -> Client:
    """Return the client that a driver describes by ``text``."""
    tree.open_drm(SERVER, 5, "renderD128", *text.splitlines())
    (client,) = clients(drm_files(APP, tree.proc))
    return client


def test_amdgpu(tree: AmdgpuTree) -> None:
    assert read(tree, AMDGPU) == Client(
        pid=SERVER,
        driver="amdgpu",
        pci_address="0000:03:00.0",
        client_id="7",
        engine_ns={"gfx": 123456789, "compute": 5},
        capacity={},
        cycles={},
        total_cycles={},
        resident_bytes={"vram": 6 << 20, "gtt": 2052 << 10},
    )


def test_i915(tree: AmdgpuTree) -> None:
    assert read(tree, I915) == Client(
        pid=SERVER,
        driver="i915",
        pci_address="0000:00:02.0",
        client_id="8",
        engine_ns={"render": 9288864723, "video": 0},
        capacity={"video": 2},
        cycles={},
        total_cycles={},
        resident_bytes={"system0": 4096},
    )


def test_xe(tree: AmdgpuTree) -> None:
    assert read(tree, XE) == Client(
        pid=SERVER,
        driver="xe",
        pci_address="0000:00:02.0",
        client_id="9",
        engine_ns={},
        capacity={"vcs": 2},
        cycles={"rcs": 28257900},
        total_cycles={"rcs": 7655183225},
        resident_bytes={"gtt": 192 << 10},
    )


def test_what_is_not_understood_is_left_out(tree: AmdgpuTree) -> None:
    client = read(
        tree,
        f"{XE}drm-engine-ccs:\tsoon\ndrm-resident-vram0:\t1 GiB\ndrm-resident-x:\tKiB\nno colon\n",
    )
    assert (client.engine_ns, client.resident_bytes) == ({}, {"gtt": 192 << 10})


@pytest.mark.parametrize("text", ["", "drm-driver:\tamdgpu\n", "drm-client-id:\t7\n"])
def test_a_file_without_driver_and_client_is_no_client(tree: AmdgpuTree, text: str) -> None:
    tree.open_drm(SERVER, 5, "renderD128", *text.splitlines())
    assert clients(drm_files(APP, tree.proc)) == []


@pytest.mark.parametrize(("text", "worked"), [(AMDGPU, True), (I915, True), (XE, True)])
def test_whoever_used_an_engine_has_worked(tree: AmdgpuTree, text: str, *, worked: bool) -> None:
    assert read(tree, text).has_worked is worked


def test_whoever_only_opened_the_gpu_has_not_worked(tree: AmdgpuTree) -> None:
    idle = [line for line in I915.splitlines() if "render" not in line]
    assert read(tree, "\n".join(idle)).has_worked is False


def test_a_client_that_processes_share_is_listed_once(tree: AmdgpuTree) -> None:
    tree.start(300, "child", parent=SERVER)
    for pid, fd in ((SERVER, 5), (SERVER, 6), (300, 5)):
        tree.open_drm(pid, fd, "renderD128", *AMDGPU.splitlines())
    tree.open_drm(300, 7, "renderD129", *I915.splitlines())
    assert len(drm_files(APP, tree.proc)) == 4
    assert sorted(client.driver for client in clients(drm_files(APP, tree.proc))) == [
        "amdgpu",
        "i915",
    ]


def test_a_file_that_was_closed_since_is_left_out(tree: AmdgpuTree) -> None:
    tree.open_drm(SERVER, 5, "renderD128", *AMDGPU.splitlines())
    (file,) = drm_files(APP, tree.proc)
    assert file == DrmFile(SERVER, f"{tree.proc}/{SERVER}/fdinfo/5", "renderD128")
    Path(file.fdinfo).unlink()
    assert clients([file]) == []


def test_only_drm_files_are_looked_at(tree: AmdgpuTree) -> None:
    for fd, target in enumerate(("/dev/null", "socket:[1]", "/home/user/dev/dri/card0"), start=3):
        (tree.proc / str(SERVER) / "fd" / str(fd)).symlink_to(target)
    assert drm_files(APP, tree.proc) == []


def test_neither_this_process_nor_what_it_started_is_looked_at(tree: AmdgpuTree) -> None:
    tree.start(os.getpid(), "sidecar", parent=APP)
    tree.start(300, "smi-child", parent=os.getpid())
    for pid in (os.getpid(), 300):
        tree.open_drm(pid, 5, "renderD128", *AMDGPU.splitlines())
    assert drm_files(APP, tree.proc) == []


def test_the_scan_is_bounded_when_the_app_is_init(
    tree: AmdgpuTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fdinfo, "MAX_PROCESSES", 10)
    for pid in range(1000, 1100):
        tree.start(pid, "service", parent=APP)
        tree.open_drm(pid, 3, "renderD128", *AMDGPU.splitlines())
    assert len(drm_files(APP, tree.proc)) <= 10


def test_the_scan_of_one_process_is_bounded(
    tree: AmdgpuTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fdinfo, "MAX_OPEN_FILES", 10)
    for fd in range(100):
        tree.open_drm(SERVER, fd, "renderD128", *AMDGPU.splitlines())
    assert len(drm_files(APP, tree.proc)) == 10


def test_a_system_without_procfs_has_no_clients(tmp_path: Path) -> None:
    assert drm_files(APP, tmp_path / "nowhere") == []


def test_the_files_of_a_real_descendant_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fdinfo, "_DRM_FILES", f"{tmp_path}/")
    node = tmp_path / "renderD128"
    node.touch()
    program = (
        f"import subprocess, sys; file = open({str(node)!r});"
        "child = subprocess.Popen(['/bin/cat'], stdin=0, pass_fds=[file.fileno()]);"
        "file.close(); print(child.pid, flush=True); child.wait()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        descendant = int(process.stdout.readline())
        (file,) = drm_files(process.pid)
        assert (file.pid, file.node) == (descendant, "renderD128")
        assert "flags:" in Path(file.fdinfo).read_text("utf-8")
