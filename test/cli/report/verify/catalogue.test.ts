import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../../src/app/verify/checks.ts';
import {
  checkDocument,
  explainText,
  listDocument,
  listText,
} from '../../../../src/cli/report/verify/catalogue.ts';
import type { JsonObject } from '../../../../src/model/json.ts';

const disabling = CATALOGUE.find(({ id }) => id === 'LEG-02');
if (disabling === undefined) throw new Error('LEG-02 is no check');

describe('the list of checks', () => {
  it('has a line for each, with its severity', () => {
    const [head, ...rows] = listText(CATALOGUE).split('\n');
    expect(head).toMatch(/^CHECK +SEVERITY +WHAT THE ENDPOINT DOES +ALSO TESTED BY$/);
    expect(rows.map((row) => row.split(' ')[0])).toEqual(CATALOGUE.map(({ id }) => id));
    expect(rows.find((row) => row.startsWith('LEG-02'))).toMatch(/must +disables a user by the text False/);
  });

  it('is a document of all that is known of them', () => {
    const list = listDocument(CATALOGUE) as readonly JsonObject[];
    expect(list.map(({ id }) => id)).toEqual(CATALOGUE.map(({ id }) => id));
    expect(list).toContainEqual(checkDocument(disabling));
  });
});

describe('the explanation of a check', () => {
  it('says what is sent, what is expected, why, and what to do', () => {
    const text = explainText(disabling, false);
    const { title, requests, criterion, why, fix, pseudocode, sources } = disabling;
    for (const part of [title, ...requests, criterion, why, fix, ...pseudocode.split('\n'), ...sources])
      expect(text).toContain(part);
  });

  it('names the other suites that test the same', () => {
    const text = explainText({ ...disabling, alsoTestedBy: { validator: '9, Disable user' } }, false);
    expect(text).toContain("Also tested by\n  Microsoft's SCIM Validator: 9, Disable user");
    expect(explainText({ ...disabling, alsoTestedBy: {} }, false)).not.toContain('Also tested by');
  });
});
