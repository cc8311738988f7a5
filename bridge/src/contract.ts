// Generated from sidecar/contract.py by `npm run contract`; do not edit.

import type { Schema } from './json-schema.ts';

/**
 * The type of each method's result, by the method's name.
 */
export interface MethodResults {
  'dashboard:get-gpu-metrics': GpuMetrics[];
  'dashboard:get-gpu-history': GpuHistory;
  'dashboard:get-gpu-status': GpuStatusReport;
  'dashboard:set-gpu-options': GpuOptions;
  'sidecar:hello': Hello;
  'rpc.discover': {
    [k: string]: unknown;
  };
}
/**
 * One GPU as it was at `sampledAt`.
 *
 * The first eight fields are those of the `useGpuMetrics` hook, which ignores the others.
 */
export interface GpuMetrics {
  /**
   * Unique, friendly and kept for a device as long as the sidecar lives: GPU-0, GPU-1.
   */
  gpuId: string;
  /**
   * Share of the last sample period in which the GPU was busy, in percent (0-100).
   */
  utilization: number | null;
  /**
   * Memory in use, in MiB (2^20 bytes), as nvidia-smi counts it.
   */
  memoryUsedMB: number | null;
  /**
   * Memory in all, in MiB (2^20 bytes).
   */
  memoryTotalMB: number | null;
  /**
   * Core (edge) temperature in degrees Celsius.
   */
  temperatureC: number | null;
  /**
   * Power drawn, in watts, one decimal.
   */
  powerUsageW?: number;
  /**
   * Clock of the shaders (NVIDIA: SM clock), in MHz.
   */
  clockMHz?: number;
  /**
   * Base names of the programs that use the GPU; only when asked for by option.
   */
  processes?: string[];
  /**
   * Marketing name.
   */
  name: string;
  /**
   * Who made it; `simulated` when no hardware was measured.
   */
  vendor: 'amd' | 'apple' | 'intel' | 'nvidia' | 'other' | 'simulated';
  /**
   * ok, asleep (powered down and not woken by us), stale (the driver has not answered for three intervals), lost (it was there and is gone).
   */
  status: 'asleep' | 'lost' | 'ok' | 'stale';
  /**
   * dedicated, or unified with the machine's own memory.
   */
  memoryKind: 'dedicated' | 'unified';
  /**
   * When the numbers were read, in milliseconds since the epoch.
   */
  sampledAt: number;
  /**
   * How many programs use the GPU, this sidecar not counted.
   */
  processCount?: number;
  /**
   * Memory that can still be allocated, in MiB (2^20 bytes).
   */
  memoryFreeMB?: number;
  /**
   * Power limit in force, in watts, one decimal.
   */
  powerLimitW?: number;
  /**
   * Intended fan speed in percent; some boards go above 100.
   */
  fanPercent?: number;
  /**
   * Temperature at which the GPU slows itself down, in degrees Celsius.
   */
  temperatureLimitC?: number;
  /**
   * Why the clock is held back, in plain words; empty when it is not.
   */
  throttleReasons?: string[];
  /**
   * Share of time in which the video encoder was busy, in percent (0-100).
   */
  encoderUtilization?: number;
  /**
   * Share of time in which the video decoder was busy, in percent (0-100).
   */
  decoderUtilization?: number;
  /**
   * Energy used since its driver was loaded, in joules; it only grows, and begins anew with the driver.
   */
  energyConsumedJ?: number;
  /**
   * What fires now; empty when nothing does.
   */
  alerts: GpuAlert[];
  /**
   * Name of the other computer that it is in, added by the bridge; absent for this one.
   */
  host?: string;
}
/**
 * Something about a GPU that has lasted long enough to tell somebody.
 */
export interface GpuAlert {
  /**
   * utilization, memory or temperature (above its threshold), thermalThrottling (the hardware slows itself down, being too hot), powerBrake (the power supply has it slow down), unavailable (lost or stale).
   */
  rule:
    'memory' | 'powerBrake' | 'temperature' | 'thermalThrottling' | 'unavailable' | 'utilization';
  /**
   * info, warning or critical; may change while the alert fires.
   */
  severity: 'critical' | 'info' | 'warning';
  /**
   * When it began, in milliseconds since the epoch; stays the same while it fires.
   */
  since: number;
}
/**
 * What the GPUs did lately, for a chart.
 */
export interface GpuHistory {
  /**
   * When each point begins, in milliseconds since the epoch: evenly spaced, oldest first, the same for all GPUs.
   */
  timestamps: number[];
  /**
   * One entry per GPU that was there in this time, in the order of their numbers.
   */
  gpus: GpuHistoryColumns[];
}
/**
 * The past of one GPU: in each column a value per timestamp, null where there is none.
 */
export interface GpuHistoryColumns {
  /**
   * The gpuId of its metrics.
   */
  gpuId: string;
  /**
   * Mean share of time in which the GPU was busy, in percent (0-100).
   */
  utilization: (number | null)[];
  /**
   * Most memory in use, in MiB (2^20 bytes).
   */
  memoryUsedMB: (number | null)[];
  /**
   * Highest core (edge) temperature, in degrees Celsius.
   */
  temperatureC: (number | null)[];
  /**
   * Mean power drawn, in watts, one decimal.
   */
  powerUsageW: (number | null)[];
}
/**
 * Where the numbers come from, and why there are none if there are none.
 */
export interface GpuStatusReport {
  /**
   * One entry per provider, in the order in which they number GPUs.
   */
  providers: ProviderStatus[];
  /**
   * Milliseconds between two sweeps while somebody asks.
   */
  intervalMs: number;
  /**
   * The gpuId of each GPU that is powered down and was not woken.
   */
  asleep: string[];
  /**
   * One entry per other computer, added by the bridge; absent when it has none.
   */
  hosts?: HostStatus[];
}
/**
 * What became of one source of GPUs, in words for the person at the screen.
 */
export interface ProviderStatus {
  /**
   * nvidia, amd, intel, simulated ...
   */
  name: string;
  /**
   * ready, absent (nothing of this vendor here), unavailable (something is here but cannot be read), unresponsive (the driver does not answer).
   */
  state: 'absent' | 'ready' | 'unavailable' | 'unresponsive';
  /**
   * How many GPUs it shows now.
   */
  deviceCount: number;
  /**
   * Why it is in this state; empty when it is ready.
   */
  reason: string;
  /**
   * The one thing that helps; empty when nothing needs doing.
   */
  action: string;
  /**
   * Name of the other computer that it is on, added by the bridge; absent for this one.
   */
  host?: string;
}
/**
 * How the connection to another computer is, in words for the person at the screen.
 */
export interface HostStatus {
  /**
   * What its GPUs' `host` says.
   */
  name: string;
  /**
   * ready, connecting (its last values, if any, are shown meanwhile), unavailable (the same, and reason and action say what is wrong; it is tried again by itself).
   */
  state: 'connecting' | 'ready' | 'unavailable';
  /**
   * Why it is in this state; empty when nothing is wrong.
   */
  reason: string;
  /**
   * The one thing that helps; empty when nothing needs doing.
   */
  action: string;
}
/**
 * The options in force.
 */
export interface GpuOptions {
  /**
   * Milliseconds between two sweeps while somebody asks (500-60000).
   */
  intervalMs: number;
  /**
   * Whether the names of the programs that use a GPU are told.
   */
  processNames: boolean;
  /**
   * Above which values alerts are raised.
   */
  thresholds: AlertThresholds;
}
/**
 * The thresholds in force.
 */
export interface AlertThresholds {
  /**
   * Utilization above which a GPU counts as busy, in percent (20-100).
   */
  utilizationPercent: number;
  /**
   * Used memory above which it counts as nearly full, in percent (20-100).
   */
  memoryPercent: number;
  /**
   * Temperature above which it counts as hot, in degrees Celsius (40-110).
   */
  temperatureC: number;
}
/**
 * Who answers: the first thing a client asks.
 */
export interface Hello {
  /**
   * Newest version of this contract that it speaks.
   */
  protocolVersion: number;
  /**
   * Oldest version that it speaks; absent when it is the same. A client that knows none from here to there must stop.
   */
  oldestProtocolVersion?: number;
  /**
   * Version of the program.
   */
  sidecarVersion: string;
  /**
   * Process id of the sidecar.
   */
  pid: number;
  /**
   * Names of all methods it answers.
   */
  methods: string[];
}
/**
 * The params of dashboard:get-gpu-history.
 */
export interface GpuHistoryQuery {
  /**
   * How far back from now, in seconds (1-3600).
   */
  windowSeconds?: number;
  /**
   * How many points the answer may have at most (1-600).
   */
  maxPoints?: number;
}
/**
 * The params of dashboard:set-gpu-options: what is left out stays as it is.
 */
export interface GpuOptionChanges {
  /**
   * Milliseconds between two sweeps while somebody asks (500-60000).
   */
  intervalMs?: number;
  /**
   * Whether the names of the programs that use a GPU are told.
   */
  processNames?: boolean;
  /**
   * Above which values alerts are raised.
   */
  thresholds?: AlertThresholdChanges;
}
/**
 * New thresholds: what is left out stays as it is.
 */
export interface AlertThresholdChanges {
  /**
   * Utilization above which a GPU counts as busy, in percent (20-100).
   */
  utilizationPercent?: number;
  /**
   * Used memory above which it counts as nearly full, in percent (20-100).
   */
  memoryPercent?: number;
  /**
   * Temperature above which it counts as hot, in degrees Celsius (40-110).
   */
  temperatureC?: number;
}
/**
 * The data of error -32001.
 */
export interface DriverNotAnswering {
  /**
   * Names of the providers whose driver does not answer.
   */
  providers: string[];
}

/**
 * Rises when an older client could misread an answer.
 */
export const PROTOCOL_VERSION = 1;

/**
 * The same for checking: `properties` holds each method's result by the method's name.
 */
export const SCHEMA = {
  "properties": {
    "dashboard:get-gpu-metrics": {
      "type": "array",
      "items": {
        "$ref": "#/$defs/GpuMetrics"
      }
    },
    "dashboard:get-gpu-history": {
      "$ref": "#/$defs/GpuHistory"
    },
    "dashboard:get-gpu-status": {
      "$ref": "#/$defs/GpuStatusReport"
    },
    "dashboard:set-gpu-options": {
      "$ref": "#/$defs/GpuOptions"
    },
    "sidecar:hello": {
      "$ref": "#/$defs/Hello"
    },
    "rpc.discover": {
      "additionalProperties": true,
      "type": "object"
    }
  },
  "$defs": {
    "GpuMetrics": {
      "type": "object",
      "properties": {
        "gpuId": {
          "type": "string"
        },
        "utilization": {
          "anyOf": [
            {
              "type": "integer",
              "minimum": 0,
              "maximum": 100
            },
            {
              "type": "null"
            }
          ]
        },
        "memoryUsedMB": {
          "anyOf": [
            {
              "type": "integer",
              "minimum": 0
            },
            {
              "type": "null"
            }
          ]
        },
        "memoryTotalMB": {
          "anyOf": [
            {
              "type": "integer",
              "minimum": 0
            },
            {
              "type": "null"
            }
          ]
        },
        "temperatureC": {
          "anyOf": [
            {
              "type": "integer"
            },
            {
              "type": "null"
            }
          ]
        },
        "powerUsageW": {
          "type": "number"
        },
        "clockMHz": {
          "type": "integer",
          "minimum": 0
        },
        "processes": {
          "type": "array",
          "items": {
            "type": "string"
          }
        },
        "name": {
          "type": "string"
        },
        "vendor": {
          "enum": [
            "amd",
            "apple",
            "intel",
            "nvidia",
            "other",
            "simulated"
          ]
        },
        "status": {
          "enum": [
            "asleep",
            "lost",
            "ok",
            "stale"
          ]
        },
        "memoryKind": {
          "enum": [
            "dedicated",
            "unified"
          ]
        },
        "sampledAt": {
          "type": "integer",
          "minimum": 0
        },
        "processCount": {
          "type": "integer",
          "minimum": 0
        },
        "memoryFreeMB": {
          "type": "integer",
          "minimum": 0
        },
        "powerLimitW": {
          "type": "number"
        },
        "fanPercent": {
          "type": "integer",
          "minimum": 0
        },
        "temperatureLimitC": {
          "type": "integer"
        },
        "throttleReasons": {
          "type": "array",
          "items": {
            "type": "string"
          }
        },
        "encoderUtilization": {
          "type": "integer",
          "minimum": 0,
          "maximum": 100
        },
        "decoderUtilization": {
          "type": "integer",
          "minimum": 0,
          "maximum": 100
        },
        "energyConsumedJ": {
          "type": "integer",
          "minimum": 0
        },
        "alerts": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/GpuAlert"
          }
        },
        "host": {
          "type": "string"
        }
      },
      "required": [
        "gpuId",
        "utilization",
        "memoryUsedMB",
        "memoryTotalMB",
        "temperatureC",
        "name",
        "vendor",
        "status",
        "memoryKind",
        "sampledAt",
        "alerts"
      ]
    },
    "GpuAlert": {
      "type": "object",
      "properties": {
        "rule": {
          "enum": [
            "memory",
            "powerBrake",
            "temperature",
            "thermalThrottling",
            "unavailable",
            "utilization"
          ]
        },
        "severity": {
          "enum": [
            "critical",
            "info",
            "warning"
          ]
        },
        "since": {
          "type": "integer",
          "minimum": 0
        }
      },
      "required": [
        "rule",
        "severity",
        "since"
      ]
    },
    "GpuHistory": {
      "type": "object",
      "properties": {
        "timestamps": {
          "type": "array",
          "items": {
            "type": "integer",
            "minimum": 0
          }
        },
        "gpus": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/GpuHistoryColumns"
          }
        }
      },
      "required": [
        "timestamps",
        "gpus"
      ]
    },
    "GpuHistoryColumns": {
      "type": "object",
      "properties": {
        "gpuId": {
          "type": "string"
        },
        "utilization": {
          "type": "array",
          "items": {
            "anyOf": [
              {
                "type": "integer",
                "minimum": 0,
                "maximum": 100
              },
              {
                "type": "null"
              }
            ]
          }
        },
        "memoryUsedMB": {
          "type": "array",
          "items": {
            "anyOf": [
              {
                "type": "integer",
                "minimum": 0
              },
              {
                "type": "null"
              }
            ]
          }
        },
        "temperatureC": {
          "type": "array",
          "items": {
            "anyOf": [
              {
                "type": "integer"
              },
              {
                "type": "null"
              }
            ]
          }
        },
        "powerUsageW": {
          "type": "array",
          "items": {
            "anyOf": [
              {
                "type": "number"
              },
              {
                "type": "null"
              }
            ]
          }
        }
      },
      "required": [
        "gpuId",
        "utilization",
        "memoryUsedMB",
        "temperatureC",
        "powerUsageW"
      ]
    },
    "GpuStatusReport": {
      "type": "object",
      "properties": {
        "providers": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/ProviderStatus"
          }
        },
        "intervalMs": {
          "type": "integer",
          "minimum": 0
        },
        "asleep": {
          "type": "array",
          "items": {
            "type": "string"
          }
        },
        "hosts": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/HostStatus"
          }
        }
      },
      "required": [
        "providers",
        "intervalMs",
        "asleep"
      ]
    },
    "ProviderStatus": {
      "type": "object",
      "properties": {
        "name": {
          "type": "string"
        },
        "state": {
          "enum": [
            "absent",
            "ready",
            "unavailable",
            "unresponsive"
          ]
        },
        "deviceCount": {
          "type": "integer",
          "minimum": 0
        },
        "reason": {
          "type": "string"
        },
        "action": {
          "type": "string"
        },
        "host": {
          "type": "string"
        }
      },
      "required": [
        "name",
        "state",
        "deviceCount",
        "reason",
        "action"
      ]
    },
    "HostStatus": {
      "type": "object",
      "properties": {
        "name": {
          "type": "string"
        },
        "state": {
          "enum": [
            "connecting",
            "ready",
            "unavailable"
          ]
        },
        "reason": {
          "type": "string"
        },
        "action": {
          "type": "string"
        }
      },
      "required": [
        "name",
        "state",
        "reason",
        "action"
      ]
    },
    "GpuOptions": {
      "type": "object",
      "properties": {
        "intervalMs": {
          "type": "integer",
          "minimum": 500,
          "maximum": 60000
        },
        "processNames": {
          "type": "boolean"
        },
        "thresholds": {
          "allOf": [
            {
              "$ref": "#/$defs/AlertThresholds"
            }
          ]
        }
      },
      "required": [
        "intervalMs",
        "processNames",
        "thresholds"
      ]
    },
    "AlertThresholds": {
      "type": "object",
      "properties": {
        "utilizationPercent": {
          "type": "integer",
          "minimum": 20,
          "maximum": 100
        },
        "memoryPercent": {
          "type": "integer",
          "minimum": 20,
          "maximum": 100
        },
        "temperatureC": {
          "type": "integer",
          "minimum": 40,
          "maximum": 110
        }
      },
      "required": [
        "utilizationPercent",
        "memoryPercent",
        "temperatureC"
      ]
    },
    "Hello": {
      "type": "object",
      "properties": {
        "protocolVersion": {
          "type": "integer",
          "minimum": 0
        },
        "oldestProtocolVersion": {
          "type": "integer",
          "minimum": 0
        },
        "sidecarVersion": {
          "type": "string"
        },
        "pid": {
          "type": "integer",
          "minimum": 0
        },
        "methods": {
          "type": "array",
          "items": {
            "type": "string"
          }
        }
      },
      "required": [
        "protocolVersion",
        "sidecarVersion",
        "pid",
        "methods"
      ]
    },
    "GpuHistoryQuery": {
      "type": "object",
      "properties": {
        "windowSeconds": {
          "type": "integer",
          "minimum": 1,
          "maximum": 3600
        },
        "maxPoints": {
          "type": "integer",
          "minimum": 1,
          "maximum": 600
        }
      },
      "required": [],
      "additionalProperties": false
    },
    "GpuOptionChanges": {
      "type": "object",
      "properties": {
        "intervalMs": {
          "type": "integer",
          "minimum": 500,
          "maximum": 60000
        },
        "processNames": {
          "type": "boolean"
        },
        "thresholds": {
          "allOf": [
            {
              "$ref": "#/$defs/AlertThresholdChanges"
            }
          ]
        }
      },
      "required": [],
      "additionalProperties": false
    },
    "AlertThresholdChanges": {
      "type": "object",
      "properties": {
        "utilizationPercent": {
          "type": "integer",
          "minimum": 20,
          "maximum": 100
        },
        "memoryPercent": {
          "type": "integer",
          "minimum": 20,
          "maximum": 100
        },
        "temperatureC": {
          "type": "integer",
          "minimum": 40,
          "maximum": 110
        }
      },
      "required": [],
      "additionalProperties": false
    },
    "DriverNotAnswering": {
      "type": "object",
      "properties": {
        "providers": {
          "type": "array",
          "items": {
            "type": "string"
          }
        }
      },
      "required": [
        "providers"
      ]
    }
  }
} satisfies Record<string, Record<string, Schema>>;
