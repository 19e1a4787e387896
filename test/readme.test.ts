import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXIT_MEANINGS } from '../src/cli/exit-codes.ts';
import { DECISIONS, type Decision } from '../src/planning/decide.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The part of the README between `<!-- name -->` and `<!-- /name -->`. */
const section = (name: string): string =>
  new RegExp(`<!-- ${name} -->\n([\\s\\S]*?)<!-- /${name} -->`).exec(readme)?.[1]?.trim() ?? '';

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const say = (decision: Decision): string => {
  switch (decision.do) {
    case 'skip':
      return `leave alone (${decision.reason})${decision.linkEffect === 'unmanage' ? ', and look after it no more' : ''}`;
    case 'align':
      return decision.linkEffect === 'unmanage'
        ? 'write what differs of the mappings that follow IsSoftDeleted: disable; and look after it no more'
        : 'write what differs';
    case 'fail':
      return 'fail: kept for retry';
    default:
      return decision.do;
  }
};

describe('the README', () => {
  it('shows the decision table that planning uses', () => {
    const rows = DECISIONS.map(({ situation, decision }) => [situation, say(decision)]);
    expect(section('decisions')).toBe(table(['situation (the first that fits)', 'what is done'], rows));
  });

  it('lists the exit codes that the program has', () => {
    const rows = EXIT_MEANINGS.map(([code, meaning]) => [String(code), meaning]);
    expect(section('exit-codes')).toBe(table(['code', 'meaning'], rows));
  });
});
