/* A libnvidia-ml.so.1 without a GPU: it answers what script.txt beside it says. See README.md. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <libgen.h>
#include <limits.h>
#include <sys/mman.h>
#include <time.h>

#include "nvml_abi.h"
#include "script.h"

/* Counters: the file 'calls' ------------------------------------------------------------------- */

struct counter {
    char name[56];
    _Atomic uint64_t count;
};

static struct counter *counters;

static void map_counters(const char *path) {
    size_t size = FUNCTION_COUNT * sizeof *counters;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    /* No O_TRUNC: another process may have it mapped, and would die of SIGBUS. */
    if (fd < 0 || ftruncate(fd, (off_t)size) ||
        (counters = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)) == MAP_FAILED) {
        perror(path);
        abort();
    }
    close(fd);
    for (enum function f = 0; f < FUNCTION_COUNT; f++)
        strncpy(counters[f].name, function_names[f], sizeof counters[f].name);
}

__attribute__((constructor)) static void find_own_folder(void) {
    Dl_info self;
    char file[PATH_MAX], *folder, *calls;
    dladdr((void *)&script_path, &self);
    snprintf(file, sizeof file, "%s", self.dli_fname);
    /* Absolute at once, since the program may change its directory; of a link, the folder of the link. */
    folder = realpath(dirname(file), NULL);
    if (!folder || asprintf(&script_path, "%s/script.txt", folder) < 0 || asprintf(&calls, "%s/calls", folder) < 0)
        abort();
    map_counters(calls);
    free(calls);
    free(folder);
}

static void count(enum function function) {
    atomic_fetch_add_explicit(&counters[function].count, 1, memory_order_relaxed);
}

/* Handles: generation of the init (12 bits), MIG child + 1 (8), index (12), identity (32) ---------- */

static _Atomic unsigned generation; /* 0 while not initialised */

static nvmlDevice_t make_handle(const struct device *device, unsigned child) {
    uint64_t handle = (uint64_t)generation << 52 | (uint64_t)child << 44 | (uint64_t)device->index << 32;
    return (nvmlDevice_t)(uintptr_t)(handle | device->identity);
}

static const struct device *find_identity(const struct script *script, uint32_t identity, unsigned hint) {
    if (hint < script->device_count && script->devices[hint].identity == identity)
        return &script->devices[hint];
    for (unsigned i = 0; i < script->device_count; i++)
        if (script->devices[i].identity == identity)
            return &script->devices[i];
    return NULL;
}

static nvmlReturn_t resolve(const struct script *script, nvmlDevice_t handle, const struct device **device,
                            unsigned *child) {
    uint64_t bits = (uintptr_t)handle;
    if (!generation)
        return NVML_ERROR_UNINITIALIZED;
    if (bits >> 52 != generation) {
        count(F_stale_handle);
        return NVML_ERROR_INVALID_ARGUMENT;
    }
    *device = find_identity(script, (uint32_t)bits, bits >> 32 & 0xFFF);
    *child = bits >> 44 & 0xFF;
    return *device && *child <= (*device)->mig_child.count ? NVML_SUCCESS : NVML_ERROR_GPU_IS_LOST;
}

/* Calls: count, look at the script, check, then behave as it says ---------------------------------- */

static void sleep_ms(int ms) {
    struct timespec rest = {ms / 1000, ms % 1000 * 1000000L};
    while (nanosleep(&rest, &rest) && errno == EINTR)
        ;
}

static nvmlReturn_t behave(const struct script **script, enum function function, int target) {
    const struct rule *rule;
    while (find_rule(*script, function, target, HANG)) {
        sleep_ms(2);
        *script = current_script();
    }
    if ((rule = find_rule(*script, function, target, DELAY))) {
        sleep_ms(rule->value);
        *script = current_script();
    }
    if (!(rule = find_rule(*script, function, target, RETURN)))
        return NVML_SUCCESS;
    if (rule->times_left)
        --*rule->times_left;
    return rule->value;
}

static nvmlReturn_t system_call(enum function function, const struct script **script, const void *out) {
    count(function);
    *script = current_script();
    if (!generation)
        return NVML_ERROR_UNINITIALIZED;
    if (!out)
        return NVML_ERROR_INVALID_ARGUMENT;
    return behave(script, function, NO_DEVICE);
}

static nvmlReturn_t device_or_child_call(enum function function, nvmlDevice_t handle, const void *out,
                                         const struct device **device, unsigned *child) {
    count(function);
    const struct script *script = current_script();
    nvmlReturn_t code = resolve(script, handle, device, child);
    if (code == NVML_SUCCESS && !out)
        code = NVML_ERROR_INVALID_ARGUMENT;
    if (code == NVML_SUCCESS)
        code = behave(&script, function, (int)(*device)->index);
    /* Once more: the script may have changed meanwhile, or the library been shut down. */
    return code == NVML_SUCCESS ? resolve(script, handle, device, child) : code;
}

static nvmlReturn_t device_call(enum function function, nvmlDevice_t handle, const void *out,
                                const struct device **device) {
    unsigned child;
    nvmlReturn_t code = device_or_child_call(function, handle, out, device, &child);
    return code == NVML_SUCCESS && child ? NVML_ERROR_NOT_SUPPORTED : code;
}

/* Each starts the body of a function: declares what the call is about, and returns if it must fail. */
#define BEGIN(call)                                                                                   \
    nvmlReturn_t code = (call);                                                                       \
    if (code != NVML_SUCCESS)                                                                         \
        return code
#define SYSTEM_CALL(function, out)                                                                    \
    const struct script *script;                                                                      \
    BEGIN(system_call(F_##function, &script, out))
#define DEVICE_CALL(function, handle, out)                                                            \
    const struct device *device;                                                                      \
    BEGIN(device_call(F_##function, handle, out, &device))
#define DEVICE_OR_CHILD_CALL(function, handle, out)                                                   \
    const struct device *device;                                                                      \
    unsigned child;                                                                                   \
    BEGIN(device_or_child_call(F_##function, handle, out, &device, &child))

/* A function that gives one number of a device. */
#define GETTER(function, type, expression)                                                            \
    nvmlReturn_t function(nvmlDevice_t handle, type *out) {                                           \
        DEVICE_CALL(function, handle, out);                                                           \
        *out = (type)(expression);                                                                    \
        return NVML_SUCCESS;                                                                          \
    }

/* The same where the caller says which: which clock, fan, sensor. */
#define SELECTOR(function, valid, expression)                                                         \
    nvmlReturn_t function(nvmlDevice_t handle, unsigned which, unsigned *out) {                       \
        DEVICE_CALL(function, handle, (valid) ? out : NULL);                                          \
        *out = (unsigned)(expression);                                                                \
        return NVML_SUCCESS;                                                                          \
    }

static nvmlReturn_t copy_text(const char *text, char *out, unsigned size) {
    if (strlen(text) >= size)
        return NVML_ERROR_INSUFFICIENT_SIZE;
    strcpy(out, text);
    return NVML_SUCCESS;
}

/* Library and system ------------------------------------------------------------------------------ */

static pthread_mutex_t init_lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned references, generations;

static nvmlReturn_t initialise(enum function function) {
    count(function);
    const struct script *script = current_script();
    BEGIN(behave(&script, F_nvmlInitWithFlags, NO_DEVICE));
    pthread_mutex_lock(&init_lock);
    if (references++ == 0)
        generation = 1 + generations++ % 0xFFF;
    pthread_mutex_unlock(&init_lock);
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlInit_v2(void) {
    return initialise(F_nvmlInit_v2);
}

nvmlReturn_t nvmlInitWithFlags(unsigned flags) {
    (void)flags;
    return initialise(F_nvmlInitWithFlags);
}

nvmlReturn_t nvmlShutdown(void) {
    SYSTEM_CALL(nvmlShutdown, "");
    pthread_mutex_lock(&init_lock);
    if (references > 0 && --references == 0)
        generation = 0;
    pthread_mutex_unlock(&init_lock);
    return NVML_SUCCESS;
}

const char *nvmlErrorString(nvmlReturn_t code) {
    static const char *const texts[] = {
        "Success", "Uninitialized", "Invalid Argument", "Not Supported", "Insufficient Permissions",
        "Already Initialized", "Not Found", "Insufficient Size", "Insufficient External Power", "Driver Not Loaded",
        "Timeout", "Interrupt Request Issue", "NVML Shared Library Not Found", "Function Not Found",
        "Corrupted infoROM", "GPU is lost", "GPU requires reset", "The operating system has blocked the request",
        "Driver/library version mismatch", "In use by another client", "Insufficient Memory", "No data",
        "The requested vgpu operation is not available on target device, because ECC is enabled",
        "Ran out of critical resources, other than memory", "The requested frequency is not supported",
        "Argument version mismatch", "Deprecated", "System is not ready", "No GPUs were found", "Invalid state",
    };
    count(F_nvmlErrorString);
    return code >= 0 && (size_t)code < sizeof texts / sizeof *texts ? texts[code] : "Unknown Error";
}

nvmlReturn_t nvmlSystemGetDriverVersion(char *version, unsigned length) {
    SYSTEM_CALL(nvmlSystemGetDriverVersion, version);
    return copy_text(script->driver, version, length);
}

nvmlReturn_t nvmlSystemGetNVMLVersion(char *version, unsigned length) {
    SYSTEM_CALL(nvmlSystemGetNVMLVersion, version);
    char text[sizeof script->driver + 3];
    snprintf(text, sizeof text, "13.%s", script->driver);
    return copy_text(text, version, length);
}

nvmlReturn_t nvmlDeviceGetCount_v2(unsigned *device_count) {
    SYSTEM_CALL(nvmlDeviceGetCount_v2, device_count);
    *device_count = script->device_count;
    return NVML_SUCCESS;
}

/* Handles ----------------------------------------------------------------------------------------- */

typedef const struct device *finder(const struct script *, const void *key);

static const struct device *by_index(const struct script *script, const void *key) {
    unsigned index = *(const unsigned *)key;
    return index < script->device_count ? &script->devices[index] : NULL;
}

static const struct device *by_uuid(const struct script *script, const void *key) {
    for (unsigned i = 0; i < script->device_count; i++)
        if (!strcmp(script->devices[i].uuid, key))
            return &script->devices[i];
    return NULL;
}

static const struct device *by_pci(const struct script *script, const void *key) {
    char wanted[32];
    for (unsigned i = 0; canonical_pci(key, wanted) && i < script->device_count; i++)
        if (!strcmp(script->devices[i].pci, wanted))
            return &script->devices[i];
    return NULL;
}

static nvmlReturn_t look_up(enum function function, finder *find, const void *key, nvmlReturn_t missing,
                            nvmlDevice_t *handle) {
    count(function);
    const struct script *script = current_script();
    if (!generation)
        return NVML_ERROR_UNINITIALIZED;
    if (!key || !handle)
        return NVML_ERROR_INVALID_ARGUMENT;
    const struct device *device = find(script, key);
    BEGIN(behave(&script, function, device ? (int)device->index : NO_DEVICE));
    device = find(script, key);
    if (!device)
        return missing;
    *handle = make_handle(device, 0);
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned index, nvmlDevice_t *handle) {
    return look_up(F_nvmlDeviceGetHandleByIndex_v2, by_index, &index, NVML_ERROR_INVALID_ARGUMENT, handle);
}

nvmlReturn_t nvmlDeviceGetHandleByUUID(const char *uuid, nvmlDevice_t *handle) {
    return look_up(F_nvmlDeviceGetHandleByUUID, by_uuid, uuid, NVML_ERROR_NOT_FOUND, handle);
}

nvmlReturn_t nvmlDeviceGetHandleByPciBusId_v2(const char *address, nvmlDevice_t *handle) {
    return look_up(F_nvmlDeviceGetHandleByPciBusId_v2, by_pci, address, NVML_ERROR_NOT_FOUND, handle);
}

nvmlReturn_t nvmlDeviceGetMigDeviceHandleByIndex(nvmlDevice_t parent, unsigned index, nvmlDevice_t *handle) {
    DEVICE_CALL(nvmlDeviceGetMigDeviceHandleByIndex, parent, handle);
    if (device->mig != 1)
        return NVML_ERROR_NOT_SUPPORTED;
    if (index >= device->mig_child.count)
        return NVML_ERROR_NOT_FOUND;
    *handle = make_handle(device, index + 1);
    return NVML_SUCCESS;
}

/* What a device is -------------------------------------------------------------------------------- */

GETTER(nvmlDeviceGetIndex, unsigned, device->index)
GETTER(nvmlDeviceGetMinorNumber, unsigned, device->index)
GETTER(nvmlDeviceGetBrand, unsigned, device->brand)
GETTER(nvmlDeviceGetArchitecture, unsigned, device->architecture)
GETTER(nvmlDeviceGetMaxMigDeviceCount, unsigned, device->mig == 1 ? 7 : 0)

nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t handle, char *name, unsigned length) {
    DEVICE_OR_CHILD_CALL(nvmlDeviceGetName, handle, name);
    char text[sizeof device->name + 16];
    snprintf(text, sizeof text, child ? "%s MIG %u" : "%s", device->name, child - 1);
    return copy_text(text, name, length);
}

nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t handle, char *uuid, unsigned length) {
    DEVICE_OR_CHILD_CALL(nvmlDeviceGetUUID, handle, uuid);
    char text[64];
    snprintf(text, sizeof text, "MIG-%08x-fa4e-5e56-8d4c-%012x", device->identity, child - 1);
    return copy_text(child ? text : device->uuid, uuid, length);
}

nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t handle, nvmlPciInfo_t *pci) {
    DEVICE_CALL(nvmlDeviceGetPciInfo_v3, handle, pci);
    *pci = (nvmlPciInfo_t){.pciDeviceId = 0x268410DE, .pciSubSystemId = 0x88E21043};
    strcpy(pci->busId, device->pci);
    strcpy(pci->busIdLegacy, device->pci + 4);
    sscanf(device->pci, "%x:%x:%x", &pci->domain, &pci->bus, &pci->device);
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetAddressingMode(nvmlDevice_t handle, nvmlDeviceAddressingMode_t *mode) {
    DEVICE_CALL(nvmlDeviceGetAddressingMode, handle, mode);
    if (mode->version != NVML_VERSION(nvmlDeviceAddressingMode_t, 1u))
        return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
    mode->value = (unsigned)device->addressing_mode;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetMigMode(nvmlDevice_t handle, unsigned *current, unsigned *pending) {
    DEVICE_CALL(nvmlDeviceGetMigMode, handle, current && pending ? current : NULL);
    if (device->mig == UNKNOWN)
        return NVML_ERROR_NOT_SUPPORTED;
    *current = *pending = (unsigned)device->mig;
    return NVML_SUCCESS;
}

/* What a device does ------------------------------------------------------------------------------ */

GETTER(nvmlDeviceGetPowerUsage, unsigned, device->power_mw)
GETTER(nvmlDeviceGetEnforcedPowerLimit, unsigned, device->power_limit_mw)
GETTER(nvmlDeviceGetPowerManagementLimit, unsigned, device->power_limit_mw)
GETTER(nvmlDeviceGetFanSpeed, unsigned, device->fan_percent)
GETTER(nvmlDeviceGetTotalEnergyConsumption, unsigned long long, device->energy_mj)
GETTER(nvmlDeviceGetPerformanceState, unsigned, device->performance_state)
GETTER(nvmlDeviceGetCurrentClocksEventReasons, unsigned long long, device->event_reasons)
GETTER(nvmlDeviceGetCurrentClocksThrottleReasons, unsigned long long, device->event_reasons)

nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t handle, nvmlUtilization_t *rates) {
    DEVICE_CALL(nvmlDeviceGetUtilizationRates, handle, rates);
    *rates = (nvmlUtilization_t){(unsigned)device->utilization, (unsigned)device->memory_utilization};
    return NVML_SUCCESS;
}

#define CODEC(function, member)                                                                       \
    nvmlReturn_t function(nvmlDevice_t handle, unsigned *percent, unsigned *period_us) {              \
        DEVICE_CALL(function, handle, period_us ? percent : NULL);                                    \
        *percent = (unsigned)device->member;                                                          \
        *period_us = 167000;                                                                          \
        return NVML_SUCCESS;                                                                          \
    }

CODEC(nvmlDeviceGetEncoderUtilization, encoder_utilization)
CODEC(nvmlDeviceGetDecoderUtilization, decoder_utilization)

/* Graphics, SM and video clock are one here. */
SELECTOR(nvmlDeviceGetClockInfo, which < 4, which == 2 ? device->memory_clock_mhz : device->sm_clock_mhz)
SELECTOR(nvmlDeviceGetMaxClockInfo, which < 4, which == 2 ? device->memory_clock_mhz : device->max_sm_clock_mhz)
SELECTOR(nvmlDeviceGetFanSpeed_v2, which < 1, device->fan_percent)
SELECTOR(nvmlDeviceGetTemperature, which < 1, device->temperature_c)

nvmlReturn_t nvmlDeviceGetTemperatureV(nvmlDevice_t handle, nvmlTemperature_t *temperature) {
    DEVICE_CALL(nvmlDeviceGetTemperatureV, handle, temperature);
    if (temperature->version != NVML_VERSION(nvmlTemperature_t, 1u))
        return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
    if (temperature->sensorType != 0)
        return NVML_ERROR_INVALID_ARGUMENT;
    temperature->temperature = (int)device->temperature_c;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetTemperatureThreshold(nvmlDevice_t handle, unsigned which, unsigned *celsius) {
    DEVICE_CALL(nvmlDeviceGetTemperatureThreshold, handle, celsius);
    enum { SHUTDOWN, SLOWDOWN, MEMORY_MAX, GPU_MAX };
    switch (which) {
    case SHUTDOWN: *celsius = (unsigned)device->slowdown_c + 5; return NVML_SUCCESS;
    case SLOWDOWN: *celsius = (unsigned)device->slowdown_c; return NVML_SUCCESS;
    case MEMORY_MAX: *celsius = 105; return NVML_SUCCESS;
    case GPU_MAX: *celsius = (unsigned)device->slowdown_c - 5; return NVML_SUCCESS;
    default: return NVML_ERROR_NOT_SUPPORTED;
    }
}

/* Memory ------------------------------------------------------------------------------------------ */

static unsigned long long bytes(uint64_t mib) {
    return mib == UNKNOWN ? UNKNOWN : mib << 20;
}

static unsigned long long what_is_left(unsigned long long total, unsigned long long taken) {
    return total > taken ? total - taken : 0;
}

static nvmlMemory_v2_t memory_of(const struct device *device, unsigned child) {
    const struct pair *mig = child ? &device->mig_child.items[child - 1] : NULL;
    nvmlMemory_v2_t memory = {
        .version = NVML_VERSION(nvmlMemory_v2_t, 2u),
        .total = bytes(mig ? mig->second : device->memory_total_mib),
        .reserved = mig ? 0 : bytes(device->memory_reserved_mib),
        .used = bytes(mig ? mig->first : device->memory_used_mib),
    };
    memory.free = what_is_left(what_is_left(memory.total, memory.reserved), memory.used);
    return memory;
}

nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t handle, nvmlMemory_t *out) {
    DEVICE_OR_CHILD_CALL(nvmlDeviceGetMemoryInfo, handle, out);
    nvmlMemory_v2_t memory = memory_of(device, child);
    *out = (nvmlMemory_t){memory.total, memory.free, memory.used};
    if (memory.used != UNKNOWN)
        out->used += memory.reserved;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t handle, nvmlMemory_v2_t *out) {
    DEVICE_OR_CHILD_CALL(nvmlDeviceGetMemoryInfo_v2, handle, out);
    if (out->version != NVML_VERSION(nvmlMemory_v2_t, 2u))
        return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
    *out = memory_of(device, child);
    return NVML_SUCCESS;
}

/* Processes --------------------------------------------------------------------------------------- */

static nvmlReturn_t copy_processes(const struct list *list, unsigned *size, nvmlProcessInfo_t *out) {
    unsigned room = out ? *size : 0;
    *size = list->count;
    if (list->count > room)
        return NVML_ERROR_INSUFFICIENT_SIZE;
    for (unsigned i = 0; i < list->count; i++)
        out[i] = (nvmlProcessInfo_t){(unsigned)list->items[i].first, bytes(list->items[i].second), UINT_MAX, UINT_MAX};
    return NVML_SUCCESS;
}

#define PROCESSES(function, list)                                                                     \
    nvmlReturn_t function(nvmlDevice_t handle, unsigned *size, nvmlProcessInfo_t *processes) {        \
        DEVICE_CALL(function, handle, size);                                                          \
        return copy_processes(&device->list, size, processes);                                        \
    }

PROCESSES(nvmlDeviceGetComputeRunningProcesses_v2, compute_process)
PROCESSES(nvmlDeviceGetComputeRunningProcesses_v3, compute_process)
PROCESSES(nvmlDeviceGetGraphicsRunningProcesses_v2, graphics_process)
PROCESSES(nvmlDeviceGetGraphicsRunningProcesses_v3, graphics_process)
PROCESSES(nvmlDeviceGetMPSComputeRunningProcesses_v3, mps_process)

/* There never are samples: a driver that has none answers so. */
nvmlReturn_t nvmlDeviceGetProcessUtilization(nvmlDevice_t handle, void *samples, unsigned *size,
                                             unsigned long long since_us) {
    (void)samples, (void)since_us;
    DEVICE_CALL(nvmlDeviceGetProcessUtilization, handle, size);
    return NVML_ERROR_NOT_FOUND;
}

/* Field values ------------------------------------------------------------------------------------ */

static nvmlReturn_t put(nvmlFieldValue_t *field, int type, uint64_t value) {
    field->valueType = type;
    field->value = value;
    return NVML_SUCCESS;
}

static nvmlReturn_t put_field(const struct device *device, nvmlFieldValue_t *field) {
    enum { UINT = 1, ULONG_LONG = 3, INT = 5 };
    switch (field->fieldId) {
    case 82: return put(field, UINT, device->memory_temperature_c);
    case 83: return put(field, ULONG_LONG, device->energy_mj);
    case 186: return put(field, UINT, device->power_mw);
    case 193: return put(field, INT, (uint64_t)-7); /* 193-196 are margins, not temperatures */
    case 194: return put(field, INT, (uint64_t)-2);
    case 195: return put(field, INT, 0);
    case 196: return put(field, INT, 0);
    case 197: return put(field, ULONG_LONG, device->pcie_tx_bytes);
    case 198: return put(field, ULONG_LONG, device->pcie_rx_bytes);
    default: return NVML_ERROR_NOT_SUPPORTED;
    }
}

nvmlReturn_t nvmlDeviceGetFieldValues(nvmlDevice_t handle, int size, nvmlFieldValue_t *fields) {
    DEVICE_CALL(nvmlDeviceGetFieldValues, handle, size > 0 ? fields : NULL);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    for (int i = 0; i < size; i++) {
        fields[i].timestamp = now.tv_sec * 1000000LL + now.tv_nsec / 1000;
        fields[i].nvmlReturn = put_field(device, &fields[i]);
    }
    return NVML_SUCCESS;
}
