/* What the fake answers: script.txt, parsed on the first call and again whenever the file has changed.
   README.md describes the language. A header only so that one file is compiled. */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYSTEM_FUNCTIONS(X)                                                             \
    X(nvmlInit_v2) X(nvmlInitWithFlags) X(nvmlShutdown) X(nvmlSystemGetDriverVersion)   \
    X(nvmlSystemGetNVMLVersion) X(nvmlDeviceGetCount_v2)

#define DEVICE_FUNCTIONS(X)                                                             \
    X(nvmlDeviceGetHandleByIndex_v2) X(nvmlDeviceGetHandleByUUID)                       \
    X(nvmlDeviceGetHandleByPciBusId_v2) X(nvmlDeviceGetMigDeviceHandleByIndex)          \
    X(nvmlDeviceGetMigMode) X(nvmlDeviceGetMaxMigDeviceCount)                           \
    X(nvmlDeviceGetName) X(nvmlDeviceGetUUID) X(nvmlDeviceGetPciInfo_v3)                \
    X(nvmlDeviceGetIndex) X(nvmlDeviceGetMinorNumber) X(nvmlDeviceGetBrand)             \
    X(nvmlDeviceGetArchitecture) X(nvmlDeviceGetAddressingMode)                         \
    X(nvmlDeviceGetUtilizationRates) X(nvmlDeviceGetEncoderUtilization)                 \
    X(nvmlDeviceGetDecoderUtilization) X(nvmlDeviceGetMemoryInfo)                       \
    X(nvmlDeviceGetMemoryInfo_v2) X(nvmlDeviceGetTemperature)                           \
    X(nvmlDeviceGetTemperatureV) X(nvmlDeviceGetTemperatureThreshold)                   \
    X(nvmlDeviceGetPowerUsage) X(nvmlDeviceGetEnforcedPowerLimit)                       \
    X(nvmlDeviceGetPowerManagementLimit) X(nvmlDeviceGetClockInfo)                      \
    X(nvmlDeviceGetMaxClockInfo) X(nvmlDeviceGetFanSpeed) X(nvmlDeviceGetFanSpeed_v2)   \
    X(nvmlDeviceGetPerformanceState) X(nvmlDeviceGetCurrentClocksEventReasons)          \
    X(nvmlDeviceGetTotalEnergyConsumption)                                              \
    X(nvmlDeviceGetCurrentClocksThrottleReasons)                                        \
    X(nvmlDeviceGetComputeRunningProcesses_v2)                                          \
    X(nvmlDeviceGetComputeRunningProcesses_v3)                                          \
    X(nvmlDeviceGetGraphicsRunningProcesses_v2)                                         \
    X(nvmlDeviceGetGraphicsRunningProcesses_v3)                                         \
    X(nvmlDeviceGetMPSComputeRunningProcesses_v3) X(nvmlDeviceGetProcessUtilization)    \
    X(nvmlDeviceGetFieldValues)

#define AS_ENUM(name) F_##name,
#define AS_NAME(name) #name,
enum function {
    SYSTEM_FUNCTIONS(AS_ENUM) FIRST_DEVICE_FUNCTION,
    BEFORE_DEVICE_FUNCTIONS = FIRST_DEVICE_FUNCTION - 1,
    DEVICE_FUNCTIONS(AS_ENUM) F_nvmlErrorString,
    F_stale_handle, /* not a function: counts calls with a handle from before a shutdown */
    FUNCTION_COUNT
};
static const char *const function_names[] = {
    SYSTEM_FUNCTIONS(AS_NAME) DEVICE_FUNCTIONS(AS_NAME) "nvmlErrorString", "stale handle"};

/* Every number of a device, with its default for the device of index i. */
#define NUMBERS(X)                                                                      \
    X(utilization, 10 + 7 * i % 90) X(memory_utilization, 5 + 3 * i % 60)               \
    X(encoder_utilization, 0) X(decoder_utilization, 0) X(memory_total_mib, 24564)      \
    X(memory_used_mib, 2000 + 250 * (i % 80)) X(memory_reserved_mib, 400)               \
    X(temperature_c, 40 + i % 40) X(slowdown_c, 90) X(memory_temperature_c, 50 + i % 40) \
    X(power_mw, 90000 + 2500 * (i % 100)) X(power_limit_mw, 450000)                     \
    X(energy_mj, 1000000 + i) X(sm_clock_mhz, 1500 + 15 * (i % 64))                     \
    X(max_sm_clock_mhz, 2520) X(memory_clock_mhz, 10501) X(fan_percent, 30 + i % 50)    \
    X(performance_state, 2) X(event_reasons, 0) X(pcie_tx_bytes, 1000 * (i + 1))        \
    X(pcie_rx_bytes, 2000 * (i + 1)) X(brand, 5) X(architecture, 8)                     \
    X(addressing_mode, 0) X(mig, UNKNOWN)

/* What a device may have any number of: each item is two numbers. */
#define LISTS(X) X(compute_process) X(graphics_process) X(mps_process) X(mig_child)

#define UNKNOWN UINT64_MAX
#define MAX_DEVICES 4096

struct list {
    struct pair {
        uint64_t first, second;
    } *items;
    unsigned count;
};

#define AS_NUMBER(key, value) uint64_t key;
#define AS_LIST(key) struct list key;
struct device {
    unsigned index;
    uint32_t identity; /* hash of the UUID: finds a device again after its index has moved */
    char name[96], uuid[80], pci[32];
    NUMBERS(AS_NUMBER)
    LISTS(AS_LIST)
};

enum { EVERY_TARGET = -1, NO_DEVICE = -2 };
enum action { RETURN, DELAY, HANG };

struct rule {
    int target;
    enum action action;
    int value;
    _Atomic int *times_left; /* of a return; NULL for any number of times */
    const struct rule *older;
};

struct script {
    int fd; /* of the file it was read from, -1 when there was none */
    struct stat stamp;
    char driver[64];
    struct device *devices;
    unsigned device_count;
    const struct rule *rules[FUNCTION_COUNT]; /* newest first */
};

static char *script_path;
static unsigned line_number;

static _Noreturn void bad_script(const char *problem, const char *text) {
    fprintf(stderr, "fake nvml: %s:%u: %s '%s'\n", script_path, line_number, problem, text);
    abort();
}

/* Words and numbers ------------------------------------------------------------------------- */

static void next_word(const char **cursor, char word[64]) {
    *cursor += strspn(*cursor, " \t");
    size_t length = strcspn(*cursor, " \t");
    snprintf(word, 64, "%.*s", (int)length, *cursor);
    *cursor += length;
}

static uint64_t next_number(const char **cursor) {
    char word[64], *end;
    next_word(cursor, word);
    if (!strcmp(word, "unknown"))
        return UNKNOWN;
    errno = 0;
    uint64_t number = strtoull(word, &end, 0);
    if (!isdigit((unsigned char)*word) || *end || errno)
        bad_script("not a number:", word);
    return number;
}

static unsigned next_number_below(unsigned limit, const char **cursor, const char *problem) {
    const char *start = *cursor;
    uint64_t number = next_number(cursor);
    if (number >= limit)
        bad_script(problem, start);
    return (unsigned)number;
}

static void end_of_line(const char *cursor) {
    cursor += strspn(cursor, " \t");
    if (*cursor)
        bad_script("more on the line than expected:", cursor);
}

static void rest_of_line(const char *cursor, char *out, size_t size) {
    cursor += strspn(cursor, " \t");
    if (!*cursor || strlen(cursor) >= size)
        bad_script("empty or too long:", cursor);
    strcpy(out, cursor);
}

/* NVML's own spelling, so that addresses can be compared as text. */
static bool canonical_pci(const char *text, char out[32]) {
    unsigned domain, bus, device, function;
    int length = 0;
    if (sscanf(text, "%8x:%2x:%2x.%1x%n", &domain, &bus, &device, &function, &length) != 4 || text[length])
        return false;
    return snprintf(out, 32, "%08X:%02X:%02X.%X", domain, bus, device, function) == 16;
}

/* Devices ----------------------------------------------------------------------------------- */

#define AS_DEFAULT(key, value) .key = (value),
static void set_defaults(struct device *device, unsigned i) {
    *device = (struct device){.index = i, NUMBERS(AS_DEFAULT)};
    snprintf(device->name, sizeof device->name, "NVIDIA RTX F%u", 1000 + i);
    snprintf(device->uuid, sizeof device->uuid, "GPU-%08x-fa4e-4e56-8d4c-%012x", 0x10000000 + i, i);
    snprintf(device->pci, sizeof device->pci, "%08X:%02X:00.0", i / 255, 1 + i % 255);
}

static void add_devices(struct script *script, const char *cursor) {
    if (script->devices)
        bad_script("'devices' again:", cursor);
    script->device_count = next_number_below(MAX_DEVICES + 1, &cursor, "too many devices:");
    end_of_line(cursor);
    script->devices = calloc(script->device_count + 1, sizeof *script->devices);
    for (unsigned i = 0; i < script->device_count; i++)
        set_defaults(&script->devices[i], i);
}

static uint64_t *find_number(struct device *device, const char *key) {
#define RETURN_NUMBER(name, value) if (!strcmp(key, #name)) return &device->name;
    NUMBERS(RETURN_NUMBER)
    return NULL;
}

static struct list *find_list(struct device *device, const char *key) {
#define RETURN_LIST(name) if (!strcmp(key, #name)) return &device->name;
    LISTS(RETURN_LIST)
    return NULL;
}

static void append(struct list *list, const char **cursor) {
    struct pair pair = {.first = next_number(cursor)};
    pair.second = next_number(cursor);
    list->items = realloc(list->items, (list->count + 1) * sizeof pair);
    list->items[list->count++] = pair;
}

static void set_number_or_list(struct device *device, const char *key, const char *cursor) {
    uint64_t *number = find_number(device, key);
    struct list *list = find_list(device, key);
    if (!number && !list)
        bad_script("unknown key", key);
    if (number)
        *number = next_number(&cursor);
    if (list)
        append(list, &cursor);
    end_of_line(cursor);
}

static void set_value(struct device *device, const char *key, const char *cursor) {
    char text[64];
    if (!strcmp(key, "name"))
        rest_of_line(cursor, device->name, sizeof device->name);
    else if (!strcmp(key, "uuid"))
        rest_of_line(cursor, device->uuid, sizeof device->uuid);
    else if (strcmp(key, "pci"))
        set_number_or_list(device, key, cursor);
    else {
        rest_of_line(cursor, text, sizeof text);
        if (!canonical_pci(text, device->pci))
            bad_script("not a PCI address:", text);
    }
}

static uint32_t hash(const char *text) {
    uint32_t value = 2166136261u;
    while (*text)
        value = (value ^ (unsigned char)*text++) * 16777619u;
    return value;
}

static void identify_devices(struct script *script) {
    for (unsigned i = 0; i < script->device_count; i++) {
        script->devices[i].identity = hash(script->devices[i].uuid);
        for (unsigned j = 0; j < i; j++)
            if (script->devices[j].identity == script->devices[i].identity)
                bad_script("two devices have the uuid", script->devices[i].uuid);
    }
}

/* Rules: what a function does instead of answering ------------------------------------------ */

static bool may_have_rule(enum function function, int target) {
    if (function >= F_nvmlErrorString)
        return false;
    return target == EVERY_TARGET || (target == NO_DEVICE) == (function < FIRST_DEVICE_FUNCTION);
}

static void add_rule(struct script *script, enum function function, struct rule rule) {
    /* pynvml's nvmlInit() calls nvmlInitWithFlags: a rule for the other name must not miss it. */
    if (function == F_nvmlInit_v2)
        function = F_nvmlInitWithFlags;
    struct rule *newest = malloc(sizeof *newest);
    rule.older = script->rules[function];
    *newest = rule;
    script->rules[function] = newest;
}

static struct rule parse_rule(int target, const char *cursor) {
    struct rule rule = {.target = target, .action = HANG};
    char word[64];
    next_word(&cursor, word);
    if (!strcmp(word, "return"))
        rule.action = RETURN;
    else if (!strcmp(word, "delay_ms"))
        rule.action = DELAY;
    else if (strcmp(word, "hang"))
        bad_script("expected return, delay_ms or hang, not", word);
    if (rule.action != HANG)
        rule.value = (int)next_number_below(1000000, &cursor, "too large:");
    if (rule.action == RETURN && cursor[strspn(cursor, " \t")]) {
        rule.times_left = malloc(sizeof *rule.times_left);
        *rule.times_left = (int)next_number_below(1000000, &cursor, "too large:");
    }
    end_of_line(cursor);
    return rule;
}

static void add_rules(struct script *script, int target, const char *name, const char *cursor) {
    struct rule rule = parse_rule(target, cursor);
    bool every = !strcmp(name, "*"), used = false;
    for (enum function f = 0; f < FUNCTION_COUNT; f++)
        if ((every || !strcmp(name, function_names[f])) && may_have_rule(f, target)) {
            add_rule(script, f, rule);
            used = true;
        }
    if (!used)
        bad_script("unknown function, or not one for this target:", name);
}

static const struct rule *find_rule(const struct script *script, enum function function, int target,
                                    enum action action) {
    const struct rule *rule = script->rules[function];
    while (rule && (rule->action != action || (rule->target != EVERY_TARGET && rule->target != target) ||
                    (rule->times_left && *rule->times_left <= 0)))
        rule = rule->older;
    return rule;
}

/* Lines ------------------------------------------------------------------------------------- */

static int parse_target(const struct script *script, const char *word) {
    if (!strcmp(word, "*"))
        return EVERY_TARGET;
    if (!strcmp(word, "-"))
        return NO_DEVICE;
    if (!isdigit((unsigned char)*word))
        bad_script("unknown key", word);
    return (int)next_number_below(script->device_count, &word, "no such device (yet: 'devices' comes first):");
}

static void parse_target_line(struct script *script, const char *word, const char *cursor) {
    char key[64];
    int target = parse_target(script, word);
    next_word(&cursor, key);
    if (target == NO_DEVICE || !strcmp(key, "*") || !strncmp(key, "nvml", 4)) {
        add_rules(script, target, key, cursor);
        return;
    }
    if (!script->devices)
        bad_script("'devices' comes before", key);
    for (unsigned i = 0; i < script->device_count; i++)
        if (target == EVERY_TARGET || target == (int)i)
            set_value(&script->devices[i], key, cursor);
}

static void parse_line(struct script *script, char *line) {
    line[strcspn(line, "#")] = '\0';
    for (size_t end = strlen(line); end > 0 && isspace((unsigned char)line[end - 1]); end--)
        line[end - 1] = '\0';
    const char *cursor = line;
    char word[64];
    next_word(&cursor, word);
    if (!strcmp(word, "driver"))
        rest_of_line(cursor, script->driver, sizeof script->driver);
    else if (!strcmp(word, "devices"))
        add_devices(script, cursor);
    else if (*word)
        parse_target_line(script, word, cursor);
}

static void parse_text(struct script *script, char *text) {
    line_number = 0;
    for (char *line; (line = strsep(&text, "\n"));) {
        line_number++;
        parse_line(script, line);
    }
    identify_devices(script);
}

/* The file ---------------------------------------------------------------------------------- */

static int open_script(struct stat *stamp) {
    int fd;
    /* A file replaced between open and fstat has no link left, and its replacement would go unnoticed. */
    while ((fd = open(script_path, O_RDONLY | O_CLOEXEC)) >= 0 && !fstat(fd, stamp) && stamp->st_nlink == 0)
        close(fd);
    if (fd < 0 && errno != ENOENT)
        bad_script("cannot be opened:", strerror(errno));
    return fd;
}

static struct script *read_script(void) {
    struct script *script = calloc(1, sizeof *script);
    strcpy(script->driver, "580.95.05");
    script->fd = open_script(&script->stamp);
    if (script->fd < 0)
        return script;
    char *text = calloc(1, (size_t)script->stamp.st_size + 1);
    if (pread(script->fd, text, (size_t)script->stamp.st_size, 0) < 0)
        bad_script("cannot be read:", strerror(errno));
    parse_text(script, text);
    free(text);
    return script;
}

/* fstat costs a third of a stat by path. A rename over the file, or its removal, changes its number of
   links; and while it is open, its replacement cannot be given the same inode number. */
static bool is_current(const struct script *script) {
    const struct stat *then = &script->stamp;
    struct stat now;
    if (script->fd < 0)
        return access(script_path, F_OK) != 0;
    return !fstat(script->fd, &now) && now.st_nlink == then->st_nlink && now.st_ino == then->st_ino &&
           now.st_size == then->st_size && now.st_mtim.tv_sec == then->st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == then->st_mtim.tv_nsec;
}

/* Old scripts are never freed: another thread may be reading one, and they are small. */
static const struct script *current_script(void) {
    static struct script *_Atomic current;
    static pthread_mutex_t reload_lock = PTHREAD_MUTEX_INITIALIZER;
    struct script *script = atomic_load(&current);
    if (script && is_current(script))
        return script;
    pthread_mutex_lock(&reload_lock);
    script = atomic_load(&current);
    if (!script || !is_current(script)) {
        int old_fd = script ? script->fd : -1;
        script = read_script();
        atomic_store(&current, script);
        /* A thread about to fstat it sees an error or another file: either sends it here. */
        if (old_fd >= 0)
            close(old_fd);
    }
    pthread_mutex_unlock(&reload_lock);
    return script;
}

#endif
