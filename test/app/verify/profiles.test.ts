import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../../src/target/start.ts';
import type { ProfileName } from '../../../src/verify/profiles.ts';
import { checksIn, verifyAt } from '../../support/verify-at.ts';

let target: RunningTarget | undefined;

afterEach(async () => {
  await target?.stop();
});

const verifyAs = async (profile: ProfileName) => {
  target = await startTarget({});
  const { result } = await verifyAt({
    baseUrl: target.baseUrl,
    token: target.token,
    request: { profile, skip: ['PERF'] },
  });
  return result;
};

/** The operations that were sent, ids and values as letters. */
const operationsSent = (): readonly string[] =>
  (target?.requests() ?? [])
    .filter(({ method }) => method === 'PATCH')
    .flatMap(({ requestBody }) => formsOf(requestBody as JsonObject));

const formsOf = ({ Operations: operations }: JsonObject): readonly string[] =>
  (operations as readonly JsonObject[]).map(({ op, path, value }) =>
    JSON.stringify({ op, path, value: typeof value === 'string' ? 'text' : value }).replaceAll(
      /"value":"[^"]+"|eq \\"[^"]+\\"/g,
      (found) => (found.startsWith('eq') ? 'eq "id"' : '"value":"id"'),
    ),
  );

const captured = (id: string): readonly string[] => {
  const all = JSON.parse(readFileSync('fixtures/wire/validator.json', 'utf8')) as readonly {
    readonly id: string;
    readonly request: { readonly body: JsonObject };
  }[];
  return formsOf(all.find((one) => one.id === id)?.request.body ?? {});
};

describe('the profile validator', () => {
  it('sends a manager, members and no operations as captured of the validator', async () => {
    const result = await verifyAs('validator');
    expect(checksIn(result, 'fail')).toEqual([]);
    const sent = operationsSent();
    expect(sent).toEqual(expect.arrayContaining([...captured('val-005-add-manager')]));
    expect(sent.some((form) => form.includes('"op":"replace","path":"members"'))).toBe(true);
    expect(sent.some((form) => form.includes('"op":"remove","path":"members[value eq'))).toBe(true);
    expect(
      target?.requests().some(({ requestBody }) => JSON.stringify(requestBody)?.includes('"Operations":[]')),
    ).toBe(true);
  });

  it('asks for a name that begins as in the validator', async () => {
    await verifyAs('validator');
    expect(target?.requests()[0]?.query).toContain('nonexistente997dccbd8b7_');
  });

  it('names operations in lower case alone', async () => {
    await verifyAs('validator');
    expect(operationsSent().filter((form) => /"op":"[A-Z]/.test(form))).toEqual([]);
  });
});

describe('the profile gallery', () => {
  it('demands what the tests of the gallery ask', async () => {
    const { results } = await verifyAs('gallery');
    const musts = results.filter(({ severity }) => severity === 'must').map(({ check }) => check.id);
    expect(musts).toEqual(expect.arrayContaining(['AUTH-05', 'DISC-01', 'PAT-10']));
  });
});

describe('the profile okta', () => {
  it('runs few checks, none of which patches', async () => {
    const result = await verifyAs('okta');
    expect(result.verdict).toBe('passed');
    expect(operationsSent()).toEqual([]);
  });
});
