import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { EXIT_MEANINGS } from '../src/cli/exit-codes.ts';
import { FUNCTION_CATALOGUE, GROUP_TITLES } from '../src/expression/catalogue.ts';
import { createMetrics } from '../src/io/http/metrics.ts';
import { adviceOn, FAILURE_CODES, FORMER_CODES, stepsWithAdvice } from '../src/model/failure.ts';
import { DECISIONS, type Decision } from '../src/planning/decide.ts';
import { STEP_NAMES } from '../src/scim/failure-message.ts';
import { argumentMeaning, FAULTS } from '../src/target/faults/faults.ts';
import { PERSONAS } from '../src/target/personas/personas.ts';
import { checkSections } from './check-reference.ts';
import { commandSection, commandTable, globalOptionTable, wholeProgram } from './command-reference.ts';
import { dialectTable, expressionOptionTable, keyTable } from './configuration-reference.ts';
import { code, markdownTable } from './markdown-table.ts';
import { REPOSITORY } from './pages.ts';

/**
 * Writes what the code says between the marks `<!-- generated: NAME -->` and `<!-- /generated -->` of a page.
 * @returns the page with every section rewritten
 * @throws {Error} where a mark names no section, or is not closed
 */
export async function withGenerated(page: string): Promise<string> {
  const program = await wholeProgram();
  const metrics = await metricsTable();
  const parts = page.split(/(<!-- generated: [^>]+ -->\n)/);
  return parts
    .map((part, index) => {
      if (index === 0 || index % 2 === 1) return part;
      const name = /generated: (.+) -->/.exec(parts[index - 1] ?? '')?.[1] ?? '';
      const end = part.indexOf(END);
      if (end < 0) throw new Error(`the section "${name}" is not closed: write ${END} after it`);
      return `\n${sectionOf(name, program, metrics)}\n\n${part.slice(end)}`;
    })
    .join('');
}

const END = '<!-- /generated -->';

/** The names of the sections of a page, in their order. */
export function generatedNames(page: string): readonly string[] {
  return [...page.matchAll(/<!-- generated: ([^>]+) -->\n/g)].map(([, name = '']) => name);
}

function sectionOf(name: string, program: Command, metrics: string): string {
  const [kind = '', ...rest] = name.split(' ');
  const argument = rest.join(' ');
  switch (kind) {
    case 'commands':
      return commandTable(program);
    case 'global-options':
      return globalOptionTable(program);
    case 'command':
      return commandSection(program, argument);
    case 'exit-codes':
      return markdownTable(
        ['code', 'meaning'],
        EXIT_MEANINGS.map(([exit, meaning]) => [String(exit), meaning]),
      );
    case 'keys':
      return keyTable(argument === '(top)' ? '' : argument);
    case 'dialect':
      return dialectTable();
    case 'expression-options':
      return expressionOptionTable();
    case 'functions':
      return markdownTable(
        ['function', 'gives', 'kind'],
        FUNCTION_CATALOGUE.map(({ signature, description, group }) => [
          code(signature),
          description,
          GROUP_TITLES[group],
        ]),
      );
    case 'decisions':
      return markdownTable(
        ['situation (the first that fits)', 'what is done'],
        DECISIONS.map(({ situation, decision }) => [situation, decisionText(decision)]),
      );
    case 'failure-codes':
      return markdownTable(['code', 'what it means', 'what to do'], failureRows());
    case 'personas':
      return markdownTable(
        ['persona', 'the target'],
        PERSONAS.map((persona) => [code(persona.name), persona.description]),
      );
    case 'faults':
      return markdownTable(
        ['fault', 'meets', 'what happens'],
        FAULTS.map(({ name: fault, argument: taken, concerns, description }) => [
          code(`${fault}[=${taken.sign}]`),
          concerns.words,
          taken.meaning === null
            ? description
            : `${description}; =${taken.sign}: ${argumentMeaning(taken)}, ${taken.absent} when not given`,
        ]),
      );
    case 'metrics':
      return metrics;
    case 'checks':
      return checkSections();
    case 'file':
      return ['```yaml', readFileSync(join(REPOSITORY, argument), 'utf8').trimEnd(), '```'].join('\n');
    default:
      throw new Error(`there is no generated section "${name}"`);
  }
}

/** A row for each code, and below it one for each kind of request with other advice. */
function failureRows(): readonly (readonly string[])[] {
  return FAILURE_CODES.flatMap((failure) => {
    const { limit, wayOut } = adviceOn(failure, null);
    const shown = FORMER_CODES.has(failure) ? `${code(failure)} (logs of older versions)` : code(failure);
    const steps = stepsWithAdvice(failure);
    const others = [...new Set(steps.map((step) => adviceOn(failure, step)))].map((other) => {
      const names = steps.filter((step) => adviceOn(failure, step) === other).map((step) => STEP_NAMES[step]);
      return [`… to ${names.join(', ')}`, other.limit, other.wayOut];
    });
    return [[shown, limit, wayOut], ...others];
  });
}

function decisionText(decision: Decision): string {
  switch (decision.do) {
    case 'skip':
      return `leave alone (${decision.reason})${decision.linkEffect === 'unmanage' ? '; stop managing it' : ''}`;
    case 'align':
      return decision.linkEffect === 'unmanage'
        ? 'write what differs of the mappings that use `IsSoftDeleted`: disable; then stop managing it'
        : 'write what differs';
    case 'fail':
      return 'fail: kept for retry';
    default:
      return decision.do;
  }
}

/** The metrics of entrain itself; those of Node, which prom-client adds, are left out. */
async function metricsTable(): Promise<string> {
  const text = await createMetrics(
    async () => [],
    () => 0,
  ).text();
  const helps = [...text.matchAll(/^# HELP (entrain_\S+) (.+)$/gm)];
  return markdownTable(
    ['metric', 'meaning'],
    helps.map(([, name = '', help = '']) => [code(name), help]),
  );
}
