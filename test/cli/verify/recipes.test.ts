import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type RunningTarget, startTarget } from '../../../src/target/start.ts';
import { wordsOf } from '../../support/documented-commands.ts';
import { runEntrain } from '../../support/run-entrain.ts';

const RECIPES = readdirSync('config/ci').map((name) => `config/ci/${name}`);

let target: RunningTarget;
beforeAll(async () => {
  target = await startTarget();
});
afterAll(() => target.stop());

/** All texts in a document. */
const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

/** What a recipe says to `entrain`, at the endpoint of the test. */
const argumentsIn = (recipe: string): readonly string[] => {
  const [command = ''] = textsIn(parse(readFileSync(recipe, 'utf8'))).filter((text) =>
    text.includes('main.js'),
  );
  const words = wordsOf(command.replace(/\s+/g, ' ').replace('="$GITHUB_STEP_SUMMARY"', '=summary.md'));
  return words
    .slice(words.indexOf('verify'))
    .map((word) => (word.startsWith('http') ? target.baseUrl : word));
};

describe('the recipes for pipelines', () => {
  it('are for three services', () => {
    expect(RECIPES.length).toBe(3);
  });

  it.each(RECIPES)('%s verifies an endpoint, and writes the files that it names', async (recipe) => {
    const cwd = mkdtempSync(join(tmpdir(), 'entrain-recipe-'));
    try {
      const args = [...argumentsIn(recipe), '--only', 'CONN,LEG-01'];
      const env = { ENTRAIN_TARGET_TOKEN: target.token };
      const { code, stdout, stderr } = await runEntrain(args, { cwd, env });
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain('LEG-01');
      const files = args.flatMap((word) => /^\w+=(\S+)$/.exec(word)?.[1] ?? []);
      expect(readdirSync(cwd)).toEqual(expect.arrayContaining([...files]));
      expect(files).toContain('scim-verify.xml');
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  });
});
