// Plans the next cycle of a job, prints what it would do, then runs it: node plan-and-run.ts <configuration> <job>
import { type AppEvent, isChange, openApp, readConfiguration } from 'entrain';

/** Runs the example. @param print writes a line */
export async function planAndRun(file: string, job: string, print: (line: string) => void): Promise<void> {
  const app = openApp(readConfiguration(file, process.env));

  const { counts } = await app.plan(job, {}, { onEvent: (event) => printPlanned(event, print) });
  print(`planned: ${counts.create} to create, ${counts.update} to update`);

  const cycle = await app.run(job, {}, { onEvent: (event) => printOutcomes(event, print) });
  if (cycle.kind === 'requested') print(`the daemon of process ${cycle.holder.pid} runs the cycle`);
  else print(`${cycle.record.kind} cycle: ${cycle.record.state}`);

  const { code } = await app.status(job);
  print(`job ${job}: ${code}`);
}

function printPlanned(event: AppEvent, print: (line: string) => void): void {
  if (event.kind !== 'pagePlanned') return;
  for (const { planned } of event.page.items)
    if (isChange(planned)) print(`would ${planned.action} ${planned.source.label}`);
}

function printOutcomes(event: AppEvent, print: (line: string) => void): void {
  if (event.kind === 'warning' || event.kind === 'remark') print(event.text);
  if (event.kind !== 'pageExported') return;
  for (const { change, result } of event.outcomes)
    print(`${result}: ${change.action} ${change.source.label}`);
}
