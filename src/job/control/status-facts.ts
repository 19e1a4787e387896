import type { JobReader } from '../../model/ports.ts';
import type { CompiledJob } from '../compile.ts';
import { entryCounts } from './entry-counts.ts';
import type { StatusFacts } from './status.ts';

/** Cycles that the statistics look back on: more than a month of them. */
const LOOK_BACK = 1_500;

/** Reads what the status of a job is made from. */
export async function statusFacts(
  { settings, schema }: Pick<CompiledJob, 'settings' | 'schema'>,
  state: Pick<JobReader, 'control' | 'cycles' | 'linkCounts' | 'position'>,
): Promise<StatusFacts> {
  return {
    settings,
    schema,
    control: await state.control(),
    cycles: await state.cycles(LOOK_BACK),
    entryCounts: await entryCounts(state),
    hasWatermark: (await state.position()) !== null,
  };
}
