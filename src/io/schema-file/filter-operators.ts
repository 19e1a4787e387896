/** An operator of scoping filters. */
interface OperatorSignature {
  /** As in the portal and Graph. */
  readonly name: string;
  readonly arity: 'unary' | 'binary';
  readonly operand: 'text' | 'integer' | 'pattern';
}

const unary = (name: string): OperatorSignature => ({ name, arity: 'unary', operand: 'text' });
const binary = (name: string, operand: OperatorSignature['operand'] = 'text'): OperatorSignature => ({
  name,
  arity: 'binary',
  operand,
});

/** The operators of scoping filters. @see Graph synchronizationSchema: filterOperators */
export const OPERATORS: readonly OperatorSignature[] = [
  binary('&'),
  binary('!&'),
  binary('ENDS_WITH'),
  binary('EQUALS'),
  binary('Greater_Than', 'integer'),
  binary('Greater_Than_OR_EQUALS', 'integer'),
  binary('Includes'),
  unary('IS FALSE'),
  unary('IS NOT NULL'),
  unary('IS NULL'),
  unary('IS TRUE'),
  binary('NOT EQUALS'),
  binary('NOT REGEX MATCH', 'pattern'),
  binary('REGEX MATCH', 'pattern'),
];

const plain = (name: string): string => name.trim().toUpperCase().replaceAll('_', ' ');

/** Finds an operator by name, ignoring case and treating `_` as a space. */
export function operatorNamed(name: string): OperatorSignature | undefined {
  return OPERATORS.find((operator) => plain(operator.name) === plain(name));
}
