import { afterEach, describe, expect, it } from 'vitest';
import { FAULTS } from '../../src/target/faults/faults.ts';
import { FAULT_CASES } from './fault-cases.ts';
import { expectEnding, expectNothingSpoilt, expectRecovery } from './fault-expectations.ts';
import { type FaultStage, type Onset, SITUATIONS, setStage } from './fault-stage.ts';

const ONSETS: readonly { readonly onset: Onset; readonly title: string }[] = [
  { onset: 'before', title: 'from its beginning' },
  { onset: 'afterTheProbes', title: 'once it is under way' },
];

let stage: FaultStage | undefined;

afterEach(() => stage?.close());

it('every fault of the target has a case, and every case its fault', () => {
  expect(Object.keys(FAULT_CASES).toSorted()).toEqual(FAULTS.map(({ name }) => name).toSorted());
});

describe.each(Object.entries(FAULT_CASES))('the fault %s', (fault, its) => {
  describe.each(SITUATIONS)('in $title', (situation) => {
    it.each(ONSETS)(
      '$title, lets it end and say what happened, spoils nothing, and is made good by the next cycle',
      async ({ onset }) => {
        stage = await setStage(situation);
        const ended = await stage.runUnder(fault, onset);
        await expectEnding(stage, ended, its, onset);
        expectNothingSpoilt(stage);
        await expectRecovery(stage, its);
      },
    );
  });
});
