"""Imports msgspec without typing_extensions, a quarter of the time until the first answer.

msgspec takes three helpers from there if it can, and otherwise the same ones from ``typing``, which
has them since Python 3.11. What else needs typing_extensions (anyio) imports it later.
"""

import sys

_NAME = "typing_extensions"

if _NAME not in sys.modules:
    sys.modules[_NAME] = None  # pyright: ignore[reportArgumentType] - as if it were not installed
    import msgspec  # noqa: F401 # pyright: ignore[reportUnusedImport] - for others

    del sys.modules[_NAME]
