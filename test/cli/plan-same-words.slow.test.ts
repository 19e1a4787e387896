import { readdirSync } from 'node:fs';
import pc from 'picocolors';
import { describe, expect, it, vi } from 'vitest';
import { type ReportRow, rowOf, rowsOfPage } from '../../src/cli/report/row.ts';
import { rowLines } from '../../src/cli/report/shared/text.ts';
import { readScenario } from '../../src/io/scenario-file/read-scenario.ts';
import type * as Cycle from '../../src/job/cycle/cycle.ts';
import { watchWarnings } from '../../src/job/warnings/warnings.ts';
import { playScenario } from '../simulations/play.ts';

interface Said {
  readonly label: string;
  readonly text: string;
  readonly isFailure: boolean;
}

interface Report {
  readonly said: readonly Said[];
  readonly warnings: readonly string[];
}

/** What the last plan said, and each pair of plan and run that came to its end. */
const heard = vi.hoisted(() => ({ plan: {} as unknown, pairs: [] as unknown[][], compared: 0, warned: 0 }));

vi.mock('../../src/job/cycle/cycle.ts', async (importOriginal) => {
  const original = await importOriginal<typeof Cycle>();
  const planCycle: typeof original.planCycle = async (context, request) => {
    const planned = await original.planCycle(context, request);
    const said: Said[] = [];
    const watch = await watchWarnings(context, null);
    const pages = async function* () {
      for await (const page of planned.pages) {
        for (const item of page.items) watch.note(item);
        said.push(...page.items.flatMap((item) => sayRow(rowOf(item))));
        yield page;
      }
      heard.plan = { said, warnings: await watch.warnings(true) };
    };
    return { ...planned, pages: pages() };
  };
  const runCycle: typeof original.runCycle = async (context, request) => {
    const said: Said[] = [];
    const planned = heard.plan;
    const watch = await watchWarnings(context, null);
    const record = await original.runCycle(
      {
        ...context,
        observe: async (page, outcomes, counts) => {
          for (const item of page.items) watch.note(item);
          said.push(...rowsOfPage(page.items, outcomes).flatMap(sayRow));
          await context.observe?.(page, outcomes, counts);
        },
      },
      request,
    );
    heard.pairs.push([planned, { said, warnings: await watch.warnings(true) }]);
    return record;
  };
  return { ...original, planCycle, runCycle };
});

const PLAIN = pc.createColors(false);

/** An id of the target that was not known when it was planned is left out of the comparison. */
const sayRow = (row: ReportRow): readonly Said[] => {
  const lines = rowLines(row, (id) => `<${id}>`, PLAIN).map((line) =>
    line
      .replace(/\(id of (<[^>]*>), known after export\)/g, '$1')
      .replace(/"[^"]*" \((<[^>]*>)\)/g, '$1')
      .replace(/\{id of (<[^>]*>)\}/g, '$1'),
  );
  if (lines.length === 0) return [];
  return [{ label: row.source.label, text: lines.join('\n'), isFailure: row.status === 'fail' }];
};

/** What is said of those who did not fail: of a failure the plan could know nothing. */
const wordsOf = (said: readonly Said[], failed: ReadonlySet<string>): readonly string[] =>
  said.filter(({ label }) => !failed.has(label)).map(({ text }) => text);

const FOLDER = new URL('../../fixtures/scenarios/', import.meta.url);

describe('the report of a run is that of the plan, with what came of it', () => {
  it.each(readdirSync(FOLDER).sort())('in %s', async (folder) => {
    heard.plan = { said: [], warnings: [] };
    heard.pairs = [];
    await playScenario(readScenario(new URL(folder, FOLDER).pathname, {}));
    for (const [plan, run] of heard.pairs as [Report, Report][]) {
      const failed = new Set(run.said.filter(({ isFailure }) => isFailure).map(({ label }) => label));
      expect(wordsOf(run.said, failed)).toEqual(wordsOf(plan.said, failed));
      expect(run.warnings).toEqual(plan.warnings);
      heard.compared += wordsOf(plan.said, failed).length;
      heard.warned += plan.warnings.length;
    }
  });

  it('is compared object by object, for most scenarios do something', () => {
    expect(heard.compared).toBeGreaterThan(readdirSync(FOLDER).length);
    expect(heard.warned).toBeGreaterThan(0);
  });
});
