/* A libamd_smi.so without a GPU: it answers what script.txt beside it says. See README.md.
   The functions that are not here come from stub_library.py and are not supported. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SUCCESS = 0, NOT_SUPPORTED = 2, MAX_GPUS = 8, LINE = 256 };
typedef uint32_t status;

static char folder[PATH_MAX];

/* The script: the last line that starts with the key counts. */
static bool look_up(const char *key, char value[LINE]) {
    char path[PATH_MAX + 16], line[LINE];
    bool found = false;
    snprintf(path, sizeof path, "%s/script.txt", folder);
    FILE *script = fopen(path, "re");
    while (script && fgets(line, sizeof line, script)) {
        size_t length = strlen(key);
        line[strcspn(line, "\n")] = 0;
        if (!strncmp(line, key, length) && line[length] == ' ') {
            strcpy(value, line + length + 1);
            found = true;
        }
    }
    if (script)
        fclose(script);
    return found;
}

static void note(const char *what) {
    char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/calls.txt", folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    dprintf(fd, "%s\n", what);
    close(fd);
    /* Like the real one, which writes to stdout now and then. */
    printf("%s\n", what);
    fflush(stdout);
}

__attribute__((constructor)) static void load(void) {
    Dl_info self;
    dladdr((void *)&folder, &self);
    char *file = strdup(self.dli_fname);
    if (!file || !realpath(dirname(file), folder))
        abort();
    free(file);
    note("load");
}

/* What every function does first. */
static status begin(const char *function) {
    char what[LINE];
    note(function);
    if (!look_up(function, what))
        return SUCCESS;
    if (!strcmp(what, "hang"))
        for (;;)
            pause();
    if (!strcmp(what, "crash"))
        raise(SIGSEGV);
    return (status)strtoul(what, NULL, 0);
}

#define BEGIN                                \
    status code = begin(__func__);           \
    if (code != SUCCESS)                     \
        return code

/* A handle is the number of the GPU, counted from 1. */
static unsigned addresses(char found[MAX_GPUS][LINE]) {
    char all[LINE] = "", *rest = all, *address;
    unsigned count = 0;
    look_up("gpus", all);
    while (count < MAX_GPUS && (address = strsep(&rest, " ")))
        if (*address)
            strcpy(found[count++], address);
    return count;
}

static bool number(void *handle, const char *name, uint64_t *value) {
    char found[MAX_GPUS][LINE], key[2 * LINE + 2], text[LINE];
    addresses(found);
    snprintf(key, sizeof key, "%s %s", found[(uintptr_t)handle - 1], name);
    if (!look_up(key, text))
        return false;
    *value = strtoull(text, NULL, 0);
    return true;
}

static uint64_t number_or(void *handle, const char *name, uint64_t otherwise) {
    uint64_t value = otherwise;
    number(handle, name, &value);
    return value;
}

struct version {
    uint32_t major, minor, release, pad;
    const char *build;
};

status amdsmi_get_lib_version(struct version *version) {
    BEGIN;
    char major[LINE] = "26";
    look_up("version", major);
    *version = (struct version){.major = (uint32_t)atoi(major), .build = "stub"};
    return SUCCESS;
}

status amdsmi_init(uint64_t flags) {
    (void)flags;
    BEGIN;
    return SUCCESS;
}

status amdsmi_get_socket_handles(uint32_t *count, void **handles) {
    BEGIN;
    *count = 1;
    if (handles)
        handles[0] = (void *)1;
    return SUCCESS;
}

status amdsmi_get_processor_handles(void *socket, uint32_t *count, void **handles) {
    (void)socket;
    BEGIN;
    char found[MAX_GPUS][LINE];
    *count = addresses(found);
    for (uintptr_t i = 0; handles && i < *count; i++)
        handles[i] = (void *)(i + 1);
    return SUCCESS;
}

/* Function 3 bits, device 5, bus 8, domain 48. */
status amdsmi_get_gpu_device_bdf(void *handle, uint64_t *bdf) {
    BEGIN;
    char found[MAX_GPUS][LINE];
    unsigned long domain;
    unsigned bus, device, function;
    addresses(found);
    if (sscanf(found[(uintptr_t)handle - 1], "%lx:%x:%x.%x", &domain, &bus, &device, &function) != 4)
        abort();
    *bdf = domain << 16 | bus << 8 | device << 3 | function;
    return SUCCESS;
}

struct engine_usage {
    uint32_t gfx, umc, mm, reserved[13];
};

status amdsmi_get_gpu_activity(void *handle, struct engine_usage *usage) {
    BEGIN;
    uint64_t gfx;
    if (!number(handle, "gfx_activity", &gfx))
        return NOT_SUPPORTED;
    *usage = (struct engine_usage){.gfx = (uint32_t)gfx};
    return SUCCESS;
}

status amdsmi_get_temp_metric(void *handle, uint32_t sensor, uint32_t metric, int64_t *celsius) {
    BEGIN;
    static const char *const names[] = {"temp_edge", "temp_hotspot", "temp_vram"};
    uint64_t value;
    if (metric || sensor >= 3 || !number(handle, names[sensor], &value))
        return NOT_SUPPORTED;
    *celsius = (int64_t)value;
    return SUCCESS;
}

struct power_info {
    uint64_t socket;
    uint32_t current, average;
    uint64_t gfx_voltage, soc_voltage, mem_voltage;
    uint32_t limit, pad;
    uint64_t reserved[18];
};

status amdsmi_get_power_info(void *handle, struct power_info *info) {
    BEGIN;
    *info = (struct power_info){
        .socket = number_or(handle, "socket_power", 0xFFFF),
        .current = (uint32_t)number_or(handle, "current_socket_power", 0xFFFF),
        .average = (uint32_t)number_or(handle, "average_socket_power", 0xFFFF),
    };
    return SUCCESS;
}

struct clk_info {
    uint32_t clk, min, max;
    uint8_t locked, deep_sleep, pad[2];
    uint32_t reserved[4];
};

status amdsmi_get_clock_info(void *handle, uint32_t type, struct clk_info *info) {
    BEGIN;
    uint64_t clk;
    if (type || !number(handle, "gfx_clock", &clk))
        return NOT_SUPPORTED;
    *info = (struct clk_info){.clk = (uint32_t)clk};
    return SUCCESS;
}
