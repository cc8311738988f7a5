"""What is logged reaches stderr."""

import subprocess
import sys


def test_a_text_of_which_the_system_takes_only_parts_is_written_whole() -> None:
    program = (
        "import os; from sidecar import log; write = os.write;"
        "os.write = lambda fd, data: write(fd, data[:3]);"
        "log.log_without_waiting(); log.log().warning('0123456789'); log.finish_log()"
    )
    result = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, check=True, timeout=30
    )
    assert result.stderr == b"0123456789\n"


def test_of_what_nobody_reads_a_hundred_texts_are_kept() -> None:
    program = (
        "from sidecar import log; log.log_without_waiting();"
        "[log.log().warning('x' * 1023) for _ in range(1000)];"
        "print('logged', flush=True); log.finish_log()"
    )
    with subprocess.Popen(
        [sys.executable, "-I", "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"logged\n"
        _, errors = process.communicate(timeout=30)
    # A pipe holds 64 more.
    assert 100 <= len(errors.splitlines()) < 200
