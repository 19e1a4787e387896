/** The keys and indexes of a value; empty for the whole document. */
export type JsonPath = readonly (string | number)[];

const NAME = /^[A-Za-z_$][\w$-]*$/;
const STEP = /\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\.?([A-Za-z_$][\w$-]*)/y;

/** Formats a path: `jobs[0].target.tenantUrl`. Keys that are no names are quoted in brackets. */
export function formatJsonPath(path: JsonPath): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!NAME.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}

/** Parses the output of `formatJsonPath`; stops at the first character that is no path. */
export function parseJsonPath(text: string): JsonPath {
  const path: (string | number)[] = [];
  STEP.lastIndex = 0;
  for (let step = STEP.exec(text); step !== null; step = STEP.exec(text)) {
    const [, index, quoted, name] = step;
    if (index !== undefined) path.push(Number(index));
    else if (quoted !== undefined) path.push(JSON.parse(`"${quoted}"`) as string);
    else path.push(name ?? '');
  }
  return path;
}

/** The value at a path; undefined: none. */
export function valueAt(document: unknown, path: JsonPath): unknown {
  let value = document;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
