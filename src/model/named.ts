/** Maximum names in a warning. */
export const NAMED = 3;

/** A count of objects, with the first names. */
export interface NamedCount {
  readonly count: number;
  readonly names: readonly string[];
}

/** No objects. */
export const NOBODY: NamedCount = { count: 0, names: [] };

/** Adds an object; keeps its name up to the maximum. */
export function withName({ count, names }: NamedCount, name: string): NamedCount {
  return {
    count: count + 1,
    names: names.length < NAMED ? [...names, name] : names,
  };
}

/** Formats the names: `ada, bob, cleo and 4 more`. */
export function spellNames({ count, names }: NamedCount): string {
  const shown = names.slice(0, NAMED);
  const more = count - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** A count with its noun, singular or plural. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

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

/** A path as a shell takes it for one word, in commands that a user copies. */
export function inShell(path: string): string {
  return /^[\w./][\w./-]*$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** A document with the job named in the commands that its texts advise. @param job as of `withJobInHints` */
export function withJobInDocument<Document>(document: Document, job: string | undefined): Document {
  if (job === undefined) return document;
  const named = (value: unknown): unknown => {
    if (typeof value === 'string') return withJobInHints(value, job);
    if (Array.isArray(value)) return value.map(named);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, named(part)]));
  };
  return named(document) as Document;
}
