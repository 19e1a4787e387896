import { expect, test } from 'vitest';
import { openNameBook } from '../../src/app/session/names.ts';
import type { DirectoryReader } from '../../src/model/ports.ts';
import { aUser } from '../support/builders.ts';

test('the names of many objects are read from the directory in slices, each once', async () => {
  const asked: number[] = [];
  const find: DirectoryReader['find'] = async (ids) => {
    asked.push(ids.length);
    return ids.map((id) => aUser({}, { id }));
  };
  const book = openNameBook({ find } as DirectoryReader, 'it', '2026-01-02T03:04:05.000Z');
  const ids = Array.from({ length: 1_200 }, (_, n) => `u${n}`);
  const names = await book.namesOfIds([...ids, ...ids]);
  expect(Object.keys(names)).toHaveLength(1_200);
  expect(asked).toEqual([500, 500, 200]);
  await book.namesOfIds(ids);
  expect(asked).toHaveLength(3);
});
