import Table from 'cli-table3';
import type { Command } from 'commander';
import { openApp } from '../../app/app.ts';
import { issueText } from '../../app/errors.ts';
import { visible } from '../../app/rendering.ts';
import { readSoundSchema, schemaAdvice } from '../../app/schema/check-schema.ts';
import type { FilterGroup, ObjectMapping, SynchronizationSchema } from '../../model/schema.ts';
import type { Cli } from '../cli.ts';

const mappingsOf = ({ user, group }: SynchronizationSchema): readonly ObjectMapping[] =>
  [user, group].filter((mapping) => mapping !== null);

const actionsText = ({ actions }: ObjectMapping): string =>
  (['create', 'update', 'delete'] as const).filter((action) => actions[action]).join(', ') || 'none';

const clausesText = ({ name, clauses }: FilterGroup): string => {
  const text = clauses.map(({ sourceOperandName, operatorName, values }) =>
    [sourceOperandName, operatorName, values.map((value) => JSON.stringify(value)).join(', ')]
      .join(' ')
      .trim(),
  );
  return visible(`  ${name === '' ? '(no title)' : name}: ${text.join(' AND ')}`);
};

const filterText = ({ scope }: ObjectMapping): string => {
  if (scope === null) return 'No scoping filter.';
  const lines =
    scope.groups.length === 0 ? [] : ['In scope is who passes one of:', ...scope.groups.map(clausesText)];
  if (scope.inputFilterGroups.length > 0)
    lines.push(
      'Read is who passes one of (others are left alone):',
      ...scope.inputFilterGroups.map(clausesText),
    );
  return lines.join('\n');
};

const tableText = ({ attributeMappings }: ObjectMapping, color: boolean): string => {
  const table = new Table({
    head: ['target attribute', 'source', 'flow', 'matching', 'default'],
    style: color ? {} : { head: [], border: [] },
    // No line between the rows: each is one line itself.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const mapping of attributeMappings)
    table.push(
      [
        mapping.targetAttributeName,
        mapping.source?.expression ?? '(none)',
        mapping.flowType + (mapping.flowBehavior === 'FlowAlways' ? ', FlowAlways' : ''),
        mapping.matchingPriority === 0 ? '' : String(mapping.matchingPriority),
        mapping.defaultValue ?? '',
      ].map(visible),
    );
  return table.toString();
};

const summaryOf = (mapping: ObjectMapping) => ({
  objectType: mapping.objectType,
  targetObjectName: mapping.targetObjectName,
  actions: mapping.actions,
  attributeMappings: mapping.attributeMappings.length,
  matchingAttributes: [...mapping.attributeMappings]
    .filter(({ matchingPriority }) => matchingPriority > 0)
    .sort((one, other) => one.matchingPriority - other.matchingPriority)
    .map(({ targetAttributeName }) => targetAttributeName),
  filterGroups: mapping.scope?.groups.length ?? 0,
});

const summaryText = (mapping: ObjectMapping): string => {
  const { objectType, attributeMappings, matchingAttributes, filterGroups } = summaryOf(mapping);
  const filter =
    filterGroups === 0
      ? 'no scoping filter'
      : `scoping filter of ${filterGroups} ${filterGroups === 1 ? 'group' : 'groups'}`;
  return `${objectType}: ${attributeMappings} attribute mappings · matching ${matchingAttributes.join(', ')} · ${actionsText(mapping)} · ${filter}`;
};

const check = (file: string, { options, print, printJson, note }: Cli): void => {
  const schema = readSoundSchema(file);
  const warnings = schemaAdvice(schema, file);
  if (options.json) {
    printJson({ file, valid: true, objectMappings: mappingsOf(schema).map(summaryOf), warnings });
    return;
  }
  for (const warning of warnings) note(`warning: ${issueText(warning)}\n`);
  print(`${file} is a valid schema: ${schema.sourceDirectoryName} → ${schema.targetDirectoryName}`);
  for (const mapping of mappingsOf(schema)) print(`  ${summaryText(mapping)}`);
};

const show = async ({ options, configuration, job, print, printJson }: Cli): Promise<void> => {
  const { id } = job();
  const schema = await openApp(configuration()).schema(id);
  if (options.json) {
    printJson(schema.document);
    return;
  }
  print(`Schema of job ${id}: ${schema.sourceDirectoryName} → ${schema.targetDirectoryName}`);
  for (const mapping of mappingsOf(schema)) {
    print(`\n${mapping.objectType} → ${mapping.targetObjectName} (${actionsText(mapping)})`);
    print(tableText(mapping, options.color));
    print(filterText(mapping));
  }
};

/** Adds the commands `schema check` and `schema show`. */
export function registerSchemaCommand(command: Command, cli: () => Cli): void {
  command
    .command('check')
    .argument('<file>', 'a synchronization schema, as Entra exports it')
    .description('report every problem of a schema')
    .action((file: string) => check(file, cli()));
  command
    .command('show')
    .description('show the attribute mappings and scoping filters of the job')
    .action(() => show(cli()));
}
