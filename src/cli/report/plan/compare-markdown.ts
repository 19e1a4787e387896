import type { ComparedObject, ComparisonHead } from '../../../app/plan/output.ts';
import type { OutputFile } from '../../../app/plan/output-file.ts';
import { codeSpan, plainText } from '../shared/markdown.ts';
import type { NameOf } from '../shared/names.ts';
import { basisFacts } from '../shared/summary.ts';
import {
  type ComparisonView,
  comparedStatus,
  comparisonSummary,
  comparisonTitle,
  memberLines,
  namedDifferences,
  reasonThen,
  remarkOn,
  SAVING_RESTARTS,
  sayChange,
  spellToday,
} from './compare-text.ts';

/** Objects of an action that are shown: a comment on GitHub takes 65,536 characters. */
const SHOWN = 50;

/** A comparison for a pull request: what changed in the schema, the sum, and a table of the objects. */
export function comparisonMarkdown(file: OutputFile, showsAll: boolean): ComparisonView {
  let head: ComparisonHead | null = null;
  let foldedCount = 0;
  let isAny = false;
  return {
    begin: (begun) => {
      head = begun;
    },
    object: (object, nth, nameOf) => {
      isAny = true;
      if (showsAll || nth <= SHOWN) file.write(`${tableRow(object, nameOf)}\n`);
      else foldedCount += 1;
    },
    end: (end) => {
      if (head === null) return;
      const rest = foldedCount === 0 ? '' : `\n… and ${foldedCount} more; --json has all\n`;
      const warnings = end.warnings.map((warning) => `> - ${plainText(warning)}`);
      const opening = [
        `## ${plainText(comparisonTitle(head))}`,
        '',
        basisFacts(head)
          .map(([name, value]) => `${name} ${codeSpan(value)}`)
          .join(' · '),
        '',
        `**${plainText(comparisonSummary(end))}**`,
        '',
        plainText(SAVING_RESTARTS),
        ...(warnings.length === 0 ? [] : ['', '> [!WARNING]', ...warnings]),
        '',
        '### Changes of the schema',
        '',
        ...(head.changes.length === 0
          ? ['none']
          : head.changes.map((one) => `- ${plainText(sayChange(one))}`)),
        '',
        ...(isAny
          ? ['### Objects', '', '| | object | then | today | what |', '|---|---|---|---|---|', '']
          : []),
      ];
      file.finish(opening.join('\n'), rest);
    },
  };
}

function tableRow(object: ComparedObject, nameOf: NameOf): string {
  const { objectType, label, part } = object;
  const what = namedDifferences(object, nameOf).map((one) => {
    const remark = remarkOn(object, one);
    return `${codeSpan(one.attribute)} ${spell(one.before)} → ${spell(one.after)}${remark === '' ? '' : ` (${plainText(remark)})`}`;
  });
  const name = `${objectType} ${codeSpan(label)}${part === 'object' ? '' : ` ${part}`}`;
  return `| ${comparedStatus(object)} | ${name} | ${plainText(reasonThen(object))} | ${plainText(spellToday(object))} | ${[...memberLines(object, nameOf).map(plainText), ...what].join('<br>')} |`;
}

const spell = (value: string | null): string => (value === null ? '(none)' : codeSpan(value));
