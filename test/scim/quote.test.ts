import { describe, expect, it } from 'vitest';
import type { ScimAnswer } from '../../src/model/scim.ts';
import { quoteDetail } from '../../src/scim/quote.ts';

/** What is quoted of an answer that says it is HTML. */
const quoted = (text: string): string | null =>
  quoteDetail({ contentType: 'text/html', text, body: undefined } as ScimAnswer);

const LENGTH = 1024 * 1024;
const again = (part: string): string => part.repeat(LENGTH / part.length);

describe('an answer in HTML', () => {
  it.each([
    ['a text', 'no &lt;user&gt; <b>here</b>', '"no <user> here"'],
    ['a page', '<!-- x --><html><pre class="e">Error: <i>no</i></pre> end', '"Error: no"'],
    ['a page that says nothing', '<html><p>Welcome', null],
  ])('is quoted: %s', (_, text, shown) => {
    expect(quoted(text)).toBe(shown);
  });

  it.each([
    ['comments', again('<!--')],
    ['tags', again('<')],
    ['preformatted text', `<html>${again('<pre')}`],
    ['declarations', again('<?xml ')],
  ])('is read in one pass where %s begin again and again, and never end', (_, text) => {
    expect((quoted(text) ?? '').length).toBeLessThan(400);
  });
});
