import type { CompiledMappings } from '../../mapping/compile.ts';
import { type EvaluationWorld, mapAttributes } from '../../mapping/map.ts';
import { canonicalJson, type Json } from '../../model/json.ts';
import type { ScopedObject } from '../../model/pipeline.ts';

/** Instants that have no part in common: year, month, day, weekday, hour, minute, second, millisecond. */
const INSTANTS = [
  '2001-02-03T04:05:06.007Z',
  '2014-07-18T13:26:37.418Z',
  '2025-11-25T22:48:59.859Z',
] as const;

/** Chance that always falls the same, in two ways that differ. */
const CHANCES = [
  { guid: () => '00000000-0000-4000-8000-000000000000', random: () => 0 },
  { guid: () => 'ffffffff-ffff-4fff-bfff-ffffffffffff', random: () => 0.999 },
] as const;

/**
 * The attributes of an object whose mapping yields another value each time, by chance or because it passes on the time,
 * each with what it would be at one time and by one chance. So two of them are equal where the source is. A value that
 * changes only once a time is past is not among them.
 */
export function valuesThatVary(
  scoped: ScopedObject,
  mappings: CompiledMappings,
): Readonly<Record<string, Json>> {
  const mapped = (world: EvaluationWorld): ReadonlyMap<string, Json> =>
    new Map(
      mapAttributes(scoped, mappings, world).attributes.map(({ mapping, value }) => [
        mapping.targetAttributeName,
        value as Json,
      ]),
    );
  const [still, ...later] = INSTANTS.map((now) => mapped({ now, ...CHANCES[0] })) as [Mapped, Mapped, Mapped];
  const drawn = mapped({ now: INSTANTS[0], ...CHANCES[1] });
  const names = mappings.attributes.map(({ mapping }) => mapping.targetAttributeName);
  const varying = names.filter((name) => {
    const texts = [still, ...later].map((one) => canonicalJson(one.get(name) ?? null));
    return texts[0] !== canonicalJson(drawn.get(name) ?? null) || new Set(texts).size === INSTANTS.length;
  });
  return Object.fromEntries(varying.map((name) => [name, still.get(name) ?? null]));
}

type Mapped = ReadonlyMap<string, Json>;
