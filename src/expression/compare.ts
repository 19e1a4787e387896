import type { ExpressionOptions } from '../model/expression-options.ts';
import { lowerInvariant } from './casing.ts';
import { compareNumbers } from './number.ts';
import type { ComparisonOperator } from './tree.ts';

const HOLDS: Readonly<Record<ComparisonOperator, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
};

/**
 * Compares two texts: as numbers when both are, else by code units.
 * @see Entra "Reference for writing expressions for attribute mappings", IIF
 */
export function comparisonHolds(
  left: string,
  operator: ComparisonOperator,
  right: string,
  options: Pick<ExpressionOptions, 'iifCase'>,
): boolean {
  return HOLDS[operator](compareNumbers(left, right) ?? compareTexts(left, right, options.iifCase));
}

const compareTexts = (left: string, right: string, iifCase: ExpressionOptions['iifCase']): number => {
  const fold = iifCase === 'insensitive' ? lowerInvariant : (text: string) => text;
  const [a, b] = [fold(left), fold(right)];
  return a < b ? -1 : Number(a > b);
};
