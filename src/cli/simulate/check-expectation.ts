import { isDeepStrictEqual } from 'node:util';
import type { Expectation, Line } from '../../io/scenario-file/expectation-shape.ts';
import { formatOffset, parseOffsetMs } from '../../io/scenario-file/offset.ts';
import type { JobControl } from '../../model/control.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { ScimRequest } from '../../model/scim.ts';
import { asExpected, describeRequest, partOf } from './describe.ts';
import type { Names } from './names.ts';
import { type Kept, MOST_KEPT, type Window } from './window.ts';

/** What an expectation is compared with. */
export interface Actual {
  readonly window: Window;
  readonly control: JobControl;
  /** Failures kept for retry, those of references included. */
  readonly escrows: number;
  readonly names: Names;
  /** Finds a resource of the target by its name; null: there is none. */
  find(name: string): Promise<JsonObject | null>;
}

/** Something that is not as expected. */
export interface Mismatch {
  /** The part of the expectation, from the whole of it. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Compares what happened and how things stand with what is expected. */
export async function checkExpectation(expected: Expectation, actual: Actual): Promise<readonly Mismatch[]> {
  const { window, names } = actual;
  const requestLine = (request: ScimRequest): Line =>
    describeRequest(names.named(request as unknown as Json) as unknown as ScimRequest);
  return [
    ...compareLines('requests', expected.requests, window.requests, requestLine),
    ...compareLines('log', expected.log, window.log, (line) => line),
    ...compareValues('counts', expected.counts ?? {}, (name) => window.counts()[name] ?? 0),
    ...(await compareResources(expected.target ?? {}, actual)),
    ...compareControl(expected.control ?? {}, actual),
  ];
}

function compareLines<Item>(
  part: 'requests' | 'log',
  expected: readonly Line[] | undefined,
  kept: Kept<Item>,
  describe: (item: Item) => Line,
): readonly Mismatch[] {
  if (expected === undefined) return [];
  if (kept.count() > MOST_KEPT)
    return [
      {
        path: [part],
        message: `${part}: there were ${kept.count()}, and only ${MOST_KEPT} can be compared: expect more often, or use counts`,
      },
    ];
  const actual = asExpected(kept.items().map(describe), expected);
  const at = actual.findIndex((line, index) => !isDeepStrictEqual(line, expected[index]));
  if (at < 0 && actual.length === expected.length) return [];
  const index = at < 0 ? actual.length : at;
  const found = actual[index] === undefined ? 'nothing' : shown(actual[index]);
  const wanted = expected[index] === undefined ? 'nothing more' : shown(expected[index]);
  return [
    {
      path: expected[index] === undefined ? [part] : [part, index],
      message: `${part}: number ${index + 1} is ${found}, expected ${wanted} (${actual.length} in all, expected ${expected.length})`,
    },
  ];
}

function compareValues(
  part: string,
  expected: Readonly<Record<string, Json | undefined>>,
  actualOf: (name: string) => Json,
): readonly Mismatch[] {
  return Object.entries(expected).flatMap(([name, value]) => {
    const actual = actualOf(name);
    if (value === undefined || isDeepStrictEqual(actual, value)) return [];
    return [{ path: [part, name], message: `${name} is ${shown(actual)}, expected ${shown(value)}` }];
  });
}

async function compareResources(
  expected: NonNullable<Expectation['target']>,
  { names, find }: Actual,
): Promise<readonly Mismatch[]> {
  const mismatches: Mismatch[] = [];
  for (const [name, attributes] of Object.entries(expected)) {
    const path = ['target', name];
    const found = await find(name);
    if (attributes === 'gone') {
      if (found !== null) mismatches.push({ path, message: `${name} is in the target, expected it gone` });
    } else if (found === null) mismatches.push({ path, message: `${name} is not in the target` });
    else {
      const resource = names.named(found) as JsonObject;
      for (const [attribute, value] of Object.entries(attributes)) {
        const part = partOf(resource[attribute], value);
        const wanted = partOf(value, value);
        if (!isDeepStrictEqual(part, wanted))
          mismatches.push({
            path: [...path, attribute],
            message: `${name}: ${attribute} is ${shown(part)}, expected ${shown(wanted)}`,
          });
      }
    }
  }
  return mismatches;
}

function compareControl(
  { nextAttempt, ...expected }: NonNullable<Expectation['control']>,
  { control, escrows }: Actual,
): readonly Mismatch[] {
  const { quarantine } = control;
  const attemptMs =
    quarantine === null ? null : Date.parse(quarantine.nextAttempt) - Date.parse(quarantine.seriesBegan);
  const values: JsonObject = {
    quarantine: quarantine?.reason ?? null,
    nextAttempt: attemptMs === null ? null : formatOffset(attemptMs),
    seriesCount: quarantine?.seriesCount ?? 0,
    paused: control.isPaused,
    disabled: control.isDisabled,
    escrowsPruned: control.escrowsPruned,
    escrows,
  };
  const attempt =
    nextAttempt === undefined ? {} : { nextAttempt: formatOffset(parseOffsetMs(nextAttempt) ?? 0) };
  return compareValues('control', { ...expected, ...attempt }, (name) => values[name] ?? null);
}

const LONGEST_SHOWN = 400;

const shown = (value: Json): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
};
