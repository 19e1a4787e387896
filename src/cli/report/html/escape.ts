import { visibleLines } from '../../../app/rendering.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Writes text so that none of it is markup, between tags and in quoted attributes alike; characters that HTML has no
 * place for are marked.
 */
export function html(text: string): string {
  return visibleLines(text, '\t\n\r').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
