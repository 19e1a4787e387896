import type { AttributeDefinition, FilterClause, FilterGroup, ScopingFilter } from '../../model/schema.ts';
import { didYouMean } from '../configuration/did-you-mean.ts';
import { quoted } from '../configuration/shape-findings.ts';
import {
  addError,
  addWarning,
  field,
  fields,
  objectField,
  objectsField,
  type Place,
  requiredText,
  TEXT,
  TEXTS,
} from './fields.ts';
import { OPERATORS, operatorNamed } from './filter-operators.ts';
import { isReference } from './reference.ts';

/** Directory extensions, which schemas need not declare. */
const EXTENSION = /^extension_[0-9a-f]{32}_/i;

const WHOLE_NUMBER = /^[+-]?\d{1,30}$/;

/** The problem of a clause; a warning lets the job start. */
type Complaint = readonly ['error' | 'warning', message: string] | null;

/**
 * Refuses attributes that filters do not support: in the service they silently put nothing in scope.
 * @see Entra "Scoping users or groups to be provisioned with scoping filters", and "Known issues for provisioning"
 */
const operandComplaint = (name: string, attributes: readonly AttributeDefinition[]): Complaint => {
  const attribute = attributes.find((candidate) => candidate.name === name);
  if (isReference(name, attributes))
    return ['error', `a filter cannot be about ${name}, a reference: filter on a text, number or Boolean`];
  if (attribute?.multivalued)
    return ['error', `a filter cannot be about ${name}, which has several values: take a single-valued one`];
  if (attribute?.type === 'DateTime')
    return ['warning', `the cloud service does not filter on dates such as ${name}`];
  if (name === 'userType') return ['warning', 'the cloud service does not filter on userType'];
  if (attribute !== undefined || attributes.length === 0 || name === '') return null;
  if (EXTENSION.test(name))
    return ['warning', `the schema does not declare the directory extension ${name}: check its spelling`];
  const names = attributes.map((candidate) => candidate.name);
  const remedy = didYouMean(name, names) || '; declare it under directories, or fix the name';
  return ['error', `the source has no attribute ${name}${remedy}`];
};

const operatorComplaint = (name: string): Complaint => {
  if (name === '' || operatorNamed(name) !== undefined) return null;
  const names = OPERATORS.map((operator) => operator.name);
  const remedy = didYouMean(name, names) || `; the operators are ${names.join(', ')}`;
  return ['error', `there is no filter operator ${quoted(name)}${remedy}`];
};

const valuesComplaint = (operatorName: string, values: readonly string[]): Complaint => {
  const operator = operatorNamed(operatorName);
  if (operator?.arity === 'binary' && values.length === 0)
    return ['error', `${operator.name} compares with a value: give targetOperand.values one`];
  const odd = operator?.operand === 'integer' ? values.find((text) => !WHOLE_NUMBER.test(text)) : undefined;
  return odd === undefined
    ? null
    : ['error', `${operator?.name} compares whole numbers, and ${quoted(odd)} is none`];
};

const complain = (clause: Place, key: string, complaint: Complaint): void => {
  if (complaint === null) return;
  const [severity, message] = complaint;
  if (severity === 'error') addError(clause, [key], message);
  else addWarning(clause, [key], message);
};

const CLAUSE = {
  operatorName: requiredText('every clause names its operator'),
  sourceOperandName: requiredText('every clause names the source attribute that it is about'),
};

const readClause = (clause: Place, attributes: readonly AttributeDefinition[]): FilterClause => {
  const { operatorName, sourceOperandName } = fields(clause, CLAUSE);
  const operand = objectField(clause, 'targetOperand');
  const findings = clause.findings.length;
  const values = operand === null ? [] : field(operand, 'values', TEXTS);
  const isValid = clause.findings.length === findings;
  complain(clause, 'operatorName', operatorComplaint(operatorName));
  complain(clause, 'sourceOperandName', operandComplaint(sourceOperandName, attributes));
  complain(clause, 'targetOperand', isValid ? valuesComplaint(operatorName, values) : null);
  const operator = operatorNamed(operatorName);
  return { operatorName, sourceOperandName, values: operator?.arity === 'unary' ? [] : values };
};

const readGroup = (group: Place, attributes: readonly AttributeDefinition[]): FilterGroup => {
  const clauses = objectsField(group, 'clauses').map((clause) => readClause(clause, attributes));
  if (clauses.length === 0)
    addError(group, [], 'a filter group without clauses lets every object pass: give it one, or remove it');
  return { name: field(group, 'name', TEXT) ?? '', clauses };
};

/**
 * Reads the scoping filter of an object mapping; null: none. `categoryFilterGroups` choose between mappings in the
 * service; here there is one a type.
 * @param attributes the declared source attributes; empty: unknown, so names are not checked
 */
export function readScope(mapping: Place, attributes: readonly AttributeDefinition[]): ScopingFilter | null {
  const scope = objectField(mapping, 'scope');
  if (scope === null) return null;
  const groups = objectsField(scope, 'groups').map((group) => readGroup(group, attributes));
  const inputFilterGroups = objectsField(scope, 'inputFilterGroups').map((group) =>
    readGroup(group, attributes),
  );
  if (objectsField(scope, 'categoryFilterGroups').length > 0)
    addWarning(scope, ['categoryFilterGroups'], 'categoryFilterGroups are kept and not evaluated');
  return groups.length + inputFilterGroups.length === 0 ? null : { groups, inputFilterGroups };
}
