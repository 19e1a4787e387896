import { describe, expect, test } from 'vitest';
import { targetId } from '../../src/model/identifiers.ts';
import type { AttributeChange } from '../../src/model/pipeline.ts';
import { NO_STATE } from '../../src/model/state.ts';
import { recordIntents } from '../../src/recording/intents.ts';
import { anUpdate } from '../exporting/change-builders.ts';
import { aChange } from '../scim/scim-builders.ts';
import { aLink, aUser } from '../support/builders.ts';

const HELD = { title: 'Clerk', 'name.givenName': 'Ola' };

/** What is remembered of an account once an update is about to be sent; null: nothing; undefined: as before. */
function rememberedOf(...changes: readonly AttributeChange[]) {
  const user = aUser();
  const update = { ...anUpdate('User', 't-1', changes), source: { id: user.id, label: user.label } };
  const known = {
    ...NO_STATE,
    links: new Map([[user.id, aLink(user)]]),
    targetStates: new Map([[user.id, { id: targetId('t-1'), attributes: HELD }]]),
  };
  const state = recordIntents([update], known).find((change) => change.kind === 'targetState');
  return state?.kind === 'targetState' ? state.attributes : undefined;
}

describe('before an update is sent, so that a killed process leaves no wrong state', () => {
  test('what it writes is forgotten, so that it is written again', () => {
    expect(rememberedOf(aChange('replace', 'title', 'Lead'))).toEqual({ 'name.givenName': 'Ola' });
  });

  test.each<[string, AttributeChange]>([
    ['removes', aChange('remove', 'title', '')],
    ['empties', aChange('replace', 'title', '')],
  ])(
    'all is forgotten where it %s a value, so that it is read whether the target still holds it',
    (_, change) => {
      expect(rememberedOf(change)).toBeNull();
    },
  );

  test('all is forgotten where it adds an entry, so that the entry is read and not added twice', () => {
    expect(rememberedOf(aChange('add', 'phoneNumbers[type eq "mobile"].value', '1'))).toBeNull();
  });
});
