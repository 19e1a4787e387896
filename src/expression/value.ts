import type { MappedRoles } from '../model/pipeline.ts';

/** What an expression reads besides its own text: the object's attributes, the clock, the dice, the target. */
export interface EvaluationContext {
  /** The value of a source attribute; null when the object has none. Names are case-sensitive. */
  attribute(name: string): string | boolean | readonly string[] | null;
  /** What Now() is: ISO 8601 UTC. */
  readonly now: string;
  /** A new GUID, lower case with hyphens. */
  guid(): string;
  /** A number from 0 to below 1. */
  random(): number;
  /** Whether the target already holds a value; absent: it holds none. Asked by SelectUniqueValue. */
  isTaken?(value: string): boolean;
}

/** A value of the language: text, several texts, or null. Numbers, booleans and dates are text. */
export type Plain = string | readonly string[] | null;

/** What is not a value: it says what becomes of the attribute or of the object. */
export type Directive =
  /** The attribute is left out of this flow. */
  | { readonly kind: 'ignoreAttribute' }
  /** The object is left out of this flow. */
  | { readonly kind: 'ignoreObject' }
  /** Role objects for a complex `roles` attribute. */
  | { readonly kind: 'roles'; readonly roles: MappedRoles }
  /** The object fails and is tried again later. */
  | { readonly kind: 'escrow'; readonly message: string };

/** What an expression, or a part of it, comes to. */
export type Value = Plain | Directive;

/** What a whole expression comes to. */
export type EvaluationResult = { readonly kind: 'value'; readonly value: Plain } | Directive;

/** Evaluates a compiled part of an expression. */
export type Evaluator = (context: EvaluationContext) => Value;

/** Tells a directive from a value. */
export function isDirective(value: Value): value is Directive {
  return value !== null && typeof value === 'object' && 'kind' in value;
}

/** Tells several values from one. */
export function isList(value: Value): value is readonly string[] {
  return Array.isArray(value);
}

/** Writes a boolean in .NET's spelling. */
export function booleanText(value: boolean): string {
  return value ? 'True' : 'False';
}

/** Turns what an attribute holds into a value: booleans in .NET's spelling, no values into null. */
export function attributeValue(held: string | boolean | readonly string[] | null): Plain {
  if (typeof held === 'boolean') return booleanText(held);
  return isList(held) && held.length === 0 ? null : held;
}

/** Tells whether a value is null, empty text, or no values. */
export function isNullOrEmpty(value: Plain): boolean {
  return value === null || value.length === 0;
}
