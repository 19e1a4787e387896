import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** What a text says that names when something is done. */
const NAMES_A_TIME =
  /\b(?:next|first|each|later) cycle|tries? again|tried again|retried again|next interval|not before|\bwithin (?:an?\b|\d|…)|\b\d+ days\b/i;

/** Texts in which the words name no time at which something is done. */
const NO_TIME = 'no time';

/**
 * The texts of the program that name a time, each with what keeps it true: the test that compares it with what is done. An
 * ellipsis stands for what is filled in.
 * Who adds such a text adds it here, with a test of the time.
 */
const KEPT_TRUE: Readonly<Record<string, readonly string[]>> = {
  'job/control/waiting.test.ts': [
    'it is tried again in the next cycle',
    'it is tried again only if the object changes, or the job is restarted',
    'it is tried again after …',
    'It will be retried again after this date: … UTC',
    'An operation that failed before is tried again:',
    'and none is tried again until its object changes or the job is restarted',
    'the next is tried again …',
    "'in the next cycle' : `after …`",
    'their memberships are tried again once they succeed',
    'it is tried again once that object succeeds',
    'it is tried again once that succeeds',
    'no cycle begins before …',
    'The next attempt is not before …',
    'next attempt not before …; "entrain resume" tries it at once',
    'when failures are tried again; the published waits of Entra',
    'a failure that lasts longer is not tried again, such as 28d',
    'the first retry comes in the next cycle',
    'that the next cycle tries again (why: see 6)',
  ],
  'job/control/quarantine.test.ts': [
    'when a quarantined job is tried again, such as [6h, 12h, 24h] from its beginning',
    'when a job whose target gave no answer at all is tried again before that',
  ],
  'job/phases/namesakes.test.ts': ['30 days after the deletion in the source, and … is created after that'],
  'job/control/notify.test.ts': ['it is tried again after the next cycle'],
  'job/scheduler/scheduler.test.ts': [
    'it is tried again at the next interval',
    'pause, resume and restart are seen within a second',
  ],
  'job/control/restart.test.ts': [
    'so that the next cycle is an initial one; lift pause and quarantine',
    'Saving a schema restarts the job: the next cycle is an initial one, over everything.',
    'none: the next cycle is an initial one',
    'The next cycle of each restored job is an initial one',
    'The next cycle is an initial one and matches these objects again',
    'the first cycle is an initial one: begin it with',
  ],
  'job/cycle/clock.test.ts': [
    'the first cycle of each job also deletes what ran out since',
    '30 days in the recycle bin ended in between … not deleted',
    'from which it is gone after 30 days',
  ],
  'io/stores/sqlite/job/exchanges.test.ts': [
    'they are kept from the next cycle on.',
    'all are kept from the next cycle on.',
    'for 30 days.',
    'the oldest go first, and after 30 days all do',
  ],
  'job/cycle/killed.test.ts': [
    'interrupted: the rest is left for the next cycle',
    'or is found out by the next cycle: "entrain run" continues from here.',
    'the next cycle finds the accounts again by their matching attributes',
    'the next cycle goes by what that one holds',
  ],
  'cli/plan-saved.test.ts': ['so that the next cycle looks at all of them.'],
  [NO_TIME]: [
    'has a token with more than 30 days left',
    'exp of the token, where it is a JWT, is more than 30 days ahead',
    'remind_before(token.exp, 30 days)',
    'with more than 14 days left',
    'and tried again in later cycles. Many of them put the job into quarantine.',
    'The first cycle of a group sends its members in large lists.',
    'the service takes it for trouble of the server, and tries again for days.',
    'no handshake within … ms',
    'the next cycle cannot be planned: the target does not answer as it must',
    'the next cycle still has to do: ',
    'show what the next cycle would do; reads, never writes',
    "'what the first cycle would do; --offline asks no endpoint'",
    "'the first cycle'",
    "'last cycle', 'next cycle', 'failing'",
    'no complete answer within … ms',
  ],
};

const SOURCES = new URL('../../../src/', import.meta.url).pathname;

/** The lines of the sources, without comments, and without what is filled into texts. */
const lines = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .flatMap((name) =>
    readFileSync(join(SOURCES, name), 'utf8')
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/\$\{[^{}]*\}/g, '…')
      .split('\n')
      .filter((line) => !/^\s*\/\//.test(line))
      .map((line) => `${name}: ${line.trim()}`),
  );

const texts = Object.values(KEPT_TRUE).flat();

test('every text that names a time is kept true by a test', () => {
  const unknown = lines.filter(
    (line) => NAMES_A_TIME.test(line) && !texts.some((text) => line.includes(text)),
  );
  expect(unknown).toEqual([]);
});

test('every text of the table is in the program', () => {
  expect(texts.filter((text) => !lines.some((line) => line.includes(text)))).toEqual([]);
});

test.each(Object.keys(KEPT_TRUE).filter((name) => name !== NO_TIME))('%s is a test', (name) => {
  expect(existsSync(new URL(`../../${name}`, import.meta.url))).toBe(true);
});
