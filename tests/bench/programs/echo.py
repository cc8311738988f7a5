"""Answers every line on stdin with a file's content: the least that a Python program can do."""

import os
import sys
from pathlib import Path

answer = Path(sys.argv[1]).read_bytes()
while chunk := os.read(0, 1 << 16):
    for _ in range(chunk.count(b"\n")):
        os.write(1, answer)
