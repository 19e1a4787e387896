import { sendMail } from '../../io/mail/smtp.ts';
import { dueNotification, notificationMessage, notified } from '../../job/control/notify.ts';
import type { JobSettings, MailSettings } from '../../model/job.ts';
import type { JobReader, JobWriter } from '../../model/ports.ts';

/** What a notification of a job needs. */
export interface NotifyContext {
  readonly settings: Pick<JobSettings, 'id' | 'notificationEmail'>;
  /** Null: there is no mail server. */
  readonly mail: MailSettings | null;
  readonly state: Pick<JobReader, 'control'> & Pick<JobWriter, 'updateControl'>;
  /** Reports to the user. */
  readonly note: (text: string) => void;
}

/**
 * Sends the notifications that are due after a cycle: by mail, or by a note where there is no mail server or no
 * address. What could not be sent is noted and tried again after the next cycle; it is never a failure of the cycle.
 */
export async function notifyPeople({ settings, mail, state, note }: NotifyContext): Promise<void> {
  const due = dueNotification(await state.control());
  if (due === null) return;
  const message = notificationMessage(settings.id, due);
  const to = settings.notificationEmail;
  // Without mails, the report and the status show it.
  if (mail === null && to === null) {
    await state.updateControl((control) => notified(control, due));
    return;
  }
  if (mail === null || to === null) {
    const lacks = to === null ? 'the job has no notificationEmail' : 'the configuration has no mail';
    note(`No mail was sent, because ${lacks}: ${message.subject}`);
  } else {
    const problem = await sendMail(mail, { to, ...message });
    if (problem !== null) {
      note(`The mail was not sent: ${problem}; it is tried again after the next cycle`);
      return;
    }
    note(`Mail sent to ${to}: ${message.subject}`);
  }
  await state.updateControl((control) => notified(control, due));
}
