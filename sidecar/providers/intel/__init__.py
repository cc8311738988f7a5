"""Intel GPUs on Linux by what the kernel drivers i915 and xe tell every user.

No root, no group, no library, and never ``/dev/dri``, whose opening wakes a GPU. ``provider``
finds the GPUs, ``gpu`` reads one of them, ``files`` knows where each driver keeps what,
``utilization`` and ``memory`` what can honestly be said, ``app_clients`` what the app does there,
``counter`` makes rates, ``power`` of the energy used, ``pci_ids`` finds names.
"""
