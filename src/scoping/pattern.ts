import { compilePattern } from '../expression/regex/compile-pattern.ts';
import { matchAll } from '../expression/regex/match.ts';
import type { ClauseTest } from './operators.ts';

/**
 * Compiles the .NET pattern of a REGEX MATCH clause: unanchored, case-sensitive, bounded in time.
 * @throws {PatternProblem} for a pattern that .NET would refuse
 */
export function compileFilterPattern(pattern: string): ClauseTest {
  const compiled = compilePattern(pattern);
  return (value) => matchAll(compiled, value).length > 0;
}
