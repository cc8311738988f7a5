import { expect, test } from 'vitest';
import { diagnose } from '../../../bridge/src/hosts/host-diagnosis.ts';

// What a refused key, a wrong host key and a refused connection say is seen in ssh.test.ts.
test.each([
  ['ssh: Could not resolve hostname box: Name or service not known\r', 'unreachable'],
  ['ssh: connect to host 10.0.0.7 port 22: Connection timed out\r', 'unreachable'],
  ['ssh: connect to host 10.0.0.7 port 22: No route to host\r', 'unreachable'],
  ['Connection timed out during banner exchange\r', 'unreachable'],
  ['kex_exchange_identification: Connection closed by remote host\r', 'unreachable'],
  ['Received disconnect from 10.0.0.7 port 22:2: Too many authentication failures', 'key-refused'],
  ['Connection to 10.0.0.7 closed by remote host.', 'stopped'],
  ['client_loop: send disconnect: Broken pipe', 'stopped'],
  ['error: cannot read /etc/x: Permission denied (os error 13)', 'stopped'],
  ['', 'stopped'],
])('of ssh that fails with %j: %s', (lastWords, code) => {
  expect(diagnose(255, `an earlier line\n${lastWords}`)).toBe(code);
});

test('when a computer on the way refuses, that is what is wrong', () => {
  const lastWords =
    'me@gate: Permission denied (publickey).\r\n' +
    'kex_exchange_identification: Connection closed by remote host\r';
  expect(diagnose(255, lastWords)).toBe('key-refused');
});

test('what is not installed is told by its exit code', () => {
  expect(diagnose(127, 'sh: 1: gpu-metrics-sidecar: not found')).toBe('not-installed');
});

test.each([1, null])('what the other side writes is no word of ssh: exit code %s', (exitCode) => {
  expect(diagnose(exitCode, 'me@box: Permission denied (publickey).')).toBe('stopped');
});
