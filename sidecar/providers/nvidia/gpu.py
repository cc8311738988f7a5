"""One NVIDIA GPU during one initialisation of NVML: what is asked, how often, what errors mean."""

import logging
from collections.abc import Callable, Iterable
from math import inf
from pathlib import Path

import pynvml
from msgspec import Struct
from pynvml import c_nvmlDevice_t as Handle

from sidecar.providers.metric import EVERY_SWEEP, OFTEN_SECONDS, SELDOM_SECONDS, Values
from sidecar.providers.nvidia import errors, questions
from sidecar.providers.nvidia.errors import DeviceLostError, driver_gone
from sidecar.providers.nvidia.processes import running_processes
from sidecar.providers.process_names import process_names
from sidecar.snapshot import Reading

_log = logging.getLogger(__name__)

ONCE = inf
"""For what does not change while NVML is initialised."""

MIG_MODE_SECONDS = 60.0
"""How often it is looked whether MIG was switched, which an administrator does, rarely."""

UNSUPPORTED_SECONDS = 60.0
"""How long a value that this GPU does not have is not asked for."""

SWEEPS_WITHOUT_A_VALUE = 3
"""After so many sweeps in which every call failed with UNKNOWN, the GPU itself is lost."""


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


class _Plan(Struct):
    """What is asked of a GPU.

    Attributes:
        every_sweep: What is watched.
        others: What is asked less often.
        others_due: Monotonic seconds before which none of the others is due.

    """

    every_sweep: list[NvmlMetric]
    others: list[NvmlMetric]
    others_due: float = 0.0


class NvmlGpu:
    """Reads one GPU by a handle, which does not outlive the initialisation that gave it."""

    def __init__(
        self,
        handle: Handle,
        wants_names: Callable[[], bool],
        proc: Path,
        clock: Callable[[], float],
    ) -> None:
        self._handle = handle
        self._wants_names = wants_names
        self._proc = proc
        self._clock = clock
        self._sweeps_without_a_value = 0
        self._lacks_memory = questions.has_no_memory_of_its_own(handle)
        self._is_mig = False
        self._mig_mode = NvmlMetric(self._notice_mig_mode, MIG_MODE_SECONDS)
        self._plan = self._new_plan()
        self._values: Values = {}

    def is_unified(self) -> bool:
        """Whether it uses the computer's own memory (GB10, Jetson); asks until that is told."""
        if self._lacks_memory is None:
            self._lacks_memory = questions.has_no_memory_of_its_own(self._handle)
            self._plan = self._new_plan() if self._lacks_memory else self._plan
        return bool(self._lacks_memory)

    def read(self) -> Reading:
        """Return the values of this moment, and the last ones of what is asked less often.

        Raises:
            DeviceLostError: This GPU is gone.
            ProviderError: NVML has to be initialised again.

        """
        now = self._clock()
        failures: list[int] = []
        # First, since it may change the others.
        if now >= self._mig_mode.due:
            self._ask([self._mig_mode], now, failures)
        answered = self._ask(self._plan.every_sweep, now, failures)
        if now >= self._plan.others_due:
            answered |= self._ask(self._plan.others, now, failures)
            self._plan.others_due = min(metric.due for metric in self._plan.others)
        if failures or self._sweeps_without_a_value:
            self._notice_silence(failures, answered=answered)
        return Reading(**self._values)

    def _new_plan(self) -> _Plan:
        """Return the questions: five for every sweep, the others now and then."""
        memory = NvmlMetric(self._memory())

        def processes(handle: Handle) -> Values:
            return self._processes(handle, memory.values.get("memory_total_bytes"))

        every_sweep = [
            memory,
            NvmlMetric(questions.temperature()),
            NvmlMetric(questions.power),
            NvmlMetric(questions.clock),
        ]
        others = [
            NvmlMetric(questions.throttle_reasons(), OFTEN_SECONDS),
            NvmlMetric(questions.fan, OFTEN_SECONDS),
            NvmlMetric(questions.energy, OFTEN_SECONDS),
            NvmlMetric(processes, OFTEN_SECONDS),
            NvmlMetric(questions.power_limit, SELDOM_SECONDS),
            NvmlMetric(questions.temperature_limit, ONCE),
        ]
        # "Currently not supported" with MIG on, where nvml.h leaves open what comes instead.
        if not self._is_mig:
            every_sweep.insert(0, NvmlMetric(questions.utilization))
            others.append(NvmlMetric(questions.encoder, OFTEN_SECONDS))
            others.append(NvmlMetric(questions.decoder, OFTEN_SECONDS))
        return _Plan(every_sweep, others)

    def _memory(self) -> questions.Ask:
        if self._is_mig:
            return questions.memory_of_children()
        if self._lacks_memory:
            return questions.memory_of_processes(self._proc)
        return questions.memory()

    def _processes(self, handle: Handle, most_bytes: int | None) -> Values:
        pids = running_processes(handle, most_bytes, self._proc).keys()
        names = process_names(pids, self._proc) if self._wants_names() else None
        return {"process_count": len(pids), "process_names": names}

    def _notice_mig_mode(self, handle: Handle) -> Values:
        current, _ = pynvml.nvmlDeviceGetMigMode(handle)
        is_mig = current == pynvml.NVML_DEVICE_MIG_ENABLE
        if is_mig != self._is_mig:
            self._is_mig = is_mig
            self._plan = self._new_plan()
            self._values = {}
        return {}

    def _ask(self, metrics: Iterable[NvmlMetric], now: float, failures: list[int]) -> bool:
        """Put the answers to what is due, or that there is none, in the values.

        In one loop: a call of its own for each would cost a tenth of a sweep.

        Returns:
            Whether anything was answered. The codes of what failed are added to the failures.

        """
        answered = False
        for metric in metrics:
            if now < metric.due:
                continue
            try:
                metric.values = values = metric.ask(self._handle)
            except pynvml.NVMLError as error:
                self._lose(metric, error.value, now)
                failures.append(error.value)
                continue
            answered = True
            self._values.update(values)
            if metric.every_seconds:
                metric.due = now + metric.every_seconds
        return answered

    def _lose(self, metric: NvmlMetric, code: int, now: float) -> None:
        """Take in that a value is unknown.

        One that failed for the moment stays due, however seldom it is asked otherwise.
        """
        self._values |= dict.fromkeys(metric.values)
        metric.values = {}
        self._raise_if_more_is_lost(code)
        if code in errors.REFUSED and metric.due == 0:
            _log.warning("NVML refuses a value to this user: error %d", code)
        # An argument that is not the handle: this GPU does not know what it was asked for.
        if code in errors.UNSUPPORTED or code == errors.INVALID_ARGUMENT:
            metric.due = now + UNSUPPORTED_SECONDS

    def _raise_if_more_is_lost(self, code: int) -> None:
        if code in errors.DEVICE_LOST:
            raise DeviceLostError
        if code in errors.DRIVER_GONE or (
            code == errors.INVALID_ARGUMENT and not _is_good(self._handle)
        ):
            raise driver_gone()

    def _notice_silence(self, failures: list[int], *, answered: bool) -> None:
        silent = not answered and failures.count(errors.UNKNOWN) == len(failures)
        self._sweeps_without_a_value = self._sweeps_without_a_value + 1 if silent else 0
        if self._sweeps_without_a_value >= SWEEPS_WITHOUT_A_VALUE:
            raise DeviceLostError


def _is_good(handle: Handle) -> bool:
    """Whether a handle still means a GPU: what it was good for before must still work."""
    try:
        pynvml.nvmlDeviceGetUUID(handle)
    except pynvml.NVMLError as error:
        return error.value in errors.UNSUPPORTED
    except UnicodeDecodeError:  # pynvml takes what was told for UTF-8
        return True
    return True
