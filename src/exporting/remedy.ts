import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { type NamedCount, NOBODY, spellNames, withName } from '../model/named.ts';
import type { Change } from '../model/pipeline.ts';
import { type Remedy, type Reply, remediesOf, type SentForm } from '../model/remedy.ts';
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

/**
 * What a refusal suggests, as the end of its message: that the body was not read, or the attributes that were sent in a
 * form that the target may not take, each with the option that sends another. Null: nothing.
 */
export function hintOn(change: Change, { request, response }: ScimExchange): string | null {
  if (response.kind !== 'answer') return null;
  const unread = hintOnUnreadBody(request, response);
  const reply = replyOf(response);
  if (unread !== null || reply === null) return unread;
  const byOption = new Map<string, { readonly remedy: Remedy; readonly of: NamedCount }>();
  const parts = suspected(sentParts(change, request), response);
  for (const { attribute, forms } of parts)
    for (const remedy of forms.flatMap((form) => remediesOf(form, reply))) {
      const known = byOption.get(remedy.option) ?? { remedy, of: NOBODY };
      byOption.set(remedy.option, { ...known, of: withName(known.of, attribute) });
    }
  const hints = [...byOption.values()]
    .slice(0, NAMED)
    .map(({ remedy, of }) => `${spellNames(of)}, ${spell(remedy)}`);
  return hints.length === 0 ? hintOnSeveral(change, parts, reply) : hints.join('; ');
}

/** Where several attributes are suspected, and no form of them, the update can be sent again attribute by attribute. */
function hintOnSeveral(change: Change, parts: readonly SentPart[], reply: Reply): string | null {
  const [remedy] = remediesOf('oneOfSeveral', reply);
  if (change.kind !== 'update' || parts.length < 2 || remedy === undefined) return null;
  const names = parts.reduce((found, { attribute }) => withName(found, attribute), NOBODY);
  return `${spellNames(names)}, ${spell(remedy)}`;
}

/** Adds to values that did not take the option that sends them in another form. */
export function withRemedies(verified: VerifiedWrite, change: Change, request: ScimRequest): VerifiedWrite {
  if (verified.untaken === undefined || verified.untaken.length === 0) return verified;
  const parts = sentParts(change, request);
  return {
    ...verified,
    untaken: verified.untaken.map((value) => {
      const forms = parts.flatMap((part) => (part.attribute === value.attribute ? part.forms : []));
      const [remedy] = forms
        .filter((form) => explains(form, value))
        .flatMap((form) => remediesOf(form, 'untaken'));
      return remedy === undefined ? value : { ...value, remedy: spell(remedy) };
    }),
  };
}

const spell = ({ sent, option, effect }: Remedy): string => `${sent}: ${option} ${effect}`;

const SCIM_TYPES: Readonly<Record<string, Reply>> = {
  notarget: 'noTarget',
  invalidpath: 'invalidPath',
  invalidvalue: 'invalidValue',
  invalidsyntax: 'invalidSyntax',
  uniqueness: 'conflict',
};

/** Null: nothing about the form of the request. */
function replyOf({ status, body }: ScimAnswer): Reply | null {
  if (status === 409) return 'conflict';
  if (status === 500) return 'failed';
  if (status !== 400 && status !== 422 && status !== 501) return null;
  const scimType = isJsonObject(body) ? memberOf(body, 'scimType') : undefined;
  return (typeof scimType === 'string' ? SCIM_TYPES[scimType.toLowerCase()] : undefined) ?? 'refused';
}

/** What an answer is about: the attributes that it names, or all that were sent. A fault of the target must name one. */
function suspected(parts: readonly SentPart[], answer: ScimAnswer): readonly SentPart[] {
  const said = readDetail(answer)?.toLowerCase() ?? '';
  const named = parts.filter(({ attribute }) => {
    const { attribute: name, subAttribute } = parsePath(attribute);
    return [
      name.replace(/s$/, ''),
      ...(subAttribute === null || subAttribute === 'value' ? [] : [subAttribute]),
    ]
      .map((word) => word.toLowerCase())
      .some((word) => said.includes(word));
  });
  return named.length > 0 ? named : answer.status === 500 ? [] : parts;
}

/** Whether a value that did not take looks as it does where a target takes a form otherwise. */
function explains(form: SentForm, { kind = 'sent', found }: UntakenValue): boolean {
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
    case 'flatKey':
      return kind === 'sent' && found === null;
    case 'bareManager':
      return found === null || found.startsWith('the text ');
    default:
      return kind === 'sent';
  }
}

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
  const { filter, subAttribute } = parsePath(attribute);
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
  ];
  return has.flatMap(([form, isSent]) => (isSent ? [form] : []));
}
