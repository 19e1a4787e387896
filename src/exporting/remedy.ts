import type { Dialect } from '../model/dialect.ts';
import { adviceOn, type Failure } from '../model/failure.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { NAMED as NAMED_MEMBERS, type NamedCount, NOBODY, spellNames, withName } from '../model/named.ts';
import { type Change, stepOf } from '../model/pipeline.ts';
import { type Remedy, type Reply, remediesOf, type SentForm, spellOption } from '../model/remedy.ts';
import type { ScimAnswer, ScimExchange, ScimRequest } from '../model/scim.ts';
import type { UntakenValue, VerifiedWrite } from '../model/verification.ts';
import { memberOf, parsePath } from '../scim/path.ts';
import { readDetail } from '../scim/quote.ts';
import { hintOnUnreadBody } from '../scim/unread-body.ts';
import { booleanOf, integerOf } from '../scim/value.ts';

/** An attribute that was sent, and the forms of it that some servers do not take. */
interface SentPart {
  readonly attribute: string;
  readonly forms: readonly SentForm[];
}

/** The most options that a message names. */
const NAMED = 3;

/** Adds to a refusal what it suggests. Where operations are at fault, no value is to be corrected. */
export function withHint(
  failure: Failure,
  change: Change,
  exchange: ScimExchange,
  dialect: Dialect,
): Failure {
  const hint = hintOn(change, exchange, dialect);
  if (hint === null) return failure;
  const { wayOut } = adviceOn(failure.code, stepOf(change));
  const message =
    operationsUnknown(exchange, dialect).length > 0
      ? failure.message.replace(`; ${wayOut}`, '')
      : failure.message;
  return { ...failure, message: `${message}; ${hint}` };
}

/**
 * What a refusal suggests, as the end of its message: that the body was not read, or the attributes that were sent in a
 * form that the target may not take, each with the option that sends another; options that are set are left out. Null:
 * nothing.
 */
export function hintOn(change: Change, exchange: ScimExchange, dialect: Dialect): string | null {
  const { request, response } = exchange;
  if (response.kind !== 'answer') return null;
  const unread = hintOnUnreadBody(request, response);
  if (unread !== null) return unread;
  const ofOperations = operationsUnknown(exchange, dialect);
  if (ofOperations.length > 0) return ofOperations.map(spell).join('; ');
  const parts = suspected(sentParts(change, request), response);
  const replies = repliesOf(response);
  const helping = (form: SentForm): readonly Remedy[] =>
    replies.flatMap((reply) => remediesOf(form, reply, dialect));
  const byOption = new Map<string, { readonly remedy: Remedy; readonly of: NamedCount }>();
  for (const { attribute, forms } of parts)
    for (const remedy of forms.flatMap(helping)) {
      const known = byOption.get(spellOption(remedy)) ?? { remedy, of: NOBODY };
      byOption.set(spellOption(remedy), { ...known, of: withName(known.of, attribute) });
    }
  const ofForms = [...byOption.values()]
    .slice(0, NAMED)
    .map(({ remedy, of }) => `${spellNames(of)}, ${spell(remedy)}`);
  // Where several attributes are suspected, and no form of them, each can be sent by itself.
  const severals = change.kind === 'update' && parts.length > 1 ? helping('oneOfSeveral') : [];
  const names = parts.reduce((found, { attribute }) => withName(found, attribute), NOBODY);
  const ofSeveral = severals.map((remedy) => `${spellNames(names)}, ${spell(remedy)}`);
  const ofMethod = request.method === 'PATCH' ? helping('patch').map(spell) : [];
  const hints = [...(ofForms.length > 0 ? ofForms : ofSeveral), ...ofMethod];
  return hints.length === 0 ? null : hints.join('; ');
}

/** A complaint about something that is not known or allowed. */
const COMPLAINT =
  /\b(unknown|invalid|illegal|bad|unsupported|unrecogni[sz]ed|unexpected|undefined|(not|isn't) (a )?(valid|known|supported|recogni[sz]ed|implemented|allowed)|must be|expected|one of|only)\b/i;
/** The name of an operation as it is sent, in quotation marks or not at the beginning of a sentence. */
const SENT_NAME = /(["'`‘“])(Add|Replace|Remove)(?=["'`’”])|(?<=[\p{L}\p{N}:,=(] ?)\b(Add|Replace|Remove)\b/u;
/** The word itself, and no path such as `Operations[0].value`, nor the method. */
const OPERATION = /(?<![\w.])op\b|\.op\b|(?<!patch )\boperations?\b(?! ?[[.\d])/i;

/** The remedy where a target does not know operations by the names that were sent; empty: it does not say so. */
function operationsUnknown({ request, response }: ScimExchange, dialect: Dialect): readonly Remedy[] {
  if (request.method !== 'PATCH' || response.kind !== 'answer' || !REFUSING.has(response.status)) return [];
  const said = readDetail(response) ?? '';
  const isSaid = COMPLAINT.test(said) && (SENT_NAME.test(said) || OPERATION.test(said));
  return isSaid ? remediesOf('operationNames', 'unknownOperation', dialect) : [];
}

/** The statuses by which an operation is refused whose name is not known. */
const REFUSING: ReadonlySet<number> = new Set([400, 422, 500, 501]);

/** Adds to values that did not take the option that sends them in another form. */
export function withRemedies(
  verified: VerifiedWrite,
  change: Change,
  request: ScimRequest,
  dialect: Dialect,
): VerifiedWrite {
  if (verified.untaken === undefined || verified.untaken.length === 0) return verified;
  const { showsEarlier = false } = verified;
  const parts = sentParts(change, request);
  const isPassedOver = !showsEarlier && isWhollyUntaken(change, parts, verified.untaken);
  const ofOperations = isPassedOver ? remediesOf('operationNames', 'untaken', dialect) : [];
  return {
    ...verified,
    untaken: verified.untaken.map((value, index) => {
      const forms = parts.flatMap((part) => (part.attribute === value.attribute ? part.forms : []));
      const [remedy] = forms
        .filter((form) => explains(form, value))
        .flatMap((form) => remediesOf(form, 'untaken', dialect));
      const remedies = [...(index === 0 ? ofOperations : []), ...(remedy === undefined ? [] : [remedy])];
      return remedies.length === 0 ? value : { ...value, remedy: remedies.map(spell).join('; ') };
    }),
  };
}

/** Whether nothing that a PATCH sent has arrived, and paths to parts alone do not explain it. */
function isWhollyUntaken(
  change: Change,
  parts: readonly SentPart[],
  untaken: readonly UntakenValue[],
): boolean {
  if (change.kind === 'membership') {
    const { added, removed } = change;
    return untaken.every(({ kind, sent, found }) => {
      if (kind === 'notAdded') return removed.length === 0 && namesAll(sent ?? '', added.length);
      return kind === 'notRemoved' && added.length === 0 && namesAll(found ?? '', removed.length);
    });
  }
  const isOfPath = ({ forms }: SentPart): boolean =>
    forms.some((form) => form === 'entryPath' || form === 'partPath');
  return (
    // One value alone may be one that the target does not change.
    (change.kind === 'reference' || parts.length > 1) &&
    !parts.every(isOfPath) &&
    parts.every(({ attribute }) =>
      untaken.some((value) => value.attribute === attribute && isUntouched(value)),
    )
  );
}

const namesAll = (names: string, count: number): boolean =>
  count <= NAMED_MEMBERS
    ? names.split(', ').length === count
    : names.endsWith(` and ${count - NAMED_MEMBERS} more`);

const spell = (remedy: Remedy): string => `${remedy.sent}: ${spellOption(remedy)} ${remedy.effect}`;

const SCIM_TYPES: Readonly<Record<string, Reply>> = {
  notarget: 'noTarget',
  invalidpath: 'invalidPath',
  invalidvalue: 'invalidValue',
  invalidsyntax: 'invalidSyntax',
  uniqueness: 'conflict',
};

/** Empty: nothing about the form of the request. */
function repliesOf({ status, body }: ScimAnswer): readonly Reply[] {
  if (status === 405) return ['unsupported'];
  if (status === 409) return ['conflict'];
  if (status === 500) return ['failed'];
  if (status !== 400 && status !== 422 && status !== 501) return [];
  const scimType = isJsonObject(body) ? memberOf(body, 'scimType') : undefined;
  const named = typeof scimType === 'string' ? SCIM_TYPES[scimType.toLowerCase()] : undefined;
  return [named ?? 'refused', ...(status === 501 ? (['unsupported'] as const) : [])];
}

/** What an answer is about: the attributes that it names, or all that were sent. A fault of the target must name one. */
function suspected(parts: readonly SentPart[], answer: ScimAnswer): readonly SentPart[] {
  const said = readDetail(answer) ?? '';
  const named = parts.filter(({ attribute }) => {
    const { attribute: name, subAttribute } = parsePath(attribute);
    const words = subAttribute === null || subAttribute === 'value' ? [name] : [name, subAttribute];
    return words.some((word) => wordOf(word).test(said));
  });
  return named.length > 0 ? named : answer.status === 500 ? [] : parts;
}

/** A name as a whole word, in singular or plural, also as `given_name` or "Given Name": no part of another name. */
function wordOf(name: string): RegExp {
  const parts = name.replace(/s$/, '').split(/(?=\p{Lu})/u);
  const word = parts.map((part) => part.replace(/[^\p{L}\p{N}]/gu, '\\$&')).join('[ _-]?');
  return new RegExp(`(?<![\\p{L}\\p{N}_-])${word}s?(?![\\p{L}\\p{N}_-])`, 'iu');
}

/** Whether a value that did not take looks as it does where a target takes a form otherwise. */
function explains(form: SentForm, value: UntakenValue): boolean {
  const { kind = 'sent', found } = value;
  switch (form) {
    case 'membersByValue':
    case 'membersByFilter':
      return kind === 'notRemoved' || kind === 'dropped' || kind === 'emptied';
    case 'activeText':
    case 'booleanText':
    case 'integerText':
      return kind === 'sent' && found !== null;
    case 'entryPath':
    case 'partPath':
      return kind === 'sent' && found === null;
    case 'flatKey':
    case 'extensionKey':
      return isUntouched(value);
    case 'bareManager':
      return found === null || found.startsWith('the text ');
    default:
      return kind === 'sent';
  }
}

/** Whether the target seems to have passed over a value: it holds nothing, or no other spelling of what was sent. */
const isUntouched = ({ kind = 'sent', sent, found }: UntakenValue): boolean =>
  kind === 'sent' &&
  (found === null || (!found.startsWith('the text ') && sent?.toLowerCase() !== found.toLowerCase()));

/** The attributes that a PATCH of a change sends, with their forms. */
function sentParts(change: Change, { method, body }: ScimRequest): readonly SentPart[] {
  if (method !== 'PATCH') return [];
  const operations = (memberOf(body ?? {}, 'Operations') ?? []) as readonly JsonObject[];
  return operations.flatMap((operation): readonly SentPart[] => {
    const { op, path, value = null } = operation;
    const isRemoval = String(op).toLowerCase() === 'remove';
    if (change.kind === 'membership')
      return [{ attribute: change.mapping.targetAttributeName, forms: [formOfMembers(isRemoval, value)] }];
    if (change.kind === 'reference')
      return [
        { attribute: change.mapping.targetAttributeName, forms: formsOfReference(change.value, value) },
      ];
    const isFlat = typeof path !== 'string';
    const written = isFlat ? Object.entries(isJsonObject(value) ? value : {}) : [[path, value] as const];
    return written.map(([attribute, one]) => ({
      attribute,
      forms: isRemoval ? ['clearedByRemove'] : formsOfValue(change, attribute, one, isFlat),
    }));
  });
}

function formOfMembers(isRemoval: boolean, value: Json): SentForm {
  if (!isRemoval) return 'memberAddition';
  return value === null ? 'membersByFilter' : 'membersByValue';
}

function formsOfReference(wanted: string | null, value: Json): readonly SentForm[] {
  if (wanted === null) return ['removedManager'];
  return typeof value === 'string' ? ['bareManager'] : [];
}

function formsOfValue(change: Change, attribute: string, value: Json, isFlat: boolean): readonly SentForm[] {
  const desired = 'matched' in change ? change.matched.desired.attributes : [];
  const known = desired.find(({ mapping }) => mapping.targetAttributeName === attribute);
  const sent = 'attributes' in change ? change.attributes : [];
  const type = sent.find(({ mapping }) => mapping.targetAttributeName === attribute)?.mapping.target.type;
  const { extension, filter, subAttribute } = parsePath(attribute);
  const isPart = filter === null && subAttribute !== null;
  const isText = typeof value === 'string';
  const isBoolean = isText && type === 'Boolean' && booleanOf(value) !== null;
  const has: readonly (readonly [SentForm, boolean])[] = [
    ['activeText', isBoolean && attribute === 'active'],
    ['booleanText', isBoolean && attribute !== 'active'],
    ['integerText', isText && type === 'Integer' && integerOf(value) !== null],
    ['clearedByText', value === '' && known?.value === null],
    ['entryPath', filter !== null && subAttribute !== null],
    ['partPath', isPart && !isFlat],
    ['flatKey', isPart && isFlat],
    ['extensionKey', extension !== null && !isPart && isFlat && !isJsonObject(value)],
  ];
  return has.flatMap(([form, isSent]) => (isSent ? [form] : []));
}
