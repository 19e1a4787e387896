import { define, type FunctionDefinition, ofText } from '../definition.ts';

const text = define('text');

/** The functions that write the bytes of text as text. */
export const ENCODING_FUNCTIONS: readonly FunctionDefinition[] = [
  text(
    'ConvertToBase64(source)',
    'The UTF-16 bytes of the source in base64.',
    ofText((source) => Buffer.from(source, 'utf16le').toString('base64')),
  ),
  text(
    'ConvertToUTF8Hex(source)',
    'The UTF-8 bytes of the source in hexadecimal.',
    ofText((source) => Buffer.from(source, 'utf8').toString('hex').toUpperCase()),
  ),
];
