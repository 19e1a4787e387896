import type { JsonObject } from '../../model/json.ts';
import { formatOffset, parseOffsetMs } from '../../model/offset.ts';
import type { Finding } from '../configuration/located-document.ts';
import { type DirectoryCommand, parseDirectoryCommand } from './directory-command.ts';
import type { WrittenEvent, WrittenScenario } from './scenario-shape.ts';

/** An event of a scenario. */
export interface ScenarioEvent {
  /** Its index in the file. */
  readonly index: number;
  /** Milliseconds since the simulation began. */
  readonly atMs: number;
  readonly written: WrittenEvent;
  readonly commands: readonly { readonly line: string; readonly command: DirectoryCommand }[];
  /** Changes of the job as in a configuration; null: none. */
  readonly job: JsonObject | null;
}

/** The longest simulation: ten years. */
const LONGEST_MS = 3_660 * 86_400_000;

/** What only the embedded target has; another one is changed by requests, which an event of a guest may send. */
const EMBEDDED_ONLY = {
  embedded: [],
  own: ['fault', 'target', 'show'],
  guest: ['fault', 'show'],
} as const;

/** Sorts the events of a scenario by instant, stably. @param stand where it is played */
export function timedEvents(
  { events, until, cycles }: WrittenScenario,
  stand: keyof typeof EMBEDDED_ONLY,
): {
  readonly events: readonly ScenarioEvent[];
  readonly findings: readonly Finding[];
} {
  const findings: Finding[] = [];
  const lastsMs = until === undefined ? LONGEST_MS : (parseOffsetMs(until) ?? 0);
  if (lastsMs > LONGEST_MS)
    findings.push({ path: ['until'], message: `until must be at most ${formatOffset(LONGEST_MS)}` });
  let before = 0;
  const timed = events.map((written, index): ScenarioEvent => {
    const path = ['events', index] as const;
    before =
      written.at === undefined
        ? before + (parseOffsetMs(written.after ?? '') ?? 0)
        : (parseOffsetMs(written.at) ?? 0);
    if (before > lastsMs)
      findings.push({
        path: [...path, written.at === undefined ? 'after' : 'at'],
        message: `this happens at ${formatOffset(before)}, after the end at ${formatOffset(lastsMs)}: set until to it or to a later time`,
      });
    for (const key of EMBEDDED_ONLY[stand])
      if (written[key] !== undefined)
        findings.push({
          path: [...path, key],
          message: `${key} is of the embedded target: an endpoint of your own is changed by requests only`,
          atKey: true,
        });
    if (written.cycle !== undefined && cycles !== 'explicit')
      findings.push({
        path: [...path, 'cycle'],
        message:
          'cycles run at the interval of the job: write cycles: explicit at the top to run them by events only',
        atKey: true,
      });
    const commands = (written.directory ?? []).flatMap((line, number) => {
      const command = parseDirectoryCommand(line);
      if (!('problem' in command)) return [{ line, command }];
      findings.push({ path: [...path, 'directory', number], message: command.problem });
      return [];
    });
    return { index, atMs: before, written, commands, job: null };
  });
  return { events: timed.toSorted((one, other) => one.atMs - other.atMs), findings };
}
