import { describe, expect, it } from 'vitest';
import { badRequest } from '../../../src/target/http/scim-error.ts';
import { type Persona, TOLERANT } from '../../../src/target/personas/persona.ts';
import { normalise } from '../../../src/target/resource/normalise.ts';
import { resultOf } from '../../../src/verify/result.ts';
import { type NaiveScimServer, startNaiveScimServer } from '../../support/naive-scim-server.ts';
import { checksIn, unpassed, verifyAt } from '../../support/verify-at.ts';
import { hearing, treating, verifyWrites } from '../../support/verify-defect.ts';

const FLAG = { dialect: { patch: 'aadOptscim062020' } } as const;

/** Each target has one defect, which one check finds. */
const DEFECTS: Readonly<Record<string, Persona>> = {
  'FLAG-01': hearing((_body, operations) => {
    if (operations.some(({ op, path }) => op === 'replace' && path === undefined))
      throw badRequest('invalidPath', 'path is missing');
  }),
  'FLAG-02': hearing((_body, operations) => {
    if (operations.some(({ op, path }) => op === 'add' && path === undefined))
      throw badRequest('invalidPath', 'path is missing');
  }),
  'FLAG-03': hearing((_body, operations) => {
    if (new Set(operations.map(({ path }) => path === undefined)).size > 1)
      throw badRequest('invalidSyntax', 'operations with and without a path');
  }),
  'FLAG-04': treating((operation) =>
    operation.path === 'active' && typeof operation.value === 'boolean' ? null : operation,
  ),
  'FLAG-05': treating((operation) => {
    if (operation.path.startsWith('manager[')) throw badRequest('invalidPath', 'manager has one value');
    return operation;
  }),
  'FLAG-06': {
    ...TOLERANT,
    normalise: (type, resource, operation) =>
      operation.path.startsWith('members[')
        ? { standard: [], members: [{ kind: 'clear' }] }
        : normalise(type, resource, operation),
  },
};

describe('the checks of the dialect with aadOptscim062020', () => {
  it('pass at a target that takes all that the service sends', async () => {
    expect(unpassed(await verifyWrites(TOLERANT, { ...FLAG, request: { only: ['FLAG'] } }))).toEqual([]);
  });

  it.each(Object.entries(DEFECTS))('find the defect of %s, and nothing else', async (id, persona) => {
    const result = await verifyWrites(persona, FLAG);
    expect(checksIn(result, 'fail', 'warn', 'error'), unpassed(result).join('\n')).toEqual([id]);
  });

  it('decide for a job with the flag alone', async () => {
    const defect = DEFECTS['FLAG-01'] as Persona;
    expect(checksIn(await verifyWrites(defect), 'fail')).toEqual([]);
    expect(checksIn(await verifyWrites(defect, FLAG), 'fail')).toEqual(['FLAG-01']);
  });

  it('find a key that is stored as it is written', async () => {
    const server: NaiveScimServer = await startNaiveScimServer('flatKeysLiteral');
    const { result } = await verifyAt({
      baseUrl: server.baseUrl,
      token: server.token,
      ...FLAG,
      request: { only: ['PAT', 'LEG', 'FLAG'] },
    });
    await server.stop();
    expect(checksIn(result, 'fail', 'warn')).toEqual(['FLAG-01']);
    expect(resultOf(result.results, 'FLAG-01')?.reason).toMatch(/stored as the key "name\.givenName"$/);
    expect(resultOf(result.results, 'FLAG-01')?.symptom).toBe('literal');
  });

  it('take a manager away in the form of the job', async () => {
    const bodies: string[] = [];
    const result = await verifyWrites(
      hearing((body) => void bodies.push(JSON.stringify(body))),
      {
        dialect: { patch: 'aadOptscim062020', managerRemoval: 'emptyObject' },
        request: { only: ['FLAG-05'] },
      },
    );
    expect(unpassed(result)).toEqual([]);
    expect(bodies.at(-1)).toContain('"value":{"value":""}');
  });
});
