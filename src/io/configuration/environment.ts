import type { JsonPath } from './json-path.ts';
import type { Finding } from './located-document.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{([^}]*)\}/g;
const NAME = /^[A-Za-z_]\w*$/;

/** Whether a text consists of references to the environment, whose values are unknown. */
export function isReference(text: string): boolean {
  return text !== '' && text.replace(REFERENCE, '').trim() === '';
}

/** A document with `${NAME}` replaced. */
interface Substituted {
  readonly value: unknown;
  readonly findings: readonly Finding[];
}

const missing = (name: string): string =>
  NAME.test(name)
    ? `\${${name}} is not set: export it, or add ${name}=… to the file .env beside the configuration`
    : `\${${name}} is no name of an environment variable: letters, digits and _, not beginning with a digit`;

const substituteText = (text: string, path: JsonPath, environment: Environment): Substituted => {
  const findings: Finding[] = [];
  const value = text.replace(REFERENCE, (whole, name: string) => {
    const known = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (known === undefined) findings.push({ path, message: missing(name) });
    return known ?? whole;
  });
  return { value, findings };
};

const joined = (
  parts: readonly (readonly [key: string | number, part: Substituted])[],
  assemble: (entries: readonly (readonly [string | number, unknown])[]) => unknown,
): Substituted => ({
  value: assemble(parts.map(([key, { value }]) => [key, value])),
  findings: parts.flatMap(([, { findings }]) => findings),
});

/**
 * Replaces `${NAME}` in every text of a document; each unset variable is a finding. Keys without a value count as
 * absent.
 */
export function substitute(document: unknown, environment: Environment, path: JsonPath = []): Substituted {
  if (typeof document === 'string') return substituteText(document, path, environment);
  if (Array.isArray(document))
    return joined(
      document.map((item, index) => [index, substitute(item, environment, [...path, index])] as const),
      (entries) => entries.map(([, value]) => value),
    );
  if (typeof document !== 'object' || document === null) return { value: document, findings: [] };
  return joined(
    Object.entries(document)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [key, substitute(value, environment, [...path, key])] as const),
    (entries) => Object.fromEntries(entries),
  );
}
