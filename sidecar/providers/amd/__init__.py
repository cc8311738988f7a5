"""AMD GPUs on Linux, by what the kernel driver amdgpu tells every user in sysfs.

The files are those of the kernel's Documentation/gpu/amdgpu (thermal, driver-misc); which of them
a chip has is decided in drivers/gpu/drm/amd/pm/amdgpu_pm.c. ``provider`` finds the GPUs, ``gpu``
reads one of them by ``hwmon`` and its other files, ``names`` and ``processes`` tell what it is
called and who uses it. ``smi`` asks AMD's own library, in a child process (``smi_child``), for
what sysfs leaves open.
"""
