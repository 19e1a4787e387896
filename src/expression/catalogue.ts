import type { FunctionDefinition, FunctionGroup } from './definition.ts';
import { DATE_FUNCTIONS } from './functions/date.ts';
import { FLOW_FUNCTIONS } from './functions/flow.ts';
import { GENERATOR_FUNCTIONS } from './functions/generator.ts';
import { LIST_FUNCTIONS } from './functions/list.ts';
import { LOGIC_FUNCTIONS } from './functions/logic.ts';
import { NUMBER_FUNCTIONS } from './functions/number.ts';
import { REPLACE_FUNCTIONS } from './functions/replace.ts';
import { ROLE_FUNCTIONS } from './functions/role.ts';
import { TEXT_FUNCTIONS } from './functions/text.ts';
import type { Parameter } from './signature.ts';

const ALL: readonly FunctionDefinition[] = [
  ...TEXT_FUNCTIONS,
  ...REPLACE_FUNCTIONS,
  ...LIST_FUNCTIONS,
  ...LOGIC_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ...DATE_FUNCTIONS,
  ...ROLE_FUNCTIONS,
  ...GENERATOR_FUNCTIONS,
  ...FLOW_FUNCTIONS,
];

const BY_NAME: ReadonlyMap<string, FunctionDefinition> = new Map(
  ALL.map((definition) => [definition.signature.name, definition]),
);

/** Finds a function by its name, case-sensitively. */
export function findFunction(name: string): FunctionDefinition | undefined {
  return BY_NAME.get(name);
}

/** A function as documentation shows it. */
interface CatalogueEntry {
  readonly name: string;
  /** `?` marks an optional parameter, `…` a repeated one. */
  readonly signature: string;
  readonly parameters: readonly Parameter[];
  readonly description: string;
  readonly group: FunctionGroup;
}

/** All functions, by group and name. */
export const FUNCTION_CATALOGUE: readonly CatalogueEntry[] = ALL.map(
  ({ signature, text, description, group }): CatalogueEntry => ({
    name: signature.name,
    signature: text,
    parameters: signature.parameters,
    description,
    group,
  }),
).sort((a, b) => groupOrder(a.group) - groupOrder(b.group) || (a.name < b.name ? -1 : 1));

function groupOrder(group: FunctionGroup): number {
  return ALL.findIndex((definition) => definition.group === group);
}

/** Titles of the groups in documentation. */
export const GROUP_TITLES: Readonly<Record<FunctionGroup, string>> = {
  text: 'Text',
  list: 'Several values',
  logic: 'Decisions',
  number: 'Numbers',
  date: 'Dates',
  role: 'Roles',
  generator: 'New values',
  flow: 'Flow',
};
