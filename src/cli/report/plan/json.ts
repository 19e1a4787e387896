import type { PlanItem, PlanOutput } from '../../../app/plan/output.ts';
import type { IsHidden } from '../../../io/har/hide.ts';
import type { JsonObject } from '../../../model/json.ts';
import { withoutSecrets } from '../provision/exchange.ts';
import { changeDocument, endDocument, otherDocument } from './document.ts';

/** The plan as one JSON document, printed once it is whole. */
export function jsonOutput(print: (document: JsonObject) => void, isHidden: IsHidden): PlanOutput {
  const found: Record<TypedItem['type'], JsonObject[]> = { change: [], skipped: [], failed: [] };
  let head: JsonObject = {};
  return {
    begin: ({ job, start }) => {
      const watermark = start.since === null ? null : String(start.since);
      head = { job, cycle: { kind: start.kind, watermark } };
    },
    page: ({ items }) => {
      for (const { type, document } of items.map((item) => typedItem(item, isHidden)))
        found[type].push(document);
    },
    end: (end) => {
      const { change: changes, skipped, failed } = found;
      print({ ...head, changes, skipped, failed, ...endDocument(end) });
    },
    abandon: () => undefined,
  };
}

/** The plan as one JSON document a line, each printed as soon as it is known. */
export function ndjsonOutput(print: (document: JsonObject) => void, isHidden: IsHidden): PlanOutput {
  const printLine = (type: string, document: JsonObject): void => print({ type, ...document });
  return {
    begin: ({ job, start }) =>
      printLine('cycle', {
        job,
        kind: start.kind,
        watermark: start.since === null ? null : String(start.since),
      }),
    page: ({ phase, items }) => {
      for (const item of items) {
        const { type, document } = typedItem(item, isHidden);
        printLine(type, { phase, ...document });
      }
    },
    end: (end) => {
      const { warnings, summary, estimate } = endDocument(end);
      for (const message of warnings) printLine('warning', { message });
      printLine('summary', { ...summary, estimate });
    },
    abandon: () => undefined,
  };
}

interface TypedItem {
  readonly type: 'change' | 'skipped' | 'failed';
  readonly document: JsonObject;
}

function typedItem({ planned, requests }: PlanItem, isHidden: IsHidden): TypedItem {
  if (planned.kind === 'change')
    return {
      type: 'change',
      document: changeDocument(
        planned.change,
        requests.map((request) => withoutSecrets(request, isHidden)),
      ),
    };
  return { type: planned.kind === 'skip' ? 'skipped' : 'failed', document: otherDocument(planned) };
}
