import { describe, expect, it } from 'vitest';
import { isJsonObject } from '../../../src/model/json.ts';
import { badRequest } from '../../../src/target/http/scim-error.ts';
import { type Persona, TOLERANT } from '../../../src/target/personas/persona.ts';
import { verifyAltered } from '../../support/verify-altered.ts';
import { checksIn, unpassed } from '../../support/verify-at.ts';
import { FULL_SCHEMA, hearing, treating, verifyWrites } from '../../support/verify-defect.ts';

const refuse = (isRefused: (path: string, op: string, value: unknown, user: object) => boolean): Persona =>
  treating((operation, user) => {
    if (isRefused(operation.path, operation.op, operation.value, user))
      throw badRequest('invalidValue', 'not understood');
    return operation;
  });

/** Each target has one defect, which one check finds. */
const DEFECTS: Readonly<Record<string, Persona>> = {
  'LEG-01': hearing((_body, operations) => {
    if (operations.some(({ op }) => String(op) !== String(op).toLowerCase()))
      throw badRequest('invalidSyntax', 'unknown operation');
  }),
  'LEG-02': refuse((_path, _op, value) => value === 'True' || value === 'False'),
  'LEG-03': refuse((_path, _op, value) => value === 'True'),
  'LEG-04': treating((operation) => {
    if (!operation.path.startsWith('emails[type eq "work"]')) return operation;
    return { op: 'add', path: 'emails', value: [{ type: 'work', value: operation.value ?? null }] };
  }),
  'LEG-05': refuse((path, _op, _value, user) => {
    return /^(?:phoneNumbers|addresses)\[/.test(path) && !((path.split('[')[0] ?? '') in user);
  }),
  'LEG-06': refuse((path, op, _value, user) => {
    return op === 'replace' && path.startsWith('phoneNumbers[') && !('phoneNumbers' in user);
  }),
  'LEG-07': treating((operation) => {
    const [, part] = /^addresses\[.*\]\.(.*)$/.exec(operation.path) ?? [];
    if (part === undefined) return operation;
    return { op: 'add', path: 'addresses', value: [{ type: 'work', [part]: operation.value ?? null }] };
  }),
  'LEG-08': hearing((_body, operations) => {
    if (operations.some(({ path }) => /:enterprise:/.test(String(path ?? ''))))
      throw badRequest('invalidPath', 'a path has no colon');
  }),
  'LEG-09': refuse(
    (path, _op, value) => path.endsWith(':manager') && typeof value === 'string' && value !== '',
  ),
  'LEG-12': refuse((path, _op, value) => path === 'roles' && JSON.stringify(value ?? '').includes('{\\"')),
  'LEG-13': hearing((_body, operations) => {
    if (operations.some(({ path }) => /:Contoso:/.test(String(path ?? ''))))
      throw badRequest('invalidPath', 'a path has no colon');
  }),
  'LEG-14': refuse((path, _op, value) => path.endsWith(':floor') && typeof value === 'string'),
};

describe('the checks of the default dialect', () => {
  it('pass at a target that takes all that the service sends', async () => {
    expect(unpassed(await verifyWrites(TOLERANT, { request: { only: ['LEG'] } }))).toEqual([]);
  });

  it.each(Object.entries(DEFECTS))('find the defect of %s, and nothing else', async (id, persona) => {
    const result = await verifyWrites(persona);
    expect(checksIn(result, 'fail', 'warn', 'error'), unpassed(result).join('\n')).toEqual([id]);
  });

  it('warn where Replace of an absent entry is answered noTarget', async () => {
    const result = await verifyWrites(
      treating((operation, user) => {
        if (operation.op === 'replace' && operation.path.startsWith('phoneNumbers[') && !user.phoneNumbers)
          throw badRequest('noTarget', 'there is none');
        return operation;
      }),
    );
    expect(unpassed(result)).toEqual([
      'LEG-06 warn: Replace of an entry that is absent is answered 400 noTarget',
    ]);
  });

  it('warn where a manager is not taken away', async () => {
    const result = await verifyWrites(
      treating((operation) =>
        operation.path.endsWith(':manager') && operation.value === '' ? null : operation,
      ),
    );
    expect(unpassed(result)).toEqual([
      'LEG-10 warn: the removal of a manager is accepted with 200, and it is still there',
    ]);
  });

  it('find a manager that is shown as a text', async () => {
    const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const results = await verifyAltered(
      async (_request, pass) => {
        const answer = await pass();
        const extension = isJsonObject(answer.body as never)
          ? (answer.body as Record<string, { manager?: { value: string } }>)[ENTERPRISE]
          : undefined;
        if (extension?.manager === undefined) return answer;
        const flat = { ...extension, manager: extension.manager.value };
        return { ...answer, body: { ...(answer.body as object), [ENTERPRISE]: flat } };
      },
      ['LEG'],
      { schemaFile: FULL_SCHEMA },
    );
    expect(results.filter(({ state }) => state !== 'pass').map(({ check }) => check.id)).toEqual(['LEG-11']);
  });

  it('judge the shape of a manager where a bare id is refused', async () => {
    const result = await verifyWrites(DEFECTS['LEG-09'] as Persona);
    expect(checksIn(result, 'pass')).toContain('LEG-11');
    expect(checksIn(result, 'skip')).toEqual(['LEG-10']);
  });

  it('are skipped where the job sends active and scalars of their own type', async () => {
    const result = await verifyWrites(TOLERANT, {
      dialect: { legacyScalars: 'typed' },
      request: { only: ['LEG'] },
    });
    expect(checksIn(result, 'skip')).toEqual(['LEG-02', 'LEG-03', 'LEG-14']);
  });

  it('send a manager in the form of the job', async () => {
    const bodies: string[] = [];
    await verifyWrites(
      hearing((body) => void bodies.push(JSON.stringify(body))),
      {
        dialect: { managerValue: 'object', managerRemoval: 'remove' },
        request: { only: ['LEG-09', 'LEG-10'] },
      },
    );
    const written = bodies.filter((body) => body.includes(':manager'));
    const asObject = /"value":\{"value":"[^"]+"\}/;
    expect(written.map((body) => asObject.test(body))).toEqual([true, true, true, false]);
    expect(written.at(-1)).toContain('"op":"Remove"');
  });

  it('find what the strict target refuses', async () => {
    const result = await verifyWrites('strict');
    expect(checksIn(result, 'fail')).toEqual(['LEG-01', 'LEG-02', 'LEG-05', 'LEG-09', 'LEG-13']);
    expect(checksIn(result, 'skip')).toEqual([
      'LEG-03',
      'LEG-06',
      'LEG-07',
      'LEG-10',
      'LEG-14',
      'FLAG-02',
      'FLAG-03',
    ]);
  });

  it('find what the silent dropper drops', async () => {
    const result = await verifyWrites('silent-dropper');
    expect(checksIn(result, 'fail', 'warn')).toEqual(['LEG-02', 'LEG-08', 'LEG-13', 'FLAG-01']);
  });

  it('find nothing that the target like AWS does not take', async () => {
    const result = await verifyWrites('aws-like');
    expect(unpassed(result)).toEqual(['FLAG-06 unproven: the endpoint does not show the members of a group']);
  });

  it('find users without active', async () => {
    const result = await verifyWrites('hard-delete-only');
    expect(checksIn(result, 'fail', 'warn')).toEqual(['LEG-02', 'FLAG-04']);
  });
});
