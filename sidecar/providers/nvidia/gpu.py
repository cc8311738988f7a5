"""One NVIDIA GPU during one initialisation of NVML: what is read, how often, what errors mean."""

from collections.abc import Callable

import pynvml
from msgspec import Struct
from pynvml import c_nvmlDevice_t as Handle

from sidecar.providers.metric import EVERY_SWEEP, OFTEN_SECONDS, SELDOM_SECONDS, Values
from sidecar.providers.nvidia import errors
from sidecar.providers.nvidia.errors import DeviceLostError, driver_gone
from sidecar.providers.nvidia.processes import running_processes
from sidecar.providers.process_names import process_names
from sidecar.providers.system_memory import total_memory_bytes
from sidecar.snapshot import EXTERNAL_POWER_BRAKE, HARDWARE_TOO_HOT, Reading

UNSUPPORTED_SECONDS = 60.0
"""How long a value that this GPU does not have is not asked for."""

SWEEPS_WITHOUT_A_VALUE = 3
"""After so many sweeps in which every call failed with UNKNOWN, the GPU itself is lost."""

_LAST_TRUSTED_THRESHOLDS = 7  # NVML_DEVICE_ARCH_AMPERE: from Ada on NVML discourages them
_THROTTLE_REASONS = (
    (0x04, "power limit reached"),
    (0x08, "slowed down by the hardware"),
    (0x20, "too hot: slowed down by the driver"),
    (0x40, HARDWARE_TOO_HOT),
    (0x80, EXTERNAL_POWER_BRAKE),
)


class NvmlMetric(Struct):
    """One question to NVML, and when it is due again.

    Attributes:
        ask: Returns fields of a Reading.
        every_seconds: How often it is asked.
        due: Monotonic seconds from which on it is to be asked.
        values: The answer that holds until then; empty when it is unknown.

    """

    ask: Callable[[Handle], Values]
    every_seconds: float = EVERY_SWEEP
    due: float = 0.0
    values: Values = {}


class NvmlGpu:
    """Reads one GPU by a handle, which does not outlive the initialisation that gave it.

    Attributes:
        is_unified: Whether it uses the computer's own memory (GB10, Jetson).

    """

    def __init__(
        self, handle: Handle, wants_names: Callable[[], bool], clock: Callable[[], float]
    ) -> None:
        self._handle = handle
        self._wants_names = wants_names
        self._clock = clock
        self._sweeps_without_a_value = 0
        self._is_mig = _mig_is_on(handle)
        self.is_unified = not self._is_mig and _has_no_memory_of_its_own(handle)
        self._limit = _temperature_limit(handle)
        self._metrics = self._plan()

    def read(self) -> Reading:
        """Return the values of this moment, and the last ones of what is asked less often.

        Raises:
            DeviceLostError: This GPU is gone.
            ProviderError: NVML has to be initialised again.

        """
        now = self._clock()
        codes = [self._ask(metric, now) for metric in self._metrics if now >= metric.due]
        self._notice_silence(codes)
        values: Values = {"temperature_limit_celsius": self._limit}
        for metric in self._metrics:
            values |= metric.values
        return Reading(**values)

    def changed_mode(self) -> bool:
        """Whether MIG was switched on or off meanwhile, so that it must be read another way."""
        return self._is_mig != _mig_is_on(self._handle)

    def _plan(self) -> tuple[NvmlMetric, ...]:
        """Return the questions: five for every sweep, the others now and then."""
        return (
            *self._utilization(),
            NvmlMetric(self._memory()),
            NvmlMetric(_newest(_temperature, _temperature_the_old_way)),
            NvmlMetric(_power),
            NvmlMetric(_clock),
            NvmlMetric(_newest(_throttle_reasons, _throttle_reasons_the_old_way), OFTEN_SECONDS),
            NvmlMetric(_fan, OFTEN_SECONDS),
            NvmlMetric(self._processes, OFTEN_SECONDS),
            NvmlMetric(_power_limit, SELDOM_SECONDS),
        )

    def _utilization(self) -> tuple[NvmlMetric, ...]:
        # "Currently not supported" with MIG on, where nvml.h leaves open what comes instead.
        if self._is_mig:
            return ()
        return (
            NvmlMetric(_utilization),
            NvmlMetric(_encoder, OFTEN_SECONDS),
            NvmlMetric(_decoder, OFTEN_SECONDS),
        )

    def _memory(self) -> Callable[[Handle], Values]:
        if self._is_mig:
            return _memory_of_children
        return _memory_of_processes if self.is_unified else _newest(_memory, _memory_the_old_way)

    def _processes(self, handle: Handle) -> Values:
        pids = running_processes(handle).keys()
        names = process_names(pids) if self._wants_names() else None
        return {"process_count": len(pids), "process_names": names}

    def _ask(self, metric: NvmlMetric, now: float) -> int:
        """Put the answer, or nothing, in the metric. Returns NVML's code, 0 for success."""
        metric.due = now + metric.every_seconds
        try:
            metric.values = _ask_twice_if_it_grew(metric.ask, self._handle)
        except pynvml.NVMLLibraryMismatchError:
            code = errors.FUNCTION_NOT_FOUND
        except pynvml.NVMLError as error:
            code = error.value
        else:
            return pynvml.NVML_SUCCESS
        metric.values = {}
        if code in errors.DEVICE_LOST:
            raise DeviceLostError
        if code in errors.DRIVER_GONE or (
            code == errors.INVALID_ARGUMENT and not _is_good(self._handle)
        ):
            raise driver_gone()
        if code in errors.UNSUPPORTED:
            metric.due = now + UNSUPPORTED_SECONDS
        return code

    def _notice_silence(self, codes: list[int]) -> None:
        silent = all(code == errors.UNKNOWN for code in codes)
        self._sweeps_without_a_value = self._sweeps_without_a_value + 1 if silent else 0
        if self._sweeps_without_a_value >= SWEEPS_WITHOUT_A_VALUE:
            raise DeviceLostError


def _is_good(handle: Handle) -> bool:
    """Whether a handle still means a GPU: what it was good for before must still work."""
    try:
        pynvml.nvmlDeviceGetUUID(handle)
    except pynvml.NVMLError:
        return False
    return True


def _ask_twice_if_it_grew(ask: Callable[[Handle], Values], handle: Handle) -> Values:
    """Ask again once when a list grew between the question for its size and that for itself."""
    try:
        return ask(handle)
    except pynvml.NVMLError as error:
        if error.value != errors.INSUFFICIENT_SIZE:
            raise
        return ask(handle)


def _newest(*ways: Callable[[Handle], Values]) -> Callable[[Handle], Values]:
    """Return a question that is put in the newest way this driver knows, and remembers which."""
    left = list(ways)

    def ask(handle: Handle) -> Values:
        while True:
            try:
                return left[0](handle)
            except pynvml.NVMLError as error:
                if error.value not in errors.OLDER_WAY or len(left) == 1:
                    raise
                del left[0]

    return ask


def _utilization(handle: Handle) -> Values:
    return {"utilization_percent": pynvml.nvmlDeviceGetUtilizationRates(handle).gpu}


def _memory(handle: Handle) -> Values:
    return _memory_values(pynvml.nvmlDeviceGetMemoryInfo(handle, pynvml.nvmlMemory_v2))


def _memory_the_old_way(handle: Handle) -> Values:
    """Count what the driver keeps for itself as used, which drivers before 510 cannot tell."""
    return _memory_values(pynvml.nvmlDeviceGetMemoryInfo(handle))


def _memory_values(memory: pynvml.c_nvmlMemory_t) -> Values:
    return {
        "memory_used_bytes": memory.used,
        "memory_free_bytes": memory.free,
        "memory_total_bytes": memory.total,
    }


def _memory_of_children(handle: Handle) -> Values:
    """Add up the MIG instances: with MIG on, the GPU's own figures leave their memory out."""
    children = [
        pynvml.nvmlDeviceGetMemoryInfo(child, pynvml.nvmlMemory_v2) for child in _children(handle)
    ]
    return {
        "memory_used_bytes": sum(child.used for child in children),
        "memory_free_bytes": sum(child.free for child in children),
        "memory_total_bytes": sum(child.total for child in children),
    }


def _children(handle: Handle) -> list[Handle]:
    found: list[Handle] = []
    for index in range(pynvml.nvmlDeviceGetMaxMigDeviceCount(handle)):
        try:
            found.append(pynvml.nvmlDeviceGetMigDeviceHandleByIndex(handle, index))
        except pynvml.NVMLError as error:
            if error.value != errors.NOT_FOUND:
                raise
    return found


def _memory_of_processes(handle: Handle) -> Values:
    """Return the computer's memory as the total, and what processes use on the GPU as used.

    What the computer uses besides (MemAvailable) is not the GPU's, and would show an idle GPU
    as half full.
    """
    used = running_processes(handle).values()
    known = [each for each in used if each is not None]
    return {
        "memory_used_bytes": sum(known) if len(known) == len(used) else None,
        "memory_total_bytes": total_memory_bytes(),
    }


def _temperature(handle: Handle) -> Values:
    sensor = pynvml.NVML_TEMPERATURE_GPU
    return {"temperature_celsius": pynvml.nvmlDeviceGetTemperatureV(handle, sensor)}


def _temperature_the_old_way(handle: Handle) -> Values:
    sensor = pynvml.NVML_TEMPERATURE_GPU
    return {"temperature_celsius": pynvml.nvmlDeviceGetTemperature(handle, sensor)}


def _power(handle: Handle) -> Values:
    return {"power_watts": pynvml.nvmlDeviceGetPowerUsage(handle) / 1000}


def _power_limit(handle: Handle) -> Values:
    return {"power_limit_watts": pynvml.nvmlDeviceGetEnforcedPowerLimit(handle) / 1000}


def _clock(handle: Handle) -> Values:
    return {"clock_mhz": pynvml.nvmlDeviceGetClockInfo(handle, pynvml.NVML_CLOCK_SM)}


def _fan(handle: Handle) -> Values:
    return {"fan_percent": pynvml.nvmlDeviceGetFanSpeed(handle)}


def _encoder(handle: Handle) -> Values:
    return {"encoder_percent": pynvml.nvmlDeviceGetEncoderUtilization(handle)[0]}


def _decoder(handle: Handle) -> Values:
    return {"decoder_percent": pynvml.nvmlDeviceGetDecoderUtilization(handle)[0]}


def _throttle_reasons(handle: Handle) -> Values:
    return _reason_words(pynvml.nvmlDeviceGetCurrentClocksEventReasons(handle))


def _throttle_reasons_the_old_way(handle: Handle) -> Values:
    return _reason_words(pynvml.nvmlDeviceGetCurrentClocksThrottleReasons(handle))


def _reason_words(bits: int) -> Values:
    return {"throttle_reasons": tuple(words for mask, words in _THROTTLE_REASONS if bits & mask)}


def _mig_is_on(handle: Handle) -> bool:
    try:
        current, _ = pynvml.nvmlDeviceGetMigMode(handle)
    except pynvml.NVMLError:
        return False
    return current == pynvml.NVML_DEVICE_MIG_ENABLE


def _has_no_memory_of_its_own(handle: Handle) -> bool:
    """Whether memory is really unsupported; any other failure says nothing about the GPU."""
    for ask in (_memory, _memory_the_old_way):
        try:
            ask(handle)
        except pynvml.NVMLError as error:
            if error.value not in errors.OLDER_WAY | {errors.NOT_SUPPORTED}:
                return False
        else:
            return False
    return True


def _temperature_limit(handle: Handle) -> int | None:
    """Return where the GPU slows itself down, on the generations that still tell it in °C."""
    try:
        if pynvml.nvmlDeviceGetArchitecture(handle) > _LAST_TRUSTED_THRESHOLDS:
            return None
        return pynvml.nvmlDeviceGetTemperatureThreshold(
            handle, pynvml.NVML_TEMPERATURE_THRESHOLD_SLOWDOWN
        )
    except pynvml.NVMLError:
        return None
