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
