import { describe, expect, test } from 'vitest';
import { parseRestartScopes } from '../../../src/job/control/restart.ts';

describe('the reset scopes of a restart', () => {
  test.each([
    ['none are what the portal’s Restart means', '', ['QuarantineState', 'Watermark', 'Escrows']],
    ['blanks are none', ' , ', ['QuarantineState', 'Watermark', 'Escrows']],
    ['one is itself', 'Full', ['Full']],
    ['several are joined by commas', 'Watermark,Escrows', ['Watermark', 'Escrows']],
    ['deletions are allowed', 'ForceDeletes', ['ForceDeletes']],
    ['a plain start forgets nothing', 'None', ['None']],
    [
      'blanks and case do not matter',
      ' watermark , CONNECTORDATASTORE ',
      ['Watermark', 'ConnectorDataStore'],
    ],
  ])('%s', (_, text, scopes) => {
    expect(parseRestartScopes(text)).toEqual({ scopes });
  });

  test.each(['Links', '15'])('that are not known are reported, with those that are: %s', (name) => {
    expect(parseRestartScopes(`Watermark,${name}`)).toEqual({
      unknown: name,
      allowed: [
        'Watermark',
        'Escrows',
        'QuarantineState',
        'ConnectorDataStore',
        'Full',
        'ForceDeletes',
        'None',
      ],
    });
  });
});
