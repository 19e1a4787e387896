import { describe, expect, test } from 'vitest';
import type { VerifyResult } from '../../src/verify/result.ts';
import { startScimmy } from '../support/scimmy-target.ts';
import { checksIn, unpassed, verifyAt } from '../support/verify-at.ts';
import { startBetterAuth } from './better-auth-target.ts';
import type { ForeignTarget } from './foreign-target.ts';
import { startJackson } from './jackson-target.ts';

/** What the checks find in a server that this project did not write. */
interface Known {
  readonly start: () => Promise<ForeignTarget>;
  /** Each with the reason why it is right, as observed by requests of their own. */
  readonly fail: Readonly<Record<string, string>>;
  readonly warn: string;
  readonly causes: readonly string[];
}

const SERVERS: Readonly<Record<string, Known>> = {
  scimmy: {
    start: startScimmy,
    fail: {
      'LEG-02': 'active "False" is answered 400, expected value type boolean',
      'LEG-05': 'Add of phoneNumbers[type eq "mobile"].value is answered 400, noTarget',
      'LEG-09': 'Add of a manager by its bare id is answered 400, expected complex value',
      'MEM-02': 'a member that is added again makes four of three',
    },
    // FLT-05 passes with users who all have an address: one without makes the filter throw. PAGE-02: a page past the end
    // shows the last one. MEM-09: members stay when their user is deleted; the store of the harness knows no references.
    warn: 'USR-05 USR-09 FLT-05 FLAG-05 GRP-07 MEM-09 PAGE-02 ERR-04',
    causes: [
      'strictBooleans LEG-02 USR-05',
      'noEntryMade LEG-05',
      'managerTextRefused LEG-09',
      'membersDoubled MEM-02',
    ],
  },
  'saml-jackson': {
    start: startJackson,
    fail: {
      'FLT-03': 'a userName in another case is not found',
      'FLT-07':
        'the search compares the address, so that a userName unlike it is not found, and it takes apostrophes away',
      'PAT-05': 'a changed userName is not found, because the address is compared',
      'LEG-02': 'active "False" is answered 200, and kept as a text',
      'LEG-08': 'department of the extension is answered 200, and stays as it was',
      'GRP-04': 'members are there, though empty, with excludedAttributes=members',
      'GRP-05': 'members are there, though empty, with excludedAttributes=members',
      'GRP-06': 'Replace of displayName is answered 200, and not done',
      'MEM-01': 'Add of members is answered 200, and no member is there; with add it is done',
      'ERR-04': 'it is the sum of these',
    },
    // The harness serves /Users and /Groups alone, so that DISC-01, DISC-05 and DISC-06 are its own. Groups are shown with
    // an empty list of members whatever they hold: FLAG-06 and MEM-05 to MEM-08 warn of additions that may be done. PAGE-01:
    // totalResults is 50 at most, so that the oldest of more users are in no page that a client asks for.
    warn: 'CONN-05 AUTH-03 DISC-01 DISC-05 DISC-06 USR-05 USR-08 USR-09 USR-12 FLT-04 FLT-05 FLT-06 FLT-08 FLT-12 PAT-02 FLAG-06 GRP-07 MEM-05 MEM-06 MEM-07 MEM-08 DEL-02 DEL-06 PAGE-01 PAGE-02 ERR-01',
    causes: [
      'textBooleans LEG-02 USR-05',
      'caseExactFilter FLT-03',
      'nameCaseExact USR-08',
      'extensionPathCut LEG-08',
      'membersAlwaysShown GRP-05 GRP-04',
      'errorsAsHtml ERR-01',
    ],
  },
  'better-auth': {
    start: startBetterAuth,
    fail: { 'USR-02': 'addresses are stored in lower case' },
    warn: 'CONN-05 USR-09 FLT-08 PAT-10 FLAG-05 GRP-07 MEM-07',
    causes: ['caseChanged USR-02'],
  },
};

describe.each(Object.entries(SERVERS))('a run against %s', (_name, { start, fail, warn, causes }) => {
  test('finds what it is known for, and leaves nothing', async () => {
    const target = await start();
    try {
      const { result } = await verifyAt(target);
      expect(checksIn(result, 'fail'), told(result)).toEqual(Object.keys(fail));
      expect(checksIn(result, 'warn'), told(result)).toEqual(warn.split(' '));
      expect(checksIn(result, 'unproven', 'error'), told(result)).toEqual([]);
      expect(result.causes.map(({ id, checks }) => [id, ...checks].join(' '))).toEqual(causes);
      expect(result.cleanUp.left).toEqual([]);
      expect([...(await target.users()), ...(await target.groups())]).toEqual([]);
    } finally {
      await target.stop();
    }
  });
});

const told = (result: VerifyResult): string => unpassed(result).join('\n');
