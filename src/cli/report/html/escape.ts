import { visible } from '../../../io/terminal-text.ts';

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
export const html = (text: string): string =>
  text
    .split(/([\t\n\r])/)
    .map((part, index) => (index % 2 === 0 ? visible(part) : part))
    .join('')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
