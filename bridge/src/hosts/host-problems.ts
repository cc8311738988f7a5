import type { HostStatus } from '../contract.ts';
import type { BridgeErrorCode } from '../errors.ts';

type Problem = Pick<HostStatus, 'reason' | 'action'>;

/** A closed set: what another computer says of itself never reaches a page as our word. */
const PROBLEMS: Partial<Record<BridgeErrorCode, Problem>> = {
  unreachable: {
    reason: 'This computer cannot be reached.',
    action: 'Make sure that it is switched on and connected.',
  },
  'key-refused': {
    reason: 'This computer refuses the key, or asks for a password.',
    action: 'Set up a key with which ssh logs in without asking.',
  },
  'host-key-refused': {
    reason: 'The identity of this computer is unknown or has changed.',
    action: 'Connect to it with ssh in a terminal and check its key.',
  },
  'not-installed': {
    reason: 'This computer has no gpu-metrics-sidecar.',
    action: 'Install it there, where every shell finds it.',
  },
  'foreign-output': {
    reason: 'This computer writes something else than GPU metrics.',
    action: 'Make its shell write nothing when it starts.',
  },
  'invalid-answer': {
    reason: 'This computer gives answers that this version of the app cannot read.',
    action: 'Update gpu-metrics-sidecar there, or this app.',
  },
  'not-started': {
    reason: 'The program that connects to this computer could not be started.',
    action: 'Make sure that it is installed.',
  },
  'timed-out': {
    reason: 'This computer does not answer.',
    action: 'It is tried again by itself.',
  },
  'driver-not-answering': {
    reason: 'The GPU driver of this computer does not answer.',
    action: 'If it stays so, end the programs that use the GPU there, or restart it.',
  },
};

const CONNECTION_LOST: Problem = {
  reason: 'The connection to this computer was lost.',
  action: 'It is tried again by itself.',
};

/** Returns what is said of a computer on which something failed. */
export function hostProblem(code: BridgeErrorCode): Problem {
  return PROBLEMS[code] ?? CONNECTION_LOST;
}
