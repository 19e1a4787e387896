import type { PatchDialect } from '../../../src/model/dialect.ts';
import { schemaWithoutGroups } from '../../convergence/lean-schema.ts';
import { fakeWorld } from '../../support/fake-world.ts';
import { openLab } from '../../support/lab.ts';
import type { ForeignTarget } from '../foreign-target.ts';
import type { OptionSet } from './option-sets.ts';
import { type FinishedStep, runSteps } from './run-steps.ts';

/** Runs the twelve steps against a server that is started for them alone, with each write read back. */
export async function observeSteps(
  start: () => Promise<ForeignTarget>,
  patch: PatchDialect,
  { readMembers, ...options }: OptionSet,
): Promise<readonly FinishedStep[]> {
  const target = await start();
  const { baseUrl, token } = target;
  const clock = fakeWorld();
  const lab = openLab({
    baseUrl,
    token,
    clock,
    dialect: { ...options, patch },
    ...(readMembers === undefined ? {} : { readMembers }),
    verify: 'read',
    ...(target.hasGroups ? {} : { schema: schemaWithoutGroups() }),
  });
  try {
    return await runSteps({ lab, clock, target });
  } finally {
    await lab.close();
    await target.stop();
  }
}
