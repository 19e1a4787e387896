import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { terminalJson, terminalText, visible, visibleLines } from '../../src/io/terminal-text.ts';

const HARMFUL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

describe('text from outside', () => {
  test.each([
    ['an escape sequence', 'a\u001b[2Jb', 'a\ufffd[2Jb'],
    ['a C1 sequence', 'a\u009b31mb', 'a\ufffd31mb'],
    ['a hyperlink', '\u001b]8;;http://x\u0007y', '\ufffd]8;;http://x\ufffdy'],
    ['a line end', 'a\r\nb', 'a\ufffd\ufffdb'],
    ['a tab', 'a\tb', 'a\ufffdb'],
    ['a text that runs the other way', 'a\u202egpj.exe', 'a\ufffdgpj.exe'],
    ['an isolate', '\u2066a\u2069', '\ufffda\ufffd'],
    ['a character without width', 'ad\u200bmin', 'ad\ufffdmin'],
    ['tags', 'a\u{e0041}b', 'a\ufffdb'],
    ['a filler', 'a\u3164b\u034fc\u180ed', 'a\ufffdb\ufffdc\ufffdd'],
    ['the variants of characters', '\u2764\ufe0f \u845b\u{e0100}', '\u2764\ufe0f \u845b\u{e0100}'],
    ['half a character', 'a\ud800b', 'a\ufffdb'],
    ['the joiners of names and emoji', 'می\u200cخواهم 👩\u200d🚀', 'می\u200cخواهم 👩\u200d🚀'],
    ['accents and other scripts', 'Zoë Ωμέγα 山田', 'Zoë Ωμέγα 山田'],
  ])('shows %s', (_, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('may keep its line ends', () => {
    expect(visibleLines('a\nb\rc')).toBe('a\nb\ufffdc');
  });
});

describe('what goes to a terminal', () => {
  it('keeps the colours of the program, and no other sequence', () => {
    const text = '\u001b[31mred\u001b[39m \u001b[2J \u001b]0;title\u0007';
    expect(terminalText(text, true)).toBe('\u001b[31mred\u001b[39m \ufffd[2J \ufffd]0;title\ufffd');
  });

  it('has no sequence at all without colours', () => {
    expect(terminalText('\u001b[31mred', false)).toBe('\ufffd[31mred');
  });

  it('is harmless whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(text)).not.toMatch(HARMFUL);
        expect(terminalText(text, false).replaceAll('\t', '')).not.toMatch(HARMFUL);
      }),
    );
  });
});

describe('JSON', () => {
  it('is harmless on a terminal and says the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const json = terminalJson(JSON.stringify(value));
        expect(json).not.toMatch(HARMFUL);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
