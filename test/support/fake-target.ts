import type { JsonObject } from '../../src/model/json.ts';
import type { TargetReader, TargetWriter } from '../../src/model/ports.ts';
import type { ReadRequest, ScimRequest, ScimResponse } from '../../src/model/scim.ts';
import { aList, anAnswer } from '../scim/scim-builders.ts';

/** A target that remembers what it was sent. */
export interface FakeTarget extends TargetReader, TargetWriter {
  readonly requests: ScimRequest[];
}

/** Makes a target of a function from requests to responses. */
export const fakeTarget = (
  answer: (request: ScimRequest) => ScimResponse | Promise<ScimResponse>,
): FakeTarget => {
  const requests: ScimRequest[] = [];
  const send = async (request: ScimRequest): Promise<ScimResponse> => {
    requests.push(request);
    return answer(request);
  };
  return { requests, read: send, write: send };
};

/** A target that answers a filter with the resources that have the value asked for, and an id with its resource. */
export const targetHolding = (...resources: readonly (JsonObject & { readonly id: string })[]): FakeTarget =>
  fakeTarget((request) => {
    const asked = askedFor(request as ReadRequest);
    if (asked !== null)
      return anAnswer(
        200,
        aList(...resources.filter(({ [asked.attribute]: value }) => value === asked.value)),
      );
    const found = resources.find(({ id }) => request.path.endsWith(`/${id}`));
    return found === undefined ? anAnswer(404) : anAnswer(200, found);
  });

const decodeQuery = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

/** What a filter asks for; null where the request has none. */
export const askedFor = ({ query }: ScimRequest): { attribute: string; value: string } | null => {
  const [, attribute, value] = /filter=([^+]+)\+eq\+%22(.*)%22$/.exec(query) ?? [];
  return attribute === undefined || value === undefined
    ? null
    : { attribute: decodeQuery(attribute), value: decodeQuery(value).replace(/\\(["\\])/g, '$1') };
};
