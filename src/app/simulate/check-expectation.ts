import { isDeepStrictEqual } from 'node:util';
import type { Expectation, Line } from '../../io/scenario-file/expectation-shape.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { formatOffset, parseOffsetMs } from '../../model/offset.ts';
import { asExpected, partOf } from './describe.ts';
import { findResource } from './find-resource.ts';
import { requestLines } from './make-plan.ts';
import type { Stage } from './stage.ts';
import { type Kept, MOST_KEPT, type Window } from './window.ts';

/** Something that is not as expected. */
export interface Mismatch {
  /** The part of the expectation, from the whole of it. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * Compares what happened in a window and how job and target stand with what is expected; names must be learned. At an
 * endpoint that others use too, requests are not compared: they depend on its schema and dialect.
 */
export async function checkExpectation(
  expected: Expectation,
  stage: Stage,
  window: Window,
): Promise<readonly Mismatch[]> {
  const requests = stage.guest === null ? expected.requests : undefined;
  return [
    ...(await compareKept('requests', requests, window.requests, (sent) => requestLines(sent, stage))),
    ...(await compareKept('log', expected.log, window.log, async (lines) => lines)),
    ...compareValues('counts', expected.counts ?? {}, (name) => window.counts()[name] ?? 0),
    ...(await compareResources(expected.target ?? {}, stage)),
    ...(await compareControl(expected.control ?? {}, stage)),
  ];
}

async function compareKept<Item>(
  part: 'requests' | 'log',
  expected: readonly Line[] | undefined,
  kept: Kept<Item>,
  describe: (items: readonly Item[]) => Promise<readonly Line[]>,
): Promise<readonly Mismatch[]> {
  if (expected === undefined || kept.count() <= MOST_KEPT)
    return compareLines(part, expected, expected === undefined ? [] : await describe(kept.items()));
  const message = `${part}: there were ${kept.count()}, and only ${MOST_KEPT} can be compared: expect more often, or use counts`;
  return [{ path: [part], message }];
}

/** Compares lines in their order, and reports where they first differ; lines without an expectation are not compared. */
export function compareLines(
  part: string,
  expected: readonly Line[] | undefined,
  lines: readonly Line[],
): readonly Mismatch[] {
  if (expected === undefined) return [];
  const actual = asExpected(lines, expected);
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

/** Compares values by name. @param part the key that holds them; null: they stand by themselves */
export function compareValues(
  part: string | null,
  expected: Readonly<Record<string, Json | undefined>>,
  actualOf: (name: string) => Json,
): readonly Mismatch[] {
  return Object.entries(expected).flatMap(([name, value]) => {
    const actual = actualOf(name);
    if (value === undefined || isDeepStrictEqual(actual, value)) return [];
    const path = part === null ? [name] : [part, name];
    return [{ path, message: `${name} is ${shown(actual)}, expected ${shown(value)}` }];
  });
}

async function compareResources(
  expected: NonNullable<Expectation['target']>,
  stage: Stage,
): Promise<readonly Mismatch[]> {
  const { names, target } = stage;
  const mismatches: Mismatch[] = [];
  for (const [name, attributes] of Object.entries(expected)) {
    const path = ['target', name];
    const found = await findResource(name, { names, target, client: stage.client() });
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

async function compareControl(
  { nextAttempt, ...expected }: NonNullable<Expectation['control']>,
  { state }: Stage,
): Promise<readonly Mismatch[]> {
  const control = await state.control();
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
    escrows: (await state.escrowCount(false)) + (await state.escrowCount(true)),
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
