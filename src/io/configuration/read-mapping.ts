import { z } from 'zod';
import { ConfigurationError } from '../../model/errors.ts';
import type { JsonObject } from '../../model/json.ts';
import { documentationIn } from './json-schema.ts';
import { byPlace, locateDocument } from './located-document.ts';
import { readText } from './read-text.ts';
import { shapeFindings } from './shape-findings.ts';
import { CSV_MAPPING, type WrittenMapping } from './shapes/csv-mapping.ts';

/**
 * Reads a mapping file, YAML or JSON: how a CSV file is read.
 * @throws {ConfigurationError} with every issue, its position and its remedy
 */
export function readMapping(file: string): WrittenMapping {
  const document = locateDocument(readText(file), file);
  if (document.syntaxIssues.length > 0) throw new ConfigurationError(document.syntaxIssues);
  const parsed = CSV_MAPPING.safeParse(document.value ?? {});
  if (parsed.success) return parsed.data;
  const schema = z.toJSONSchema(CSV_MAPPING, { io: 'input' }) as JsonObject;
  const findings = shapeFindings(
    parsed.error.issues,
    document.value,
    (path) => documentationIn(schema, path),
    'everywhere',
  );
  throw new ConfigurationError(findings.map(document.locate).sort(byPlace));
}
