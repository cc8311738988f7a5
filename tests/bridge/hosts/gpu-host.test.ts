import { expect, test } from 'vitest';
import { checkHosts } from '../../../bridge/src/hosts/gpu-host.ts';
import { sshHost } from '../../../bridge/src/hosts/ssh-host.ts';

const command = '/usr/bin/ssh';

test.each(['box', 'user@rack 2', 'Büro', '机架', 'x'.repeat(64)])('%j is a name', (name) => {
  expect(() => checkHosts([{ name, command }])).not.toThrow();
});

test.each(['', ' ', 'box ', 'two\nlines', 'a\u0000b', 'right\u202Eleft', 'a · b', 'x'.repeat(65)])(
  '%j is no name',
  (name) => {
    expect(() => checkHosts([{ name, command }])).toThrow('Not a name for a host');
  },
);

test('two computers cannot have one name', () => {
  const hosts = [sshHost('box'), sshHost('me@box', { name: 'box' })];
  expect(() => checkHosts(hosts)).toThrow('Two hosts have the name "box".');
});

test('a program to be looked for in PATH is refused', () => {
  expect(() => checkHosts([{ name: 'box', command: 'ssh' }])).toThrow('absolute');
});

test.each([
  'box',
  'box.example.org',
  'me@10.0.0.7',
  'me@corp.example@box',
  'me@fe80::1',
  'ssh://me@box:2222',
])('ssh can be told to go to %s', (destination) => {
  const { name, args } = sshHost(destination);
  expect(name).toBe(destination);
  expect(args?.slice(-3)).toEqual(['--', destination, 'gpu-metrics-sidecar']);
});

test.each([
  '',
  '-oProxyCommand=touch /tmp/x',
  '--',
  'me@-oProxyCommand=x',
  'ssh://-oProxyCommand=x',
  'two words',
  'box\n',
  'box;reboot',
  '$(reboot)',
  '`reboot`',
  'box|x',
  "it's",
  'a"b',
  'a\\b',
  'box%h',
  'box/..',
])('%j is no destination', (destination) => {
  expect(() => sshHost(destination)).toThrow('Not a destination for ssh');
});

test('nobody is asked, and nothing but our lines gets across', () => {
  const { args = [] } = sshHost('box', { name: 'the box' });
  expect(args).toEqual(
    expect.arrayContaining([
      '-T',
      'BatchMode=yes',
      'ClearAllForwardings=yes',
      'ForwardAgent=no',
      'ForwardX11=no',
      'PermitLocalCommand=no',
      'ControlPath=none',
    ]),
  );
});
