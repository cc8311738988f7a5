"""Live GPU metrics over JSON-RPC 2.0 on stdin and stdout."""

__version__ = "0.1.0"
