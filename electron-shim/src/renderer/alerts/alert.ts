import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import type { GpuAlert } from 'gpu-metrics-bridge/contract';
import type { IconName } from '../components/ui/icon.tsx';
import type { Gpu } from '../gpu/gpu.ts';

/** Something about one GPU that has lasted, as the sidecar judges it. */
export interface Alert extends GpuAlert {
  gpuId: string;
}

/** What fires now, by GPU. A sidecar that judges nothing leaves `alerts` out. */
export function firingAlerts(gpus: readonly Gpu[]): Alert[] {
  return gpus.flatMap(({ gpuId, alerts = [] }) => alerts.map((alert) => ({ gpuId, ...alert })));
}

/** Tells one occurrence from another: an alert that comes back has another beginning. */
export function occurrenceOf({ gpuId, rule, since }: Alert): string {
  return `${gpuId} ${rule} ${since}`;
}

/** Whether it needs a person; a busy GPU does not. */
export function needsSomebody({ severity }: Alert): boolean {
  return severity !== 'info';
}

/** How each rule is told: what it is, and what it means for who runs a model. */
export const ALERT_TEXTS: Record<
  GpuAlert['rule'],
  { icon: IconName; title: MessageDescriptor; advice: MessageDescriptor }
> = {
  utilization: {
    icon: 'activity',
    title: msg`Busy`,
    advice: msg`It works at full load, as it should while a model runs.`,
  },
  memory: {
    icon: 'full',
    title: msg`Memory nearly full`,
    advice: msg`The next model may not fit; unload one that you do not need.`,
  },
  temperature: {
    icon: 'hot',
    title: msg`Hot`,
    advice: msg`It may slow itself down; look after its cooling.`,
  },
  thermalThrottling: {
    icon: 'slow',
    title: msg`Slowed down by heat`,
    advice: msg`It protects itself, and the model runs slower until it has cooled down.`,
  },
  powerBrake: {
    icon: 'slow',
    title: msg`Slowed down by its power supply`,
    advice: msg`Check the power supply and its cables.`,
  },
  unavailable: {
    icon: 'unplugged',
    title: msg`No numbers`,
    advice: msg`It is lost, or its driver or its computer does not answer. It is asked again by itself.`,
  },
};
