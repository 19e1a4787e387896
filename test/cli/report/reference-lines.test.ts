import pc from 'picocolors';
import { describe, expect, test } from 'vitest';
import { valuesOf } from '../../../src/cli/report/plan/cells.ts';
import { rowOf } from '../../../src/cli/report/row.ts';
import { rowLines } from '../../../src/cli/report/shared/text.ts';
import type { Change } from '../../../src/model/pipeline.ts';
import { anUpdate, aReference } from '../../exporting/change-builders.ts';

const lines = (change: Change, oldValue: string | null, newValue: string | null): readonly string[] =>
  rowLines(
    rowOf({ ...change, modifiedProperties: [{ displayName: 'manager', oldValue, newValue }] }),
    (id) => `<${id}>`,
    pc.createColors(false),
  )
    .slice(1)
    .map((line) => line.trim().replace(/ +/g, ' '));

describe('the line of a reference', () => {
  test('says of an id that is known after export who it is of', () => {
    expect(lines(aReference('u1', 'manager', 'add', 'boss'), null, '{id of boss}')).toEqual([
      'manager (none) → (id of <boss>, known after export)',
    ]);
  });

  test('shows a known id with the name of its object', () => {
    expect(lines(aReference('u1', 'manager', 'replace', 'boss', 't-1'), 't-1', 't-2')).toEqual([
      'manager "t-1" → "t-2" (<boss>)',
    ]);
  });

  test('takes no value for an id that is not known: neither an old one, nor that of an attribute', () => {
    expect(
      lines(aReference('u1', 'manager', 'replace', 'boss', '{id of eve}'), '{id of eve}', 't-2'),
    ).toEqual(['manager "{id of eve}" → "t-2" (<boss>)']);
    expect(lines(anUpdate('User', 't-1', []), null, '{id of eve}')).toEqual([
      'manager (none) → "{id of eve}"',
    ]);
  });
});

describe('values that are added to others', () => {
  const change = {
    ...anUpdate('User', 't-1', []),
    modifiedProperties: [
      { displayName: 'roles', oldValue: null, newValue: '["admin"]', isAddition: true },
      { displayName: 'title', oldValue: null, newValue: 'Lead' },
    ],
  } as const;

  test('have a plus, and no old value', () => {
    const text = rowLines(rowOf(change), String, pc.createColors(false));
    expect(text.slice(1).map((line) => line.trim().replace(/ +/g, ' '))).toEqual([
      'roles + "[\\"admin\\"]"',
      'title (none) → "Lead"',
    ]);
  });

  test('are said to be added where views have cells', () => {
    expect(valuesOf(rowOf(change), String).map(({ name, before, after }) => [name, before, after])).toEqual([
      ['roles added', null, '["admin"]'],
      ['title', null, 'Lead'],
    ]);
  });
});
