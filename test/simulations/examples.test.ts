import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readScenario } from '../../src/io/scenario-file/read-scenario.ts';
import { playScenario } from './play.ts';

const FOLDER = new URL('../../fixtures/simulations/', import.meta.url);
const read = (name: string) => readScenario(new URL(name, FOLDER).pathname, {});
const names = readdirSync(FOLDER)
  .filter((name) => !name.endsWith('.md'))
  .sort();

describe('the example simulations', () => {
  it('are those that an administrator asks for first', () => {
    expect(names).toEqual([
      'accidental-mass-unassignment',
      'credentials-expire',
      'demo',
      'joiner-mover-leaver',
      'leaver-restored-on-day-29',
      'target-down-for-a-week',
    ]);
  });

  it.each(names)('%s goes as it says', async (name) => {
    const { complaints, expectations } = await playScenario(read(name));
    expect(complaints).toEqual([]);
    expect(expectations).toBeGreaterThan(2);
  });

  it('have the same course each time, down to the ids of their cycles', async () => {
    const course = async () =>
      (await playScenario(read('credentials-expire'))).timeline.map((entry) =>
        entry.kind === 'cycle' ? { ...entry, items: entry.items.length, record: entry.record.id } : entry,
      );
    expect(await course()).toEqual(await course());
  });
});
