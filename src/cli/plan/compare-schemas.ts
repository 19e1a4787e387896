import pc from 'picocolors';
import type { App } from '../../app/app.ts';
import type { ComparedCounts, CompareRequest } from '../../app/plan/compare.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { Cli } from '../cli.ts';
import { noteEvent } from '../note-events.ts';
import { comparedLines } from '../report/plan/compare-text.ts';
import { SHOWN_PER_GROUP } from '../report/shared/printer.ts';

/**
 * Shows who would be affected, were another schema saved.
 * @returns how many objects are affected, and how many of them would fail
 * @throws {ConfigurationError} with every issue of the other schema
 */
export async function compareSchemas(
  cli: Cli,
  app: App,
  { showsAll, ...request }: CompareRequest & { readonly showsAll: boolean },
): Promise<{ readonly affectedCount: number; readonly failingCount: number }> {
  const { schemaFile } = request;
  const affected: JsonObject[] = [];
  const colors = pc.createColors(cli.options.color);
  const counts = await app.compare(cli.job().id, request, {
    onEvent: (event) => {
      if (event.kind === 'comparisonBegun') {
        if (!cli.options.json)
          cli.print(`${event.job}: were ${schemaFile} saved in place of ${event.schemaFile}\n`);
      } else if (event.kind === 'objectCompared') {
        const { id, label, ...one } = event.object;
        if (cli.options.json)
          affected.push({ source: { id, displayName: label }, ...(one as unknown as JsonObject) });
        else if (showsAll || event.counts[one.after.action] <= SHOWN_PER_GROUP)
          cli.print(comparedLines({ id, label, ...one }, colors));
      } else noteEvent(cli, event);
    },
  });
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (cli.options.json)
    cli.printJson({ job: cli.job().id, schema: schemaFile, affected, summary: counts as unknown as Json });
  else for (const line of summaryLines(counts, total, showsAll)) cli.print(line);
  return { affectedCount: total, failingCount: counts.fail };
}

function summaryLines(counts: ComparedCounts, total: number, showsAll: boolean): readonly string[] {
  if (total === 0) return ['  no object would be affected'];
  const folded = Object.values(counts).reduce((sum, count) => sum + Math.max(0, count - SHOWN_PER_GROUP), 0);
  return [
    ...(showsAll || folded === 0 ? [] : [`  … and ${folded} more; --all shows them`]),
    '',
    `${total} affected: ${counts.create} would be created, ${counts.update} updated, ${counts.disable} disabled, ${counts.delete} deleted, ${counts.fail} failing, ${counts.nothing} left alone instead`,
    'Saving a schema restarts the job: the next cycle is an initial one, over everything.',
  ];
}
