import { errorAnswer, ScimError } from '../http/scim-error.ts';
import { EVERY_CREATE, EVERY_DELETE, EVERY_RESOURCE, EVERY_WRITE, type FaultRule } from './fault.ts';

/** Faults whose answers hide that a write was done. */
export const WRITE_FAULTS: readonly FaultRule[] = [
  {
    name: '500-after-write',
    description: '500, although the write is done',
    concerns: EVERY_WRITE,
    answer: async ({ respond }) => {
      await respond();
      return errorAnswer(new ScimError(500, null, 'it failed after the write'));
    },
  },
  {
    name: 'reset-after-write',
    description: 'the write is done, then the connection is reset',
    concerns: EVERY_WRITE,
    answer: async ({ respond }) => ({ ...(await respond()), wire: { delivery: 'reset' } }),
  },
  {
    name: 'empty-200',
    description: '200 without a body; writes are done',
    concerns: EVERY_RESOURCE,
    answer: async ({ respond }) => {
      const { status, ...answer } = await respond();
      return status >= 400 ? { status, ...answer } : { status: 200, body: null, location: null };
    },
  },
  {
    name: 'no-location',
    description: '201 without Location and meta.location',
    concerns: EVERY_CREATE,
    answer: async ({ respond }) => {
      const answer = await respond();
      if (answer.status !== 201 || answer.body === null) return answer;
      const { meta: _, ...body } = answer.body;
      return { status: 201, body, location: null };
    },
  },
  {
    name: 'delete-404',
    description: '404, although the resource is deleted',
    concerns: EVERY_DELETE,
    answer: async ({ respond }) => {
      await respond();
      return errorAnswer(new ScimError(404, null, 'there is no such resource'));
    },
  },
  {
    name: 'delete-200',
    description: '200 with a body in place of 204',
    concerns: EVERY_DELETE,
    answer: async ({ request, respond }) => {
      const answer = await respond();
      if (answer.status !== 204) return answer;
      return { status: 200, body: { id: request.id, deleted: true }, location: null };
    },
  },
];
