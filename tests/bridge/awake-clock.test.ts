import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AwakeClock } from '../../bridge/src/awake-clock.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('a timer ends when its time is up, once', () => {
  const ended = vi.fn();
  new AwakeClock().after(100, ended);
  vi.advanceTimersByTime(99);
  expect(ended).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1000);
  expect(ended).toHaveBeenCalledOnce();
});

test('a timer that is cancelled never ends, cancelled while paused included', () => {
  const clock = new AwakeClock();
  const ended = vi.fn();
  clock.after(100, ended)();
  const cancel = clock.after(100, ended);
  clock.pause();
  cancel();
  clock.resume();
  vi.advanceTimersByTime(1000);
  expect(ended).not.toHaveBeenCalled();
});

test('time asleep does not count: a timer has what it had left', () => {
  const clock = new AwakeClock();
  const ended = vi.fn();
  clock.after(100, ended);
  vi.advanceTimersByTime(60);
  const before = clock.now();
  clock.pause();
  vi.advanceTimersByTime(20_000);
  expect(clock.now()).toBe(before);
  clock.resume();
  expect(clock.now()).toBe(before);
  vi.advanceTimersByTime(39);
  expect(ended).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(ended).toHaveBeenCalledOnce();
});

test('a timer that is set while paused starts with the end of the pause', () => {
  const clock = new AwakeClock();
  const ended = vi.fn();
  clock.pause();
  clock.after(100, ended);
  vi.advanceTimersByTime(1000);
  expect(ended).not.toHaveBeenCalled();
  clock.resume();
  vi.advanceTimersByTime(100);
  expect(ended).toHaveBeenCalledOnce();
});

test('a computer that never tells that it woke up is taken to be awake after a while', () => {
  const clock = new AwakeClock();
  const ended = vi.fn();
  clock.after(100, ended);
  clock.pause();
  vi.advanceTimersByTime(30_000);
  expect(clock.isPaused).toBe(false);
  vi.advanceTimersByTime(100);
  expect(ended).toHaveBeenCalledOnce();
});

test('a pause in a pause, and an end of none, change nothing', () => {
  const clock = new AwakeClock();
  const ended = vi.fn();
  clock.resume();
  clock.after(100, ended);
  clock.pause();
  vi.advanceTimersByTime(50);
  clock.pause();
  clock.resume();
  clock.resume();
  vi.advanceTimersByTime(100);
  expect(ended).toHaveBeenCalledOnce();
});
