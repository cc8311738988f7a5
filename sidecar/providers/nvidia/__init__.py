"""NVIDIA GPUs by NVML (PyPI ``nvidia-ml-py``, module ``pynvml``), on Linux and Windows.

What NVML's values mean is taken from the comments in its header, nvml.h. ``provider`` finds the
GPUs and outlives the driver, ``gpu`` reads one of them, ``errors`` says what follows from what
NVML returns, ``processes`` who uses a GPU.
"""
