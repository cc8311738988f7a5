import { expect, test } from 'vitest';
import { LineSplitter, MAX_LINE_CHARACTERS } from '../../bridge/src/line-splitter.ts';

test('a line is complete when its newline comes, however it is cut', () => {
  const splitter = new LineSplitter();
  const bytes = Buffer.from('{"a":"é"}\n{"b":1}\n');
  const lines = [...bytes].flatMap((byte) => splitter.push(Buffer.of(byte)));
  expect(lines).toEqual(['{"a":"é"}', '{"b":1}']);
});

test('one chunk may hold many lines and the start of another', () => {
  const splitter = new LineSplitter();
  expect(splitter.push(Buffer.from('1\n2\n3'))).toEqual(['1', '2']);
  expect(splitter.push(Buffer.from('\n'))).toEqual(['3']);
});

test('a line that is too long is dropped and the next one kept', () => {
  const splitter = new LineSplitter();
  const half = Buffer.alloc(MAX_LINE_CHARACTERS, 'x');
  expect(splitter.push(half)).toEqual([]);
  expect(splitter.push(half)).toEqual([]);
  expect(splitter.push(Buffer.from('tail\nnext\n'))).toEqual(['next']);
});
