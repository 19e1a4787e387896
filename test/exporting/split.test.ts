import { expect, test } from 'vitest';
import { sendParts } from '../../src/exporting/split.ts';
import { aChange } from '../scim/scim-builders.ts';
import { anUpdate } from './change-builders.ts';

const REFUSAL = { code: 'InternalError', message: 'title is not taken', status: 400 } as const;

const parts = ['active', 'title', 'displayName'].map((path) =>
  anUpdate('User', 't-1', [aChange('replace', path, 'x')]),
);

test.each([0, 1])(
  'an interruption after %i accepted parts keeps why the whole was refused',
  async (count) => {
    let sent = 0;
    const { failure } = await sendParts(parts, REFUSAL, async () => (sent++ < count ? null : 'interrupted'));
    expect(failure?.message).toMatch(/^title is not taken; .*displayName not sent$/);
    expect(failure?.code).toBe('InternalError');
  },
);
