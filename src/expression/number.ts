import { type Arguments, type Call, textAt } from './definition.ts';

/** Decimal numbers, up to 40 digits on either side. */
const NUMBER = /^\s*([+-]?)(?:([0-9]{1,40})(?:\.([0-9]{0,40}))?|\.([0-9]{1,40}))\s*$/;

/** Tells whether text is a decimal number. */
export function isNumber(text: string): boolean {
  return NUMBER.test(text);
}

/** The integer part of a decimal number, truncated toward zero; null: no number. */
export function wholeNumber(text: string): bigint | null {
  const match = NUMBER.exec(text);
  if (match === null) return null;
  const magnitude = BigInt(match[2] ?? '0');
  return match[1] === '-' ? -magnitude : magnitude;
}

/** Tells whether a decimal number differs from zero. */
export function isNonZero(text: string): boolean {
  return /[1-9]/.test(text);
}

/** Compares two decimal numbers exactly. @returns negative, zero or positive; null: one is no number */
export function compareNumbers(left: string, right: string): number | null {
  // Doubles are exact up to 15 digits, and faster.
  if (left.length <= 15 && right.length <= 15 && isNumber(left) && isNumber(right))
    return Number(left) - Number(right);
  const [a, b] = [scaled(left), scaled(right)];
  if (a === null || b === null) return null;
  return a < b ? -1 : Number(a > b);
}

/** A decimal number in units of 10⁻⁴⁰. */
const scaled = (text: string): bigint | null => {
  const match = NUMBER.exec(text);
  if (match === null) return null;
  const digits = `${match[2] ?? ''}${(match[3] ?? match[4] ?? '').padEnd(40, '0')}`;
  return match[1] === '-' ? -BigInt(digits) : BigInt(digits);
};

/** The decimal text of a number constant: `&HF7` is 247. */
export function constantText(written: string): string {
  return written.startsWith('&') ? BigInt(`0x${written.slice(2)}`).toString() : written;
}

/** The integer of an argument. @throws {ExpressionError} when there is none */
export function bigNumberAt(args: Arguments, index: number, call: Call): bigint {
  const text = textAt(args, index, call);
  const number = text === null ? null : wholeNumber(text);
  if (number !== null) return number;
  const found = text === null ? 'null' : `"${text.slice(0, 40)}"`;
  throw call.fail('invalidValue', `${call.node.name} takes a number here, not ${found}.`, index);
}

/** The integer of an argument, clamped to safe integers. */
export function numberAt(args: Arguments, index: number, call: Call): number {
  const number = Number(bigNumberAt(args, index, call));
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, number));
}
