// Plans the next cycle of a job, prints what it would do, then runs it: node plan-and-run.mjs <configuration> <job>
// @ts-check
import { ConfigurationError, Interruption, isChange, issueText, openApp, readConfiguration } from 'entrain';

/** @typedef {import('entrain').AppEvent} AppEvent */

const [file, job] = process.argv.slice(2);
if (file === undefined || job === undefined) {
  console.error('usage: node plan-and-run.mjs <configuration> <job>');
  process.exit(2);
}

// Ctrl+C: what is under way is finished and recorded.
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

try {
  await planAndRun(file, job, stop.signal);
} catch (error) {
  if (error instanceof ConfigurationError) {
    console.error(error.issues.map(issueText).join('\n'));
    process.exitCode = 2;
  } else if (error instanceof Interruption) process.exitCode = 130;
  else throw error;
}

/**
 * @param {string} file the configuration
 * @param {string} job the id of a job in it
 * @param {AbortSignal} signal
 */
async function planAndRun(file, job, signal) {
  const app = openApp(readConfiguration(file, process.env));

  const { counts } = await app.plan(job, {}, { signal, onEvent: printPlanned });
  console.log(`planned: ${counts.create} to create, ${counts.update} to update`);

  const cycle = await app.run(job, {}, { signal, onEvent: printOutcomes });
  if (cycle.kind === 'requested') console.log(`the daemon of process ${cycle.holder.pid} runs the cycle`);
  else if (cycle.record.endedAt === null) console.log('interrupted: the next cycle goes on');
  else console.log(`${cycle.record.kind} cycle: ${cycle.record.state}`);

  const { code } = await app.status(job);
  console.log(`job ${job}: ${code}`);
}

/** @param {AppEvent} event */
function printPlanned(event) {
  if (event.kind !== 'pagePlanned') return;
  for (const { planned } of event.page.items)
    if (isChange(planned)) console.log(`would ${planned.action} ${planned.source.label}`);
}

/** @param {AppEvent} event */
function printOutcomes(event) {
  if (event.kind === 'warning' || event.kind === 'remark') console.error(event.text);
  if (event.kind !== 'pageExported') return;
  for (const { change, result } of event.outcomes)
    console.log(`${result}: ${change.action} ${change.source.label}`);
}
