import { describe, expect, test } from 'vitest';
import { html } from '../../../../src/cli/report/html/escape.ts';
import { codeSpan, plainText } from '../../../../src/cli/report/shared/markdown.ts';

describe('a code span', () => {
  test.each([
    ['plain', '`plain`'],
    ['a|b', '`a\\|b`'],
    ['``a`', '``` ``a` ```'],
    ['two\r\nlines', '`two lines`'],
    ['a\u202eb', '`a\ufffdb`'],
    // A table ends the cell at a bar behind an escaped backslash: what follows would be markup.
    ['a\\|<img src=x>', '<code>a&#92;&#124;&#60;img src&#61;x&#62;</code>'],
    ['a\\\\|`b`', '<code>a&#92;&#92;&#124;&#96;b&#96;</code>'],
  ])('holds %j as text', (text, written) => {
    expect(codeSpan(text)).toBe(written);
  });
});

describe('plain words', () => {
  test.each([
    ['[x](http://y)', '\\[x\\](http&#58;//y)'],
    ['<b>&amp;', '&lt;b\\>&amp;amp;'],
    ['@team #1 www.x.org', '&#64;team \\#1 www&#46;x.org'],
    ['$x$ a|b \\', '\\$x\\$ a\\|b \\\\'],
    ['a\u001b[31m\nb', 'a \\[31m b'],
  ])('have no markup: %j', (text, written) => {
    expect(plainText(text)).toBe(written);
  });
});

test('HTML has no markup, neither between tags nor in attributes, and nothing that turns the text around', () => {
  expect(html(`"'<img onerror=x>&\u0000\u202e\n`)).toBe(
    '&quot;&#39;&lt;img onerror=x&gt;&amp;\ufffd\ufffd\n',
  );
});
