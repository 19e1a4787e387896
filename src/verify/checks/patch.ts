import type { Answered } from '../../model/scim.ts';
import { patchBody } from '../../scim/patch-operation.ts';
import { parsePath } from '../../scim/path.ts';
import { readId, readPath } from '../../scim/read.ts';
import type { Check } from '../check.ts';
import {
  lesser,
  missedIn,
  requireAccepted,
  requireCount,
  requireResource,
  requireStatus,
  requireTaken,
} from '../expect.ts';
import { userMapping } from '../subject.ts';
import { changeOf } from '../trial.ts';
import { ownName } from '../values.ts';
import { NotTested, Unmet } from '../verdict.ts';
import { replaceAll } from './replace-all.ts';
import { neutralPatch, operationsOf, optionalMapping, plainMapping, requireWritten } from './writing.ts';

const PATCH_OF_RFC = 'RFC 7644 §3.5.2';

/** PATCH in a form that neither dialect of the service has for itself. */
export const PATCH_CHECKS: readonly Check[] = [
  {
    id: 'PAT-01',
    title: 'replaces every mapped attribute in one PATCH',
    severity: 'must',
    needs: ['patch'],
    requests: ['PATCH /Users/{id} with {"op":"replace","path":…,"value":…} for each mapped attribute'],
    criterion: '200 or 204, and every new value is there',
    why: 'All changes of a user go into one PATCH. What is refused fails the whole update; what is dropped is sent again in every cycle.',
    fix: 'Apply each operation in its turn to the attribute that its path names.',
    pseudocode: `for operation in body.Operations:
    set(user, operation.path, operation.value)
save(user)`,
    sources: [PATCH_OF_RFC, 'Entra "Known issues and resolutions with SCIM 2.0 protocol compliance"'],
    alsoTestedBy: { validator: '6, 9', gallery: 'SCIM_User_Update, User_Update' },
    run: replaceAll,
  },
  {
    id: 'PAT-02',
    title: 'applies no operation of a PATCH in which one is invalid',
    severity: 'should',
    needs: ['patch'],
    requests: ['PATCH /Users/{id} with a valid operation, and one whose path cannot be parsed'],
    criterion: '400, and the valid operation has no effect',
    why: 'A refused update counts as not made. What was applied of it shows as a difference that no one can explain.',
    fix: 'Check all operations before the first is applied, or apply them in one transaction.',
    pseudocode: `transaction:
    for operation in body.Operations: apply(operation)      # an error rolls all of them back`,
    sources: ['RFC 7644 §3.5.2, atomicity'],
    run: async (trial) => {
      const user = await trial.user();
      const change = changeOf(trial, 'replace', plainMapping(trial), user.label);
      const operations = operationsOf(neutralPatch(trial, [change]));
      const invalid = { op: 'replace', path: 'emails[type eq', value: 'x' };
      const answered = await trial.patch(user, patchBody([...operations, invalid]));
      requireStatus(answered, [400], 'A PATCH with an invalid path');
      const found = readPath(await trial.read(user), parsePath(change.mapping.targetAttributeName));
      if (found === change.value)
        throw new Unmet('the PATCH was refused, and its first operation applied', { decisive: answered });
    },
  },
  {
    id: 'PAT-03',
    title: 'takes add for an attribute that has a value',
    severity: 'must',
    needs: ['patch'],
    requests: ['PATCH /Users/{id} {"op":"add","path":"displayName","value":"…"}'],
    criterion: '200 or 204, and the new value is there',
    why: 'The service chooses add or replace by its copy of the resource, which may be old.',
    fix: 'Treat add of a single value as replace.',
    pseudocode: `add(path, value): attribute is multi-valued ? append : set`,
    sources: ['RFC 7644 §3.5.2.1', 'limosa-io/laravel-scim-server#34'],
    run: async (trial) => {
      const user = await trial.user();
      const change = changeOf(trial, 'add', plainMapping(trial), user.label);
      await requireWritten(
        trial,
        user,
        neutralPatch(trial, [change]),
        [change],
        'add of an attribute that has a value',
      );
    },
  },
  {
    id: 'PAT-04',
    title: 'takes replace for an attribute that is absent',
    severity: 'must',
    needs: ['patch'],
    requests: ['PATCH /Users/{id} {"op":"replace","path":"title","value":"…"} of a user without title'],
    criterion: '200 or 204, and the value is there',
    why: 'The service chooses add or replace by its copy of the resource, which may be old.',
    fix: 'Treat replace of an absent value as add.',
    pseudocode: `replace(path, value): set(path, value)      # whether there was one or not`,
    sources: ['RFC 7644 §3.5.2.3'],
    run: async (trial) => {
      const mapping = optionalMapping(trial);
      const user = await trial.user({ without: [mapping.targetAttributeName] });
      const change = changeOf(trial, 'replace', mapping, user.label);
      await requireWritten(
        trial,
        user,
        neutralPatch(trial, [change]),
        [change],
        'replace of an absent attribute',
      );
    },
  },
  {
    id: 'PAT-05',
    title: 'renames a user',
    severity: 'must',
    needs: ['patch'],
    requests: ['PATCH /Users/{id} with another userName', 'GET /Users?filter=userName eq "{old or new}"'],
    criterion: '200 or 204; the new name is shown as it was sent and found by a filter, the old one is not',
    why: 'People marry, and domains move. A user who cannot be renamed, or is found by the old name too, is matched wrongly.',
    fix: 'Let userName change, and keep the id.',
    pseudocode: `users[id].userName = value       # unique, like in a creation; the id stays`,
    sources: ['RFC 7643 §3.1 and §4.1.1', PATCH_OF_RFC],
    alsoTestedBy: { validator: '7' },
    run: async (trial) => {
      const user = await trial.user();
      const mapping = userMapping(trial.subject, 'userName');
      if (mapping === undefined) throw new NotTested('userName is not mapped');
      const change = changeOf(trial, 'replace', mapping, user.label);
      const name = ownName(trial.subject, 'User', { ...user.label, turn: 1 });
      const answered = await trial.patch(user, neutralPatch(trial, [change]));
      requireAccepted(answered, 'The change of userName');
      requireTaken(await trial.read(user, name), [change], answered, 'exact');
      if (trial.hasFailed('FLT-01')) return;
      requireCount(await trial.find('User', 'userName', name), 1, 'A filter for the new userName');
      requireCount(await trial.find('User', 'userName', user.name), 0, 'A filter for the old userName');
    },
  },
  {
    id: 'PAT-06',
    title: 'takes the same PATCH twice',
    severity: 'must',
    needs: ['patch'],
    requests: ['PATCH /Users/{id}, twice the same'],
    criterion: '200 or 204 both times',
    why: 'The service repeats what it got no answer to.',
    fix: 'Answer a PATCH that changes nothing with success.',
    pseudocode: `apply(operations)       # no error where nothing differs
respond 200 or 204`,
    sources: ['RFC 7644 §3.5.2', 'Entra "Troubleshoot user provisioning validation"'],
    run: async (trial) => {
      const user = await trial.user();
      const change = changeOf(trial, 'replace', plainMapping(trial), user.label);
      const body = neutralPatch(trial, [change]);
      requireAccepted(await trial.patch(user, body), 'A PATCH');
      await requireWritten(trial, user, body, [change], 'The same PATCH again');
    },
  },
  {
    id: 'PAT-07',
    title: 'reads the members of a PATCH in any order',
    severity: 'must',
    needs: ['patch'],
    requests: ['PATCH /Users/{id} {"Operations":[…],"schemas":[…]}'],
    criterion: '200 or 204, and the new value is there, whichever of the two comes first',
    why: 'Both orders are sent.',
    fix: 'Parse the body as JSON, in which the order of members has no meaning.',
    pseudocode: `body = parse_json(request)`,
    sources: ['RFC 8259 §4', 'simpleidserver/SimpleIdServer#494'],
    run: async (trial) => {
      const user = await trial.user();
      const mapping = plainMapping(trial);
      for (const turn of [1, 0] as const) {
        const change = changeOf(trial, 'replace', mapping, user.label, turn);
        const { schemas = [], Operations: operations = [] } = neutralPatch(trial, [change]);
        const body = turn === 1 ? { schemas, Operations: operations } : { Operations: operations, schemas };
        const what = `A PATCH whose first member is ${turn === 1 ? 'schemas' : 'Operations'}`;
        await requireWritten(trial, user, body, [change], what);
      }
    },
  },
  {
    id: 'PAT-08',
    title: 'answers a PATCH without operations',
    severity: 'info',
    needs: ['patch'],
    requests: ['PATCH /Users/{id} {"Operations":[]}'],
    criterion: '200, 204 or 400',
    why: "Microsoft's SCIM Validator sends one; a server error fails its test.",
    fix: 'Answer 204, or 400 with a SCIM error.',
    pseudocode: `body.Operations is empty: respond 204`,
    sources: ['scimmyjs/scimmy#59'],
    run: async (trial) => {
      const answered = await trial.patch(await trial.user(), patchBody([]));
      requireStatus(answered, [200, 204, 400], 'A PATCH without operations');
    },
  },
  {
    id: 'PAT-09',
    title: 'answers a PATCH of an unknown id with 404',
    severity: 'must',
    needs: ['patch'],
    requests: ['PATCH /Users/{unknown id}'],
    criterion: '404',
    why: 'With 404 the service drops the stale link, and matches the user again. Success would be believed.',
    fix: 'Look the resource up first; answer 404 where there is none.',
    pseudocode: `user = users[id] or respond 404`,
    sources: ['RFC 7644 §3.12', 'Entra "Known issues for provisioning", InvalidAnchor'],
    run: async (trial) => {
      const change = changeOf(trial, 'replace', plainMapping(trial), trial.newLabel());
      const answered = await trial.send({
        method: 'PATCH',
        path: `/Users/${trial.unknownId()}`,
        body: neutralPatch(trial, [change]),
      });
      requireStatus(answered, [404], 'A PATCH of an unknown id');
    },
  },
  {
    id: 'PAT-10',
    title: 'clears an attribute by an empty text and by null',
    severity: 'info',
    mustFor: ['gallery'],
    needs: ['patch'],
    requests: ['PATCH /Users/{id} {"op":"replace","path":"title","value":""}', 'the same with null'],
    criterion: '200 or 204, and the attribute is empty or absent',
    why: 'The application gallery tests both. In production the service sends neither by default.',
    fix: 'Take an empty text and null for the removal of a value.',
    pseudocode: `value in ["", null]: remove(path)`,
    sources: ['Entra "Validate your provisioning app for the gallery", Null_Update', 'RFC 7643 §2.5'],
    alsoTestedBy: { gallery: 'SCIM_Null_Update' },
    run: async (trial) => {
      const mapping = optionalMapping(trial);
      for (const value of ['', null]) {
        const user = await trial.user();
        const path = mapping.targetAttributeName;
        const answered = await trial.patch(user, patchBody([{ op: 'replace', path, value }]));
        requireAccepted(answered, `replace by ${value === null ? 'null' : 'an empty text'}`);
        const found = readPath(await trial.read(user), parsePath(path)) ?? '';
        if (found !== '')
          throw new Unmet(
            `accepted with ${answered.response.status}, and ${path} is still ${JSON.stringify(found)}`,
            { decisive: answered, miss: 'dropped' },
          );
      }
    },
  },
  {
    id: 'PAT-11',
    title: 'answers a PATCH with the resource, or with nothing',
    severity: 'info',
    needs: ['patch'],
    requests: ['PATCH /Users/{id}'],
    criterion: '200 with id and new values, or 204 without a body',
    why: 'Clients that read the answer take an old value in it for the result.',
    fix: 'Answer 204, or read the resource again before it is sent.',
    pseudocode: `respond 200, resource(users[id])       # as it is after the change`,
    sources: ['RFC 7644 §3.5.2'],
    run: async (trial) => {
      const user = await trial.user();
      const change = changeOf(trial, 'replace', plainMapping(trial), user.label);
      const answered = await trial.patch(user, neutralPatch(trial, [change]));
      requireAccepted(answered, 'A PATCH');
      if (answered.response.status === 204) return requireNoBody(answered);
      const resource = requireResource(answered, 'A PATCH answered 200');
      if (readId(resource) !== user.id) throw lesser('the answer to a PATCH has no id', answered);
      if (missedIn(resource, [change]).length > 0)
        throw lesser('the answer to a PATCH shows what was there before it', answered);
    },
  },
];

function requireNoBody(answered: Answered): void {
  const { body } = answered.response;
  if (body !== null) throw lesser('204 has a body', answered);
}
