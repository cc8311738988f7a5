/* The part of NVML's binary interface that the fake speaks: the layouts and codes of pynvml 13.615.71. */
#ifndef NVML_ABI_H
#define NVML_ABI_H

#include <stdint.h>

typedef int nvmlReturn_t;
typedef void *nvmlDevice_t;

enum {
    NVML_SUCCESS = 0,
    NVML_ERROR_UNINITIALIZED = 1,
    NVML_ERROR_INVALID_ARGUMENT = 2,
    NVML_ERROR_NOT_SUPPORTED = 3,
    NVML_ERROR_NOT_FOUND = 6,
    NVML_ERROR_INSUFFICIENT_SIZE = 7,
    NVML_ERROR_GPU_IS_LOST = 15,
    NVML_ERROR_ARGUMENT_VERSION_MISMATCH = 25,
};

typedef struct {
    char busIdLegacy[16];
    unsigned domain, bus, device, pciDeviceId, pciSubSystemId;
    char busId[32];
} nvmlPciInfo_t;

typedef struct {
    unsigned gpu, memory;
} nvmlUtilization_t;

typedef struct {
    unsigned long long total, free, used;
} nvmlMemory_t;

typedef struct {
    unsigned version;
    unsigned long long total, reserved, free, used;
} nvmlMemory_v2_t;

typedef struct {
    unsigned version, sensorType;
    int temperature;
} nvmlTemperature_t;

typedef struct {
    unsigned version, value;
} nvmlDeviceAddressingMode_t;

typedef struct {
    unsigned pid;
    unsigned long long usedGpuMemory;
    unsigned gpuInstanceId, computeInstanceId;
} nvmlProcessInfo_t;

typedef struct {
    uint32_t fieldId, scopeId;
    int64_t timestamp, latencyUsec;
    int valueType;
    nvmlReturn_t nvmlReturn;
    uint64_t value; /* a union: on a little-endian machine the smaller members are its low bytes */
} nvmlFieldValue_t;

/* What a caller must put into the version member of a versioned struct. */
#define NVML_VERSION(type, number) ((unsigned)sizeof(type) | (number) << 24)

_Static_assert(sizeof(void *) == 8, "handles of the fake need 64 bits");
_Static_assert(sizeof(nvmlPciInfo_t) == 68, "nvmlPciInfo_t");
_Static_assert(NVML_VERSION(nvmlMemory_v2_t, 2u) == 0x02000028, "nvmlMemory_v2_t");
_Static_assert(NVML_VERSION(nvmlTemperature_t, 1u) == 0x0100000C, "nvmlTemperature_t");
_Static_assert(NVML_VERSION(nvmlDeviceAddressingMode_t, 1u) == 0x01000008, "nvmlDeviceAddressingMode_t");
_Static_assert(sizeof(nvmlProcessInfo_t) == 24, "nvmlProcessInfo_t");
_Static_assert(sizeof(nvmlFieldValue_t) == 40, "nvmlFieldValue_t");

#endif
