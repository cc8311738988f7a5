import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import type { IconName } from '../components/ui/icon.tsx';
import type { Tone } from '../components/ui/notice.tsx';
import { marksOf } from '../alerts/marks.ts';
import type { Thresholds } from '../settings/preferences.tsx';
import type { Gpu } from './gpu.ts';

/** What there is to say about a GPU at a glance, the most urgent first. */
export const CONDITIONS = ['lost', 'stale', 'hot', 'nearlyFull', 'busy', 'asleep'] as const;

export type Condition = (typeof CONDITIONS)[number];

/** How each condition is shown: never by its colour alone. */
export const CONDITION_LOOKS: Record<
  Condition,
  { word: MessageDescriptor; icon: IconName; tone: Tone }
> = {
  lost: { word: msg`Lost`, icon: 'unplugged', tone: 'critical' },
  stale: { word: msg`Not answering`, icon: 'question', tone: 'warning' },
  hot: { word: msg`Hot`, icon: 'hot', tone: 'warning' },
  nearlyFull: { word: msg`Nearly full`, icon: 'full', tone: 'warning' },
  busy: { word: msg`Busy`, icon: 'activity', tone: 'info' },
  asleep: { word: msg`Asleep`, icon: 'moon', tone: 'neutral' },
};

/** Returns all that holds of a GPU now, the most urgent first; nothing when it is quiet. */
export function conditionsOf(gpu: Gpu, thresholds: Thresholds): Condition[] {
  const marks = marksOf(gpu, thresholds);
  return CONDITIONS.filter((condition) =>
    condition === 'hot' || condition === 'nearlyFull' || condition === 'busy'
      ? marks[condition]
      : gpu.status === condition,
  );
}
