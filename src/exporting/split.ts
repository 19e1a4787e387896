import type { Dialect } from '../model/dialect.ts';
import { Interruption } from '../model/errors.ts';
import type { Failure } from '../model/failure.ts';
import type { AttributeChange, Match, UpdateChange } from '../model/pipeline.ts';
import type { TargetReader } from '../model/ports.ts';
import { readStateOf } from '../scim/answer.ts';
import { addsEntry, writesOf } from '../scim/complex.ts';
import { sameName } from '../scim/path.ts';
import { describeRead } from '../scim/request.ts';
import { knownOf } from './describe.ts';

/**
 * The statuses that may refuse one attribute of several: a value or path (400, 422), a value that must be unique (409),
 * an attribute that the target cannot change (501, as of targets that take `active` alone). Others concern the
 * credentials, the resource or the moment, and every part would be answered alike.
 * @see RFC 7644 §3.12
 */
const CONCERNS_CONTENT: ReadonlySet<number | null> = new Set([400, 409, 422, 501]);

const concernsContent = ({ status }: Failure): boolean => CONCERNS_CONTENT.has(status);

/** The parts of a refused update, `active` first, each with a request of its own; empty: it is not split. */
export function partsOf(change: UpdateChange, refusal: Failure, dialect: Dialect): readonly UpdateChange[] {
  if (!dialect.splitRefused || !concernsContent(refusal)) return [];
  const parts = writesOf(change.attributes, dialect, knownOf(change)).map(({ changes }) => changes);
  const isFirst = (part: readonly AttributeChange[]): boolean =>
    part.some(({ mapping }) => sameName(mapping.targetAttributeName, 'active'));
  return [...parts.filter(isFirst), ...parts.filter((part) => !isFirst(part))].map((attributes) => ({
    ...change,
    attributes,
  }));
}

/**
 * A part as it is sent: one that adds an entry as an object is compared with the resource again, because a target may
 * have carried out a part of the PATCH that it refused.
 * @returns a failure when the resource cannot be read
 */
export async function partToSend(
  part: UpdateChange,
  { dialect, reader }: { readonly dialect: Dialect; readonly reader: TargetReader },
): Promise<UpdateChange | Failure | 'interrupted'> {
  const { attributes, matched, objectType, source, targetId } = part;
  const sendsObjects = dialect.absentValuePath === 'object' || dialect.complexAttributes === 'whole';
  if (!sendsObjects || !attributes.some(addsEntry)) return part;
  try {
    const response = await reader.read(describeRead(objectType, targetId), source.id);
    const target = readStateOf(response, targetId, knownOf(part).mappings);
    if ('code' in target) return target;
    return { ...part, matched: { ...matched, match: { ...matched.match, target } as Match } };
  } catch (error) {
    if (error instanceof Interruption) return 'interrupted';
    throw error;
  }
}

/** What became of the parts of an update. */
export interface SentParts {
  readonly accepted: readonly AttributeChange[];
  /** Of what was refused or not sent, by its attributes; null: all was accepted. */
  readonly failure: Failure | null;
}

/**
 * Sends the parts of an update one after the other; one that is alone was sent already. A failure that concerns no single
 * part ends it, and so does an interruption: the rest is left for the next cycle.
 * @param send sends one part; its failure, or null when it is accepted, or `interrupted`
 * @param refusal the failure of the whole
 */
export async function sendParts(
  parts: readonly UpdateChange[],
  refusal: Failure,
  send: (part: UpdateChange) => Promise<Failure | null | 'interrupted'>,
): Promise<SentParts> {
  const accepted: AttributeChange[] = [];
  const refused: { readonly attributes: readonly AttributeChange[]; readonly failure: Failure }[] = [];
  for (const [index, part] of parts.entries()) {
    const failure = parts.length === 1 ? refusal : await send(part);
    if (failure === null) {
      accepted.push(...part.attributes);
      continue;
    }
    if (failure !== 'interrupted') refused.push({ attributes: part.attributes, failure });
    if (failure !== 'interrupted' && concernsContent(failure)) continue;
    const unsent = parts.slice(failure === 'interrupted' ? index : index + 1);
    const ending = failure === 'interrupted' ? (refused[0]?.failure ?? refusal) : failure;
    return { accepted, failure: failureOfParts(ending, accepted, refused, unsent) };
  }
  const [first] = refused;
  return {
    accepted,
    failure: first === undefined ? null : failureOfParts(first.failure, accepted, refused, []),
  };
}

/** The failure that decides, with what was refused of it, and why, what was accepted, and what was not sent. */
function failureOfParts(
  failure: Failure,
  accepted: readonly AttributeChange[],
  refused: readonly { readonly attributes: readonly AttributeChange[]; readonly failure: Failure }[],
  unsent: readonly UpdateChange[],
): Failure {
  const facts = [
    // Interrupted before any part was refused: the reason is that of the whole.
    ...(refused.length === 0 ? [failure.message] : []),
    ...(accepted.length === 0 ? [] : [`${namesOf(accepted)} accepted`]),
    ...(unsent.length === 0 ? [] : [`${namesOf(unsent.flatMap(({ attributes }) => attributes))} not sent`]),
    ...refused.map(
      ({ attributes, failure: of }) =>
        `${namesOf(attributes)} ${concernsContent(of) ? 'refused' : 'failed'}: ${of.message}`,
    ),
  ];
  return { ...failure, message: facts.join('; ') };
}

const namesOf = (attributes: readonly AttributeChange[]): string =>
  attributes.map(({ mapping }) => mapping.targetAttributeName).join(', ');
