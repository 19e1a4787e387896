import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Persona, TOLERANT } from '../../src/target/personas/persona.ts';
import { aTarget, type Client, ENTERPRISE } from './client.ts';

interface Exchange {
  readonly id: string;
  readonly title: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query: string;
    readonly body: object;
  };
  readonly answer: { readonly status: number; readonly body?: object };
}

const exchangesOf = (tool: string): readonly Exchange[] =>
  JSON.parse(readFileSync(new URL(`../../fixtures/wire/${tool}.json`, import.meta.url), 'utf8'));

/** Both tools take a PATCH for done when it is answered 200 or 204: a target may be of either kind. */
const NO_BODY: Persona = { ...TOLERANT, patchStatus: { User: 204, Group: 204 } };

const RIN = {
  id: 'u-7f31',
  userName: 'rin@orchard.example',
  active: false,
  title: 'Gardener',
  emails: [{ type: 'work', value: 'rin@orchard.example' }],
};

/** What an exchange changes in the user u-7f31, as the tools read it back. */
const READ_BACK: Readonly<Record<string, object>> = {
  'val-005-add-manager': { [ENTERPRISE]: { manager: { value: 'u-0c55' } } },
  'val-006-verbose-replace': {
    active: true,
    displayName: 'N',
    emails: [{ type: 'work', value: 'n@x.example', primary: true }],
    roles: [{ primary: true, value: 'R' }],
  },
  'la-002-null-phase2-compact': { emails: undefined, title: undefined },
};

const aPopulatedTarget = async ({ answer }: Exchange): Promise<Client> => {
  const target = await aTarget({ persona: answer.status === 204 ? NO_BODY : TOLERANT });
  target.seed('User', RIN);
  for (let index = 1; index <= 10; index += 1)
    target.seed('User', { userName: `user-${index}@orchard.example` });
  return target;
};

describe.each(['validator', 'logicapp'])('what the %s sends', (tool) => {
  test.each(exchangesOf(tool).map((exchange) => [exchange.id, exchange] as const))(
    'is answered as %s says',
    async (id, exchange) => {
      const { request, answer } = exchange;
      const target = await aPopulatedTarget(exchange);
      const before = target.resources('User');
      const path = `${request.path}${request.query === '' ? '' : `?${request.query}`}`;
      const { status, body } = await target.send(request.method, path, request.body ?? undefined);
      expect(status).toBe(answer.status);
      if (answer.body !== undefined) expect(body).toEqual(answer.body);
      const after = target.resources('User');
      if (READ_BACK[id] === undefined) expect(after).toEqual(before);
      else {
        const { schemas: _schemas, meta: _meta, ...user } = after[0] ?? {};
        expect(user).toEqual({ ...RIN, ...READ_BACK[id] });
      }
    },
  );
});

test('a page of five is the five users from the sixth on', async () => {
  const [pagination] = exchangesOf('logicapp').filter(({ id }) => id === 'la-003-pagination');
  const target = await aPopulatedTarget(pagination as Exchange);
  const { body } = await target.send('GET', `/Users?${pagination?.request.query}`);
  const names = body.Resources.map(({ userName }: { userName: string }) => userName);
  expect(names).toEqual([5, 6, 7, 8, 9].map((index) => `user-${index}@orchard.example`));
  expect(body).toMatchObject({ totalResults: 11, startIndex: 6, itemsPerPage: 5 });
});
