import type { JobControl, Quarantine } from '../../model/control.ts';

/** What a notification of a job reports. */
export interface Notification {
  readonly kind: 'quarantined' | 'reasonChanged' | 'deletionsHeldBack' | 'disabled';
  /** What the job remembers of sent notifications, so that each is sent once. */
  readonly reason: NonNullable<JobControl['notifiedReason']>;
  readonly quarantine: Quarantine;
}

/** A notification in words. */
export interface Message {
  readonly subject: string;
  readonly text: string;
}

/**
 * The notification that is due as a job stands after a cycle; null: there is nothing new. Notifies when the job
 * enters quarantine, when the reason changes, when deletions are staged, and when it is disabled; of each once, until
 * it ends.
 * @see Entra "Application provisioning in quarantine status", Email notification
 */
export function dueNotification({ quarantine, isDisabled, notifiedReason }: JobControl): Notification | null {
  if (quarantine === null) return null;
  const reason = isDisabled ? 'Disabled' : quarantine.reason;
  if (reason === notifiedReason) return null;
  return { kind: kindOf(reason, notifiedReason), reason, quarantine };
}

function kindOf(
  reason: Notification['reason'],
  notifiedReason: JobControl['notifiedReason'],
): Notification['kind'] {
  if (reason === 'Disabled') return 'disabled';
  if (reason === 'TooManyDeletes') return 'deletionsHeldBack';
  return notifiedReason === null ? 'quarantined' : 'reasonChanged';
}

/** The job after the notification was sent. */
export function notified(control: JobControl, { reason }: Notification): JobControl {
  return {
    ...control,
    notifiedReason: reason,
  };
}

/** Puts a notification into words. */
export function notificationMessage(job: string, { kind, quarantine }: Notification): Message {
  const { reason, error, seriesBegan, nextAttempt } = quarantine;
  const facts = [
    `Reason: ${reason} (${error.code})`,
    error.message,
    '',
    `In quarantine since ${seriesBegan}.`,
    ...(kind === 'disabled' ? [] : [`The next attempt is not before ${nextAttempt}.`]),
  ];
  const { subject, beginning, wayOut } = WORDS[kind];
  return {
    subject: `entrain: job ${job} ${subject} (${reason})`,
    text: [`Job ${job} ${beginning}.`, '', ...facts, '', wayOut(job), ''].join('\n'),
  };
}

interface Words {
  readonly subject: string;
  readonly beginning: string;
  readonly wayOut: (job: string) => string;
}

const WORDS: Readonly<Record<Notification['kind'], Words>> = {
  quarantined: {
    subject: 'is in quarantine',
    beginning: 'entered quarantine: its cycles become rarer until one succeeds',
    wayOut: (job) =>
      `See "entrain status --job ${job}"; once the cause is corrected, "entrain resume --job ${job}" continues at once.`,
  },
  reasonChanged: {
    subject: 'is in quarantine for another reason',
    beginning: 'is in quarantine still, and for another reason than before',
    wayOut: (job) =>
      `See "entrain status --job ${job}"; once the cause is corrected, "entrain resume --job ${job}" continues at once.`,
  },
  deletionsHeldBack: {
    subject: 'holds deletions back',
    beginning:
      'would disable or delete more than is allowed in one cycle, so that nothing of that kind is done',
    wayOut: (job) =>
      `See them with "entrain logs --job ${job} --action stagedDelete". To allow them: "entrain restart --job ${job} --reset-scope ForceDeletes". To reject them: correct the cause, then "entrain restart --job ${job}".`,
  },
  disabled: {
    subject: 'is disabled',
    beginning: 'was in quarantine for too long and is disabled: no cycle runs any more',
    wayOut: (job) => `Correct the cause, then "entrain restart --job ${job}".`,
  },
};
