/** Exit codes, as `--help` lists them. */
export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  escrowed: 3,
  quarantined: 4,
  expectationFailed: 5,
  notReady: 6,
  notVerified: 7,
  changesFound: 10,
  interrupted: 130,
} as const;

/** What each exit code means, for `--help` and docs/cli.md. */
export const EXIT_MEANINGS: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT.done, 'done'],
  [EXIT.bug, 'bug: please report it with the stack trace'],
  [EXIT.usage, 'configuration or usage, or a file or disk that cannot be used: nothing was sent'],
  [
    EXIT.escrowed,
    'done, but some objects failed and are kept for retry (plan --detailed-exitcode: some would fail), or the target did not take a value (verify: read, or --strict); or ended early for want of disk space or the like: the next run continues',
  ],
  [
    EXIT.quarantined,
    'the job is in quarantine: the cycle ended, the watermark stays (plan --detailed-exitcode: a run would end so)',
  ],
  [EXIT.expectationFailed, 'simulate: something was not as expected'],
  [EXIT.notReady, 'verify: a check that decides failed'],
  [
    EXIT.notVerified,
    'verify: the checks could not be carried through: the endpoint gave no answer, refused the credentials, or failed CONN-01',
  ],
  [EXIT.changesFound, 'plan --detailed-exitcode found changes, and nothing failed'],
  [
    EXIT.interrupted,
    'interrupted: the running object was finished and the state saved (verify: what was made is deleted)',
  ],
];

/** From what needs a person first to what needs none. */
const SEVERITY: readonly number[] = [
  EXIT.interrupted,
  EXIT.bug,
  EXIT.usage,
  EXIT.quarantined,
  EXIT.escrowed,
  EXIT.expectationFailed,
  EXIT.notVerified,
  EXIT.notReady,
  EXIT.changesFound,
];

/** The exit code of a command about several jobs: the worst of theirs. */
export function worstExit(codes: readonly number[]): number {
  return SEVERITY.find((code) => codes.includes(code)) ?? EXIT.done;
}
