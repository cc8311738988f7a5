"""Sources of GPUs: one module per vendor behind one protocol, and the registry of them.

A vendor's library is imported inside its module's functions and nowhere else, so that a broken
one costs only its own GPUs, and starting costs nothing.
"""
