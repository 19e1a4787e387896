import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dueNotification, notificationMessage, notified } from '../../../src/job/control/notify.ts';
import { quarantined, recovered, started } from '../../../src/job/control/quarantine.ts';
import { INITIAL_CONTROL, type JobControl } from '../../../src/model/control.ts';
import { QuarantineError, type QuarantineReason } from '../../../src/model/errors.ts';
import { DEFAULT_SAFETY } from '../../../src/model/safety.ts';

const FIGURES = DEFAULT_SAFETY.quarantine;
const DAY = 24 * 3_600_000;

const at = (days: number): string => new Date(Date.UTC(2026, 0, 1) + days * DAY).toISOString();

const held = (control: JobControl, reason: QuarantineReason, days = 0): JobControl =>
  quarantined(control, new QuarantineError(reason, 'Code', 'why it was'), at(days), FIGURES);

const CREDENTIALS = 'EncounteredQuarantineException';

const kindOf = (control: JobControl): string | null => dueNotification(control)?.kind ?? null;

/** The job after the notifications that were due were sent. */
const told = (control: JobControl): JobControl => {
  const due = dueNotification(control);
  return due === null ? control : notified(control, due);
};

describe('a notification is due', () => {
  test('nothing of a job that is well', () => {
    expect(kindOf(INITIAL_CONTROL)).toBeNull();
  });

  test('once when a job enters quarantine, however often it is kept', () => {
    const entered = held(INITIAL_CONTROL, CREDENTIALS);
    expect(kindOf(entered)).toBe('quarantined');
    expect(kindOf(held(told(entered), CREDENTIALS, 1))).toBeNull();
  });

  test('once more when the reason changes', () => {
    const changed = held(told(held(INITIAL_CONTROL, CREDENTIALS)), 'IngestionInterrupted', 1);
    expect(kindOf(changed)).toBe('reasonChanged');
    expect(kindOf(told(changed))).toBeNull();
  });

  test.each<[string, JobControl]>([
    ['for a start', INITIAL_CONTROL],
    ['after another reason', told(held(INITIAL_CONTROL, CREDENTIALS))],
  ])('when deletions are held back %s', (_, before) => {
    const heldBack = held(before, 'TooManyDeletes', 1);
    expect(kindOf(heldBack)).toBe('deletionsHeldBack');
    expect(kindOf(held(told(heldBack), 'TooManyDeletes', 2))).toBeNull();
  });

  test('when the job is disabled after 28 days, and not before', () => {
    const began = told(held(INITIAL_CONTROL, CREDENTIALS));
    expect(kindOf(held(began, CREDENTIALS, 27.9))).toBeNull();
    const disabled = held(began, CREDENTIALS, 28);
    expect(kindOf(disabled)).toBe('disabled');
    expect(kindOf(held(told(disabled), CREDENTIALS, 29))).toBeNull();
  });

  test.each([
    ['a cycle went well', recovered],
    ['somebody resumed it', started],
  ])('again when it is quarantined again after %s', (_, lift) => {
    const lifted = lift(told(held(INITIAL_CONTROL, CREDENTIALS)));
    expect(kindOf(lifted)).toBeNull();
    expect(kindOf(held(lifted, CREDENTIALS, 3))).toBe('quarantined');
  });

  test('again as long as it could not be sent', () => {
    const entered = held(INITIAL_CONTROL, CREDENTIALS);
    expect(kindOf(held(entered, CREDENTIALS, 1))).toBe('quarantined');
  });

  test('never twice in a row of one reason, whatever happens to the job', () => {
    const reasons: readonly QuarantineReason[] = [CREDENTIALS, 'TooManyDeletes', 'IngestionInterrupted'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...reasons), { maxLength: 40 }), (series) => {
        let control = INITIAL_CONTROL;
        const said: string[] = [];
        for (const [day, reason] of series.entries()) {
          control = held(control, reason, day);
          const due = dueNotification(control);
          if (due === null) continue;
          said.push(due.reason);
          control = notified(control, due);
        }
        expect(said.filter((reason, index) => reason === said[index - 1])).toEqual([]);
        expect(said.filter((reason) => reason === 'Disabled').length).toBeLessThanOrEqual(1);
        expect(said.length > 0).toBe(series.length > 0);
      }),
    );
  });
});

describe('the words', () => {
  const wordsOf = (control: JobControl) => {
    const due = dueNotification(control);
    if (due === null) throw new Error('nothing is due');
    return notificationMessage('leapsome', due);
  };

  test('say what happened, why, since when, when it is tried again, and the way out', () => {
    expect(wordsOf(held(INITIAL_CONTROL, CREDENTIALS))).toEqual({
      subject: 'entrain: job leapsome is in quarantine (EncounteredQuarantineException)',
      text: `Job leapsome entered quarantine: its cycles become rarer until one succeeds.

Reason: EncounteredQuarantineException (Code)
why it was

In quarantine since 2026-01-01T00:00:00.000Z.
The next attempt is not before 2026-01-01T06:00:00.000Z.

See "entrain status --job leapsome"; once the cause is corrected, "entrain resume --job leapsome" continues at once.
`,
    });
  });

  test('of staged deletions name how to allow and how to reject them', () => {
    const { subject, text } = wordsOf(held(INITIAL_CONTROL, 'TooManyDeletes'));
    expect(subject).toBe('entrain: job leapsome holds deletions back (TooManyDeletes)');
    expect(text).toContain('"entrain restart --job leapsome --reset-scope ForceDeletes"');
    expect(text).toContain('"entrain logs --job leapsome --action stagedDelete"');
  });

  test('of a disabled job promise no attempt', () => {
    const { subject, text } = wordsOf(held(told(held(INITIAL_CONTROL, CREDENTIALS)), CREDENTIALS, 28));
    expect(subject).toBe('entrain: job leapsome is disabled (EncounteredQuarantineException)');
    expect(text).not.toContain('next attempt');
    expect(text).toContain('"entrain restart --job leapsome"');
  });

  test('of a changed reason say so', () => {
    const changed = held(told(held(INITIAL_CONTROL, CREDENTIALS)), 'IngestionInterrupted', 1);
    expect(wordsOf(changed).subject).toContain('is in quarantine for another reason (IngestionInterrupted)');
  });
});
