import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { playScenario } from './support/scenario/play.ts';
import { readScenario } from './support/scenario/scenario.ts';

const FOLDER = new URL('../fixtures/scenarios/', import.meta.url);

const folders = readdirSync(FOLDER).sort();

describe('the acceptance scenarios', () => {
  it('are folders named by number and title, with a scenario in each', () => {
    expect(folders.length).toBeGreaterThan(0);
    for (const folder of folders) {
      expect(folder).toMatch(/^\d\d-[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(existsSync(new URL(`${folder}/scenario.yaml`, FOLDER))).toBe(true);
    }
  });

  describe.each(folders)('%s', (folder) => {
    const scenario = readScenario(new URL(`${folder}/scenario.yaml`, FOLDER));
    it(scenario.title, () => playScenario(scenario));
  });
});
