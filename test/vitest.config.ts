import { defineConfig } from 'vitest/config';

/** Folders of the pure core: their tests read at most a file of vectors. */
const PURE =
  'test/{model,expression,scim,importing,scoping,mapping,matching,planning,exporting,recording,job}/**/*.test.ts';
/**
 * Whole worlds: each fault against each persona, convergence, generated directories through many cycles, 100,000 users,
 * weeks of simulated time, the package as npm packs it. Single files end in `.slow.test.ts`.
 */
const SLOW = ['test/{faults,convergence,simulations}/**/*.test.ts', 'test/**/*.slow.test.ts'];
/** Commands, in the process of the test or in one of their own. */
const CLI = 'test/cli/**/*.test.ts';
/** Have configurations of their own. */
const ELSEWHERE = ['test/targets/**', 'test/browser/**', '**/node_modules/**'];

/**
 * The files of a project share what a worker has loaded: loading it for each file takes half of the processor time. So a
 * test leaves no module changed.
 */
const project = (name: string, include: string[], exclude: string[], isolate = false) => ({
  extends: true as const,
  test: { name, include, exclude: [...ELSEWHERE, ...exclude], isolate },
});

/**
 * Four projects, told apart by folder: `npm run test:unit` while typing, `npm test` for all but the slow ones, and
 * `npm run test:slow`. A test that is in no other project is an integration test.
 */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Many tests wait for processes that they start, so a worker a core keeps the cores busy.
    maxWorkers: '100%',
    // The built program is loaded as Node loads it.
    server: { deps: { external: [/\/dist\//] } },
    projects: [
      project('unit', [PURE], SLOW),
      project('integration', ['test/**/*.test.ts'], [PURE, CLI, ...SLOW]),
      project('cli', [CLI], SLOW),
      project('slow', SLOW, [], true),
    ],
  },
});
