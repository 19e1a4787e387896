import { describe, expect, test } from 'vitest';
import { COUNT, type Fault } from '../../../src/target/faults/fault.ts';
import { FAULTS } from '../../../src/target/faults/faults.ts';
import { aTarget, type Client, ENTERPRISE, USER } from '../client.ts';
import { ANSWER_CASES } from '../fault-cases/answers.ts';
import { CONNECTION_CASES } from '../fault-cases/connections.ts';
import { REFUSAL_CASES } from '../fault-cases/refusals.ts';
import { SAMPLES } from '../sample-requests.ts';

const FAULT_CASES = { ...REFUSAL_CASES, ...ANSWER_CASES, ...CONNECTION_CASES };

/** A target with the user a@x, its manager m, and the group Sales that it is a member of. */
const aFilledTarget = async (): Promise<Client> => {
  const target = await aTarget();
  target.seed('User', {
    schemas: [USER],
    id: 'u-1',
    userName: 'a@x',
    active: true,
    [ENTERPRISE]: { manager: { value: 'm' } },
  });
  target.seed('Group', { id: 'g-1', displayName: 'Sales', members: [{ value: 'u-1' }] });
  return target;
};

describe('each fault', () => {
  test('has a case below, a name of its own, and there are at least 25', () => {
    const names = FAULTS.map(({ name }) => name);
    expect(names.toSorted()).toEqual(Object.keys(FAULT_CASES).toSorted());
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(25);
  });

  test.each(Object.entries(FAULT_CASES))('%s', async (name, meets) => {
    const target = await aFilledTarget();
    target.fault(name);
    await meets(target);
  });

  test.each(FAULTS.filter(({ concerns }) => !SAMPLES.every(({ request }) => concerns.test(request))))(
    '$name leaves alone what it does not concern',
    async ({ name, concerns }: Fault) => {
      const target = await aFilledTarget();
      target.fault(name);
      for (const { method, path, body, status, request } of SAMPLES) {
        if (concerns.test(request)) continue;
        const answer = await target.send(method, path, body);
        expect([method, path, answer.status]).toEqual([method, path, status]);
        expect(answer.headers.get('content-type') ?? 'none').toMatch(/^application\/scim\+json|^none$/);
      }
    },
  );
});

describe('faults are switched', () => {
  const read = async (target: Client) => (await target.ask('GET', '/Users')).status;

  test('on and off while the target runs, each on in place of the one before', async () => {
    const target = await aTarget();
    const seen = [await read(target)];
    for (const fault of ['500', '403', null, '500']) {
      target.fault(fault);
      seen.push(await read(target));
    }
    expect(seen).toEqual([200, 500, 403, 200, 500]);
  });

  test('on from the start, the first of several meeting a request first', async () => {
    const target = await aTarget({ faults: ['429=2', '500=1'] });
    const seen = [await read(target), await read(target), await read(target), await read(target)];
    expect(seen).toEqual([429, 429, 500, 200]);
  });

  test('when activated again, they count from the start', async () => {
    const target = await aTarget();
    target.fault('503=1');
    const seen = [await read(target), await read(target)];
    target.fault('503=1');
    expect([...seen, await read(target)]).toEqual([503, 200, 503]);
  });

  test('off after as many of the requests concerned as they were given, others not counted', async () => {
    const target = await aTarget({ faults: ['conflict=2'] });
    const post = async () => (await target.send('POST', '/Users', { userName: 'a' })).status;
    const seen = [await post(), await read(target), await read(target), await post(), await post()];
    expect(seen).toEqual([409, 200, 200, 409, 201]);
  });

  test.each(FAULTS.filter(({ argument }) => argument === COUNT))(
    '$name=1 is over after one request',
    async ({ name, concerns }: Fault) => {
      const target = await aFilledTarget();
      target.fault(`${name}=1`);
      const first = SAMPLES.find(({ request }) => concerns.test(request));
      if (first === undefined) throw new Error(`no sample is concerned by ${name}`);
      // A fault may let no answer through.
      await target.ask(first.method, first.path, first.body).catch(() => null);
      const read = async () => (await target.send('GET', '/Groups?excludedAttributes=members')).body;
      const after = await read();
      target.fault(null);
      expect(after).toEqual(await read());
    },
  );
});

test('the fault slow holds an answer back after the write is done, by the clock of the target', async () => {
  const waits: unknown[] = [];
  const target: Client = await aTarget({
    faults: ['slow'],
    clock: {
      now: () => 0,
      wait: async (ms) => {
        waits.push([ms, target.resources('User').length]);
      },
    },
  });
  expect((await target.send('POST', '/Users', { userName: 'a' })).status).toBe(201);
  target.fault('slow=70');
  await target.send('GET', '/Users');
  expect(waits).toEqual([
    [5000, 1],
    [70, 1],
  ]);
});

test('the fault 429-date names a date by the clock of the target', async () => {
  const clock = { now: () => Date.parse('2026-01-01T00:00:00.500Z'), wait: async () => {} };
  const target = await aTarget({ faults: ['429-date'], clock });
  const { headers } = await target.send('GET', '/Users');
  expect(headers.get('retry-after')).toBe('Thu, 01 Jan 2026 00:00:02 GMT');
});

test('a target stops while a fault holds an answer back', async () => {
  let reached = () => {};
  const waiting = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const clock = {
    now: () => 0,
    wait: () => {
      reached();
      return new Promise<void>(() => {});
    },
  };
  const target = await aTarget({ faults: ['slow'], clock });
  const broken = expect(target.send('GET', '/Users')).rejects.toThrow();
  await waiting;
  await target.stop();
  await broken;
});

describe('a fault is refused', () => {
  test('with the list of all when its name does not exist', async () => {
    const names = FAULTS.map(({ name }) => name).join(', ');
    await expect(aTarget({ faults: ['4029'] })).rejects.toThrow(
      `there is no fault "4029"; the faults are ${names}`,
    );
    const target = await aTarget();
    expect(() => target.fault('__proto__')).toThrow('there is no fault "__proto__"');
  });

  test.each(['429=', '429=0', '429=-1', '429=1.5', '429=many', '429=1=2', '429=9999999'])(
    'with what it takes when its argument is wrong: %s',
    async (text) => {
      await expect(aTarget({ faults: [text] })).rejects.toThrow(
        '429=n takes a whole number from 1 to 1000000',
      );
    },
  );
});
