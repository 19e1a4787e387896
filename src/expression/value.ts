import type { MappedRoles } from '../model/pipeline.ts';

/** What an expression reads: attributes of the object, clock, random numbers, target. */
export interface EvaluationContext {
  /** The value of a source attribute; null: none. Names are case-sensitive. */
  attribute(name: string): string | boolean | readonly string[] | null;
  /** The value of Now(): ISO 8601 UTC. */
  readonly now: string;
  /** A new GUID, in lower case with hyphens. */
  guid(): string;
  /** A number from 0 to below 1. */
  random(): number;
  /** The default verified domain of the tenant; null, or absent: not known. Read where DefaultDomain() is evaluated. */
  defaultDomain?(): string | null;
  /** Whether the target holds a value already, for SelectUniqueValue; absent: no. */
  isTaken?(value: string): boolean;
}

/** A value: text, several texts, or null. Numbers, booleans and dates are text. */
export type Plain = string | readonly string[] | null;

/** An instruction instead of a value, for the attribute or the object. */
export type Directive =
  /** Skips the attribute. */
  | { readonly kind: 'ignoreAttribute' }
  /** Skips the object. */
  | { readonly kind: 'ignoreObject' }
  /** Role objects for a complex `roles` attribute. */
  | { readonly kind: 'roles'; readonly roles: MappedRoles }
  /** Fails the object, to be retried. */
  | { readonly kind: 'escrow'; readonly message: string };

/** The result of an expression or a part of it. */
export type Value = Plain | Directive;

/** The result of a whole expression. */
export type EvaluationResult = { readonly kind: 'value'; readonly value: Plain } | Directive;

/** Evaluates a part of an expression. */
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

/** Converts an attribute to a value: booleans in .NET's spelling, an empty list to null. */
export function attributeValue(held: string | boolean | readonly string[] | null): Plain {
  if (typeof held === 'boolean') return booleanText(held);
  return isList(held) && held.length === 0 ? null : held;
}

/** Tells whether a value is null, empty text, or an empty list. */
export function isNullOrEmpty(value: Plain): boolean {
  return value === null || value.length === 0;
}
