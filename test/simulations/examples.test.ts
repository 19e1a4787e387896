import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { play } from './play.ts';

const FOLDER = new URL('../../fixtures/simulations/', import.meta.url);
const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .sort();

describe('the example simulations', () => {
  it('are those that an administrator asks for first', () => {
    expect(files).toEqual([
      'accidental-mass-unassignment.yaml',
      'credentials-expire.yaml',
      'joiner-mover-leaver.yaml',
      'leaver-restored-on-day-29.yaml',
      'target-down-for-a-week.yaml',
    ]);
  });

  it.each(files)('%s goes as it says', async (name) => {
    const file = new URL(name, FOLDER);
    const { complaints, expectations } = await play(readFileSync(file, 'utf8'), file.pathname);
    expect(complaints).toEqual([]);
    expect(expectations).toBeGreaterThan(2);
  });

  it('have the same course each time, down to the ids of their cycles', async () => {
    const file = new URL('credentials-expire.yaml', FOLDER);
    const text = readFileSync(file, 'utf8');
    const course = async () =>
      (await play(text, file.pathname)).timeline.map((entry) =>
        entry.kind === 'cycle' ? { ...entry, items: entry.items.length, record: entry.record.id } : entry,
      );
    expect(await course()).toEqual(await course());
  });
});
