/** Commands that are about one job. */
const ABOUT_A_JOB = [
  'test-connection',
  'plan',
  'run',
  'provision',
  'status',
  'logs',
  'pause',
  'resume',
  'restart',
  'state adopt',
  'schema show',
  'directory assign',
  'directory unassign',
  'directory list roles',
].join('|');

const HINT = new RegExp(`(?<=["\`])entrain (${ABOUT_A_JOB})(?=[ "\`])(?![^"\`]*--(?:job|all-jobs)\\b)`, 'g');

/**
 * Names the job in the commands that a message advises: `"entrain restart"` becomes `"entrain restart --job crm"`. What
 * writes a message does not know whether there are several jobs, and a message that is kept outlives the name of its job.
 * @param job undefined: there is one job, and its name is not needed
 */
export function withJobInHints(text: string, job: string | undefined): string {
  return job === undefined ? text : text.replace(HINT, `entrain $1 --job ${job}`);
}
