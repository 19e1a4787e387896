/**
 * Kills the built program (SIGKILL) at every request of an initial and an incremental cycle, before the target gets the
 * request, before it is answered, and when it was; lets it run on, and checks that nothing is lost, done twice, or told
 * wrongly. Ends with 1 when something is.
 * @example npm run test:kills
 * @example npm run test:kills -- --daemon --every 5
 * @example npm run test:kills -- --cycle incremental --nth 7 --moment beforeTheAnswer --concurrency 1
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import PQueue from 'p-queue';
import { tableOf } from './table.ts';
import {
  carryOut,
  everyDaemonKill,
  everyDeparture,
  everyKill,
  everyTakingBack,
  type PlannedKill,
  prepareCycles,
  type Verdict,
} from './walk.ts';

const { values } = parseArgs({
  options: {
    cycle: { type: 'string' },
    nth: { type: 'string' },
    moment: { type: 'string' },
    concurrency: { type: 'string', multiple: true, default: ['1'] },
    every: { type: 'string', default: '1' },
    daemon: { type: 'boolean', default: false },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
});

const isWanted = ({ cycle, nth, moment }: PlannedKill): boolean =>
  (values.cycle ?? cycle.name) === cycle.name &&
  (values.moment ?? moment) === moment &&
  Number(values.nth ?? nth) === nth;

const beganAt = performance.now();
const { cycles, remove } = await prepareCycles();
const kills = cycles
  .flatMap((cycle) =>
    values.daemon
      ? everyDaemonKill(cycle)
      : [
          ...values.concurrency.flatMap((concurrency) => everyKill(cycle, Number(concurrency))),
          ...everyDeparture(cycle),
          ...everyTakingBack(cycle),
        ],
  )
  .filter(isWanted)
  .filter((_, index) => index % Number(values.every) === 0);
console.log(
  `${cycles.map(({ name, kinds }) => `${kinds.length} requests in the ${name} cycle`).join(', ')}: ${kills.length} kills`,
);

const queue = new PQueue({ concurrency: Number(values.workers) });
const verdicts: Verdict[] = [];
try {
  await Promise.all(
    kills.map((planned) =>
      queue.add(async () => {
        const verdict = await carryOut(planned);
        verdicts.push(verdict);
        if (verdict.faults.length > 0) console.log(faultText(verdict));
        if (verdicts.length % 50 === 0) console.log(`${verdicts.length} of ${kills.length}`);
      }),
    ),
  );
} finally {
  remove();
}

console.log(`\n${tableOf(verdicts)}\n\n${Math.round((performance.now() - beganAt) / 1_000)} s`);
if (verdicts.some(({ faults }) => faults.length > 0)) process.exitCode = 1;

function faultText({
  planned: { cycle, nth, moment, concurrency, meanwhile, command },
  kind,
  faults,
}: Verdict): string {
  const where = `--cycle ${cycle.name} --nth ${nth} --moment ${moment} --concurrency ${concurrency}${command === 'start' ? ' --daemon' : ''}`;
  return `✗ ${where} (${kind}${meanwhile === null ? '' : `, then ${meanwhile}`})\n${faults.map((fault) => `    ${fault}`).join('\n')}`;
}
