import type { JsonObject } from '../../model/json.ts';
import type { TargetRequest } from '../http/message.ts';
import { withList } from '../http/resource-body.ts';
import { listBody } from '../resource/read.ts';
import {
  type Concern,
  EVERY_CREATE,
  EVERY_FILTER,
  EVERY_ID,
  EVERY_LIST,
  EVERY_READ,
  type FaultRule,
} from './fault.ts';

const withoutParameter = (request: TargetRequest, name: string): TargetRequest => {
  const { [name]: _, ...query } = request.query;
  return { ...request, query };
};

const CREATE_OR_READ_BY_ID: Concern = {
  words: 'every POST and GET by id',
  test: (request) => EVERY_CREATE.test(request) || (EVERY_ID.test(request) && EVERY_READ.test(request)),
};

const withOneMore = (list: JsonObject, resources: readonly JsonObject[], more: JsonObject): JsonObject => ({
  ...list,
  totalResults: Number(list.totalResults) + 1,
  itemsPerPage: resources.length + 1,
  Resources: [...resources, more],
});

/** Faults of lists: their content and their form. */
export const LIST_FAULTS: readonly FaultRule[] = [
  {
    name: 'ignore-filter',
    description: 'the filter is ignored, everything is listed',
    concerns: EVERY_FILTER,
    answer: ({ request, respond }) => respond(withoutParameter(request, 'filter')),
  },
  {
    name: 'two-hits',
    description: 'what is found is listed with a twin under another id',
    concerns: EVERY_FILTER,
    answer: async ({ respond }) =>
      withList(await respond(), (list, resources) => {
        const [first] = resources;
        if (first === undefined) return list;
        return withOneMore(list, resources, { ...first, id: `${String(first.id)}-twin` });
      }),
  },
  {
    name: 'duplicate-match',
    description: 'what is found is listed twice, with the same id',
    concerns: EVERY_FILTER,
    answer: async ({ respond }) =>
      withList(await respond(), (list, resources) => {
        const [first] = resources;
        return first === undefined ? list : withOneMore(list, resources, first);
      }),
  },
  {
    name: 'list-for-id',
    description: 'a list of one where one resource is due',
    concerns: CREATE_OR_READ_BY_ID,
    answer: async ({ respond }) => {
      const answer = await respond();
      if (answer.status >= 400 || answer.body === null) return answer;
      return { ...answer, body: listBody(1, 1, [answer.body]) };
    },
  },
  {
    name: 'one-for-list',
    description: 'the first resource in place of the list, {} where nothing is found',
    concerns: EVERY_LIST,
    answer: async ({ respond }) => withList(await respond(), (_list, [first = {}]) => first),
  },
  {
    name: 'no-resources',
    description: 'an empty list lacks Resources',
    concerns: EVERY_LIST,
    answer: async ({ respond }) =>
      withList(await respond(), ({ Resources: found, ...list }, resources) =>
        resources.length === 0 ? list : { ...list, Resources: found ?? [] },
      ),
  },
  {
    name: 'wrong-total',
    description: 'totalResults is the length of the page',
    concerns: EVERY_LIST,
    answer: async ({ respond }) =>
      withList(await respond(), (list, { length }) => ({ ...list, totalResults: length })),
  },
  {
    name: 'stale-read',
    description: 'reads answer what was there before the last write',
    concerns: EVERY_READ,
    argument: { sign: 'n', meaning: 'how many writes reads lag behind', absent: 1 },
    looksBack: true,
    answer: ({ respondEarlier }) => respondEarlier(),
  },
];
