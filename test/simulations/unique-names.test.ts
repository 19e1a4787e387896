import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uniqueNames } from '../../src/app/simulate/unique-names.ts';
import { attributePath, type TargetId } from '../../src/model/identifiers.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { ScimRequest, ScimResponse } from '../../src/model/scim.ts';
import { describeFind, describeMembersRead } from '../../src/scim/request.ts';

const MARK = '-e7f31a2';
const { sent, received } = uniqueNames(MARK);

const post = (path: string, body: JsonObject): ScimRequest => ({ method: 'POST', path, query: '', body });
const patch = (path: string, ...Operations: JsonObject[]): ScimRequest => ({
  method: 'PATCH',
  path,
  query: '',
  body: { Operations },
});
const answer = (body: Json): ScimResponse => ({
  kind: 'answer',
  status: 200,
  body,
  text: null,
  contentType: 'application/scim+json',
  retryAfterMs: null,
  durationMs: 1,
});

describe('the names of a run at an endpoint that others use too', () => {
  it('get the mark of the run: addresses before the @, other unique values at their end', () => {
    const user = {
      userName: 'alice@contoso.com',
      externalId: 'alice',
      displayName: 'Alice',
      emails: [{ type: 'work', value: 'Alice.A@contoso.com' }],
    };
    expect(sent(post('/Users', user)).body).toEqual({
      userName: 'alice-e7f31a2@contoso.com',
      externalId: 'alice-e7f31a2',
      displayName: 'Alice',
      emails: [{ type: 'work', value: 'Alice.A-e7f31a2@contoso.com' }],
    });
    expect(sent(post('/Groups', { displayName: 'Sales', members: [] })).body).toEqual({
      displayName: 'Sales-e7f31a2',
      members: [],
    });
  });

  it('get it in filters and in either form of PATCH, and ids of the target do not', () => {
    expect(sent(describeFind('User', attributePath('userName'), 'alice+1@contoso.com'))).toEqual(
      describeFind('User', attributePath('userName'), 'alice+1-e7f31a2@contoso.com'),
    );
    expect(sent(describeFind('Group', attributePath('displayName'), 'Sales & "Co"'))).toEqual(
      describeFind('Group', attributePath('displayName'), 'Sales & "Co"-e7f31a2'),
    );
    const byId = describeMembersRead('sales@contoso.com' as TargetId);
    expect(sent(byId)).toEqual(byId);
    const members = { op: 'Add', path: 'members', value: [{ value: 'alice@contoso.com' }] };
    const manager = {
      op: 'Add',
      path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager',
      value: 'mia@contoso.com',
    };
    const without = { op: 'remove', path: 'members[value eq "alice@contoso.com"]' };
    expect(sent(patch('/Groups/7', members, without)).body).toEqual({ Operations: [members, without] });
    expect(sent(patch('/Users/7', manager)).body).toEqual({ Operations: [manager] });
    const legacy = { op: 'Replace', path: 'userName', value: 'bob' };
    const pathless = { op: 'replace', value: { 'emails[type eq "work"].value': 'bob@contoso.com' } };
    expect(sent(patch('/Users/7', legacy, pathless)).body).toEqual({
      Operations: [
        { ...legacy, value: 'bob-e7f31a2' },
        { op: 'replace', value: { 'emails[type eq "work"].value': 'bob-e7f31a2@contoso.com' } },
      ],
    });
  });

  it('come back as the scenario knows them, whatever values they have', () => {
    const word = fc.string({ minLength: 1, unit: 'grapheme' });
    const user = fc.record({
      userName: fc.oneof(word, fc.emailAddress()),
      externalId: word,
      title: word,
      emails: fc.array(fc.record({ type: fc.constant('work'), value: fc.emailAddress() })),
    });
    fc.assert(
      fc.property(user, (resource) => {
        const { body } = sent(post('/Users', resource));
        expect(body?.userName).not.toBe(resource.userName);
        expect(received(answer({ id: `7${MARK}`, ...body }))).toMatchObject({
          body: { id: `7${MARK}`, ...resource },
        });
      }),
    );
  });
});
