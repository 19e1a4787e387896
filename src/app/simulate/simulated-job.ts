import type { ScimClient } from '../../io/scim-client/scim-client.ts';
import type { Directory } from '../../io/stores/directory-store.ts';
import type { JobStore } from '../../io/stores/job-store.ts';
import type { CompiledJob } from '../../job/compile.ts';
import { runCycle } from '../../job/cycle/cycle.ts';
import type { ScheduledJob } from '../../job/scheduler/scheduler.ts';
import type { CycleRecord } from '../../model/cycle.ts';
import { QuarantineError } from '../../model/errors.ts';
import { instantBefore } from '../../model/identifiers.ts';
import type { TargetReader, TargetWriter, World } from '../../model/ports.ts';
import type { ScimRequest } from '../../model/scim.ts';
import { openNotes } from '../session/open-notes.ts';
import type { PlayedItem } from './timeline.ts';

/** What a simulated job works with; job and client are asked for at each cycle, because configuration may change. */
export interface SimulatedJob {
  job(): CompiledJob;
  client(): ScimClient;
  readonly directory: Directory;
  readonly state: JobStore;
  readonly world: World;
  /** Told of every request, the probes left out. */
  readonly onRequest?: (request: ScimRequest) => void;
  /** Told of every write that the target has answered. */
  readonly onWritten?: () => Promise<void>;
  /** Told of what is done about objects, page by page. */
  readonly onItems?: (items: readonly PlayedItem[]) => Promise<void>;
  /** Told of every cycle that ended, in quarantine or not. */
  readonly onCycle?: (record: CycleRecord) => Promise<void>;
}

/** How long log entries and cycles are kept, as the daemon does. */
const RETENTION_MS = 30 * 24 * 60 * 60 * 1000;

/** The GUIDs that a cycle asks for until its probes are over: its own and one a probe, and as many for a preflight. */
const GUIDS_OF_A_PROBE = 6;

/** Makes a job that the scheduler of the daemon runs, with cycles that are real but for their time. */
export function scheduledJob(parts: SimulatedJob): ScheduledJob {
  const { state } = parts;
  return {
    id: parts.job().settings.id,
    facts: async () => {
      const { enabled, intervalMs } = parts.job().settings;
      const [last] = await state.cycles(1);
      return {
        isEnabled: enabled,
        intervalMs,
        control: await state.control(),
        lastStartedAt: last?.startedAt ?? null,
        isRequested: false,
      };
    },
    runCycle: async (signal) => void (await runOneCycle(parts, signal)),
  };
}

/**
 * Runs one cycle now. The virtual clock is taken for right.
 * @returns its record; one that ended in quarantine has its error
 */
export async function runOneCycle(parts: SimulatedJob, signal: AbortSignal): Promise<CycleRecord> {
  const { directory, state, world, onCycle } = parts;
  await state.forgetBefore(instantBefore(world.now(), RETENTION_MS));
  const notes = openNotes();
  const context = {
    ...observedPorts(parts),
    job: parts.job(),
    directory,
    state,
    store: state,
    notes,
    openNotes,
    signal,
    observe: async (...[{ phase, items }, outcomes]: Parameters<Observe>) => {
      const others = items.flatMap((planned) =>
        planned.kind === 'skip' || planned.kind === 'failure' ? [{ phase, planned }] : [],
      );
      await parts.onItems?.([...others, ...outcomes.map((outcome) => ({ phase, outcome }))]);
    },
  };
  try {
    const record = await runCycle(context, { acceptsClock: true });
    await onCycle?.(record);
    await directory.purgeExpired(world.now());
    return record;
  } catch (error) {
    const [record] = await state.cycles(1);
    if (!(error instanceof QuarantineError) || record === undefined) throw error;
    await onCycle?.(record);
    return record;
  } finally {
    notes.close();
  }
}

type Observe = NonNullable<Parameters<typeof runCycle>[0]['observe']>;

/** The target of a job as it is watched: probes ask for a GUID that was just made up, and are not reported. */
export function observedPorts(parts: SimulatedJob): {
  readonly world: World;
  readonly target: TargetReader;
  readonly writer: TargetWriter;
} {
  const client = parts.client();
  const guids: string[] = [];
  return {
    world: {
      ...parts.world,
      guid: () => {
        const guid = parts.world.guid();
        if (guids.length < GUIDS_OF_A_PROBE) guids.push(guid);
        return guid;
      },
    },
    target: {
      read: (request, about, signal) => {
        if (!guids.some((guid) => request.query.includes(guid))) parts.onRequest?.(request);
        return client.read(request, about, signal);
      },
    },
    writer: {
      write: async (request, about, signal) => {
        parts.onRequest?.(request);
        const response = await client.write(request, about, signal);
        await parts.onWritten?.();
        return response;
      },
    },
  };
}
