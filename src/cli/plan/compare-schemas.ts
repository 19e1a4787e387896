import pc from 'picocolors';
import type { App } from '../../app/app.ts';
import type { CompareRequest } from '../../app/plan/compare.ts';
import type {
  ComparedMembers,
  ComparedObject,
  ComparisonEnd,
  ComparisonHead,
  CountedIds,
} from '../../app/plan/output.ts';
import { visible } from '../../app/rendering.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { Cli } from '../cli.ts';
import { noteEvent } from '../note-events.ts';
import { comparisonMarkdown } from '../report/plan/compare-markdown.ts';
import {
  type ComparisonView,
  comparedLines,
  comparisonSummary,
  comparisonTitle,
  SAVING_RESTARTS,
  sayChange,
} from '../report/plan/compare-text.ts';
import { comparisonHtml } from '../report/plan/html/compare-html.ts';
import { type NameOf, nameIn } from '../report/shared/names.ts';
import { SHOWN_PER_GROUP } from '../report/shared/printer.ts';
import { basisLines, warningLines } from '../report/shared/summary.ts';
import type { PlanFlags } from './flags.ts';
import { reportFiles } from './outputs.ts';

/**
 * Shows what another schema changes, and who would be affected, were it saved.
 * @throws {ConfigurationError} with every issue of the other schema
 */
export async function compareSchemas(
  cli: Cli,
  app: App,
  request: CompareRequest,
  flags: PlanFlags,
): Promise<ComparisonEnd> {
  const files = reportFiles(cli, flags);
  const views: ComparisonView[] = [];
  try {
    const end = await app.compare(cli.job().id, request, {
      onEvent: (event) => {
        if (event.kind === 'comparisonBegun') {
          views.push(...openViews(cli, flags, files));
          for (const view of views) view.begin(event);
        } else if (event.kind === 'objectCompared') {
          const { object, nth, names } = event;
          for (const view of views) view.object(object, nth, nameIn(names));
        } else noteEvent(cli, event);
      },
    });
    for (const view of views) view.end(end);
    return end;
  } finally {
    files.abandon();
  }
}

function openViews(
  cli: Cli,
  flags: PlanFlags,
  files: ReturnType<typeof reportFiles>,
): readonly ComparisonView[] {
  const { all: showsAll = false } = flags;
  const [markdown, page] = [files.markdown(), files.page()];
  return [
    cli.options.json ? jsonView(cli) : textView(cli, showsAll),
    ...(markdown === null ? [] : [comparisonMarkdown(markdown, showsAll)]),
    ...(page === null ? [] : [comparisonHtml(page)]),
  ];
}

function jsonView(cli: Cli): ComparisonView {
  const affected: JsonObject[] = [];
  let head: ComparisonHead | null = null;
  return {
    begin: (begun) => {
      head = begun;
    },
    object: (object, _nth, nameOf) => void affected.push(comparedDocument(object, nameOf)),
    end: ({ counts, warnings }) => {
      if (head === null) return;
      const { job, basis, other, changes } = head;
      cli.printJson({
        job,
        schema: other.file,
        basis: basis as unknown as Json,
        changes: changes as unknown as Json,
        affected,
        warnings,
        summary: counts as unknown as Json,
      });
    },
  };
}

/** A compared object as programs read it; members come with their names. */
function comparedDocument({ id, label, members, ...one }: ComparedObject, nameOf: NameOf): JsonObject {
  const listed = ({ ids, count }: CountedIds): JsonObject => ({
    count,
    first: ids.map((member) => ({ id: member, displayName: nameOf(member) })),
  });
  const moved = ({ added, removed }: ComparedMembers): JsonObject => ({
    added: listed(added),
    removed: listed(removed),
  });
  return {
    source: { id, displayName: label },
    ...(one as unknown as JsonObject),
    ...(members !== null && {
      members: { onlyBefore: moved(members.onlyBefore), onlyAfter: moved(members.onlyAfter) },
    }),
  };
}

function textView(cli: Cli, showsAll: boolean): ComparisonView {
  const colors = pc.createColors(cli.options.color);
  let foldedCount = 0;
  let isAny = false;
  return {
    begin: (head) => {
      cli.print(visible(comparisonTitle(head)));
      for (const line of basisLines(head)) cli.print(colors.dim(visible(line)));
      cli.print(`\n${colors.bold('Changes of the schema')}`);
      const lines = head.changes.map((one) => `  ${visible(sayChange(one))}`);
      cli.print(`${(lines.length === 0 ? ['  none'] : lines).join('\n')}`);
    },
    object: (object, nth, nameOf) => {
      if (!isAny) cli.print(`\n${colors.bold('Objects')}`);
      isAny = true;
      if (showsAll || nth <= SHOWN_PER_GROUP) cli.print(comparedLines(object, nameOf, colors));
      else foldedCount += 1;
    },
    end: (end) => {
      if (foldedCount > 0) cli.print(`  … and ${foldedCount} more; --all shows them`);
      for (const line of warningLines(end.warnings, colors)) cli.print(line);
      cli.print(`\n${comparisonSummary(end)}`);
      if (isAny) cli.print(SAVING_RESTARTS);
    },
  };
}
