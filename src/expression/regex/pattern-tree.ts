/** A member of a character class. */
export type ClassMember =
  | { readonly kind: 'range'; readonly from: string; readonly to: string }
  /** Source of a JavaScript class under the `v` flag, e.g. `\p{Nd}`. */
  | { readonly kind: 'set'; readonly source: string };

/** A parsed regular expression. */
export type Pattern =
  | { readonly kind: 'literal'; readonly char: string; readonly ignoresCase: boolean }
  | {
      readonly kind: 'class';
      readonly isNegated: boolean;
      readonly members: readonly ClassMember[];
      /** The subtracted class: `[a-z-[aeiou]]`. */
      readonly subtracted: Extract<Pattern, { kind: 'class' }> | null;
      readonly ignoresCase: boolean;
    }
  /** JavaScript source of a zero-width assertion. */
  | { readonly kind: 'assertion'; readonly source: string }
  | { readonly kind: 'sequence'; readonly items: readonly Pattern[] }
  | { readonly kind: 'alternatives'; readonly branches: readonly Pattern[] }
  | {
      readonly kind: 'repeat';
      readonly body: Pattern;
      readonly minimum: number;
      readonly maximum: number;
      readonly isLazy: boolean;
    }
  /** `index` counts the capturing parentheses of the JavaScript source from 1. */
  | { readonly kind: 'capture'; readonly body: Pattern; readonly index: number }
  | { readonly kind: 'group'; readonly body: Pattern }
  | { readonly kind: 'atomic'; readonly body: Pattern; readonly index: number }
  | { readonly kind: 'look'; readonly open: '(?=' | '(?!' | '(?<=' | '(?<!'; readonly body: Pattern }
  | { readonly kind: 'reference'; readonly group: string; readonly ignoresCase: boolean };

/** A capturing group: its parentheses in the JavaScript source, and its name. */
export interface CapturingGroup {
  readonly index: number;
  /** Null: numbered. */
  readonly name: string | null;
}

/** A pattern with its capturing groups. */
export interface ParsedPattern {
  readonly root: Pattern;
  readonly captures: readonly CapturingGroup[];
}

/** .NET refuses the pattern, or it cannot be translated. */
export class PatternProblem extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'PatternProblem';
  }
}
