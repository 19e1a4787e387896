import { verifyFile } from 'stream-json/file/verifier.js';
import { streamRegular } from '../../regular-file.ts';
import type { ImportSink } from './entries.ts';
import { type GraphPage, graphPage, isGraphKey } from './graph-page.ts';
import { inside, type Place, type Report } from './issues.ts';
import {
  ELEMENT_BYTES,
  ElementTooLarge,
  type JsonElement,
  jsonElements,
  NotJson,
  NotUtf8,
} from './json-elements.ts';
import { beginJsonPart, isJsonPart, readJsonElement } from './json-parts.ts';

/** Bytes read at once. */
const CHUNK_BYTES = 1024 * 1024;

/** Options of `readJsonFile`. */
interface JsonFileOptions {
  /** Null: detected by its shape. */
  readonly format: 'json' | 'graph' | null;
  /** The file to read; messages name its `source`. */
  readonly from: string;
  /** Receives the bytes read, now and then. */
  readonly onRead: (bytes: number) => void;
}

/** Reads a file in the json format, or a Graph page, streaming. */
export async function readJsonFile(
  source: string,
  options: JsonFileOptions,
  sink: ImportSink,
  report: Report,
): Promise<void> {
  const shape = shapeReader(source, options.format, sink, report);
  const elements = jsonElements(shape.read, shape.announce);
  try {
    for await (const chunk of streamRegular(options.from, CHUNK_BYTES)) {
      elements.push(chunk as Buffer);
      options.onRead((chunk as Buffer).length);
    }
    elements.end();
    shape.end();
  } catch (error) {
    if (error instanceof NotJson) await reportSyntax(source, options.from, report);
    else if (error instanceof NotUtf8) report({ source, line: error.line, path: '' }, NOT_UTF8);
    else if (error instanceof ElementTooLarge) report({ source, line: error.line, path: '' }, TOO_LARGE);
    else throw error;
  }
}

/** The issue of a file in another encoding. */
export const NOT_UTF8 = 'this is not UTF-8; save the file in that encoding';

const KEY_TWICE = 'a property is there twice, and only one value of it can hold; remove the other';

const TOO_LARGE = `this element is larger than ${ELEMENT_BYTES / 1024 / 1024} MiB; import the members of so large a group as CSV, with --as members`;

/** Reads elements in the given format, or in that of the first distinctive key. */
function shapeReader(
  source: string,
  asked: 'json' | 'graph' | null,
  sink: ImportSink,
  report: Report,
): { read(element: JsonElement): void; announce(key: string, line: number): void; end(): void } {
  let format = asked;
  const page: GraphPage = graphPage(source, sink, report);
  const keys = new Set<string>();
  const requireOnce = (key: string, line: number): void => {
    if (keys.has(key)) report({ source, line, path: key }, KEY_TWICE);
    else keys.add(key);
  };
  const tell = (key: string): void => {
    if (format === null && isJsonPart(key)) format = 'json';
    if (format === null && isGraphKey(key)) format = 'graph';
  };
  return {
    announce(key, line) {
      requireOnce(key, line);
      tell(key);
      if (format === 'graph') page.announce(key);
      else beginJsonPart(key, line, source, sink, report);
    },
    read(element) {
      if (element.index === null) requireOnce(element.key, element.line);
      tell(element.key);
      if (element.hasKeyTwice) {
        const place: Place = { source, line: element.line, path: element.key };
        report(element.index === null ? place : inside(place, element.index), KEY_TWICE);
      }
      if (format === 'graph') page.read(element);
      else readJsonElement(element, source, sink, report);
    },
    end() {
      if (format === 'graph') page.end();
    },
  };
}

/** Finds the exact position, which the fast reader does not know. */
async function reportSyntax(source: string, from: string, report: Report): Promise<void> {
  try {
    await verifyFile(from);
  } catch (error) {
    const { message, line, pos } = error as { message: string; line?: number; pos?: number };
    const place = { source, line: line ?? null, path: '', ...(pos === undefined ? {} : { column: pos }) };
    report(
      place,
      `this is not JSON: ${message.replace(/^ERROR at .*?: (Verifier cannot parse input: )?/, '')}`,
    );
    return;
  }
  report({ source, line: 1, path: '' }, 'expected a JSON object or list');
}
