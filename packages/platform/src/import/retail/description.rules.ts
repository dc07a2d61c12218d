/** Words of the warehouse that stand in the place of a name now and then. */
const remarkWords = /damag|\blost\b|\berror\b|^missing$|^mia$/i;

/**
 * Whether a description is a remark ("damages", "sold as 22467", "?lost") rather than a name. The shop writes names in
 * capitals, or with a capital at two words at least.
 */
export function isRemark(text: string): boolean {
  if (text === '' || text.includes('?') || remarkWords.test(text)) return true;
  const capitalised = text.match(/(?<!\S)\W*[A-Z]/g)?.length ?? 0;
  return text !== text.toUpperCase() && capitalised < 2;
}

const smallWords = new Set([
  'a',
  'and',
  'at',
  'by',
  'for',
  'from',
  'in',
  'of',
  'on',
  'or',
  'the',
  'to',
  'w',
  'with',
]);
const acronyms = new Set(['led', 'tv', 'uk', 'usb']);

/**
 * A name as people write it: `  SET OF 6  T-LIGHTS,SANTA ` becomes `Set of 6 T-Lights, Santa`.
 * A text of other signs only stays as it is.
 */
export function tidyName(text: string): string {
  const spaced = text
    .replace(/\s+/g, ' ')
    .replace(/ ?,(?!\d) ?/g, ', ')
    .replace(/^[\s*]+|[\s,.]+$/g, '');
  const words = spaced.toLowerCase().split(' ');
  return (
    words.map((word, i) => (i > 0 && smallWords.has(word) ? word : capitalise(word))).join(' ') || text.trim()
  );
}

/** Words with a number in front (`40x40cm`, `3.5g`) are measures and stay small. */
function capitalise(word: string): string {
  if (acronyms.has(word)) return word.toUpperCase();
  return word.replace(/(^|[^\p{L}\p{N}'.])\p{L}/gu, (letter) => letter.toUpperCase());
}

/** The readable name in a product's URL; the stock code makes it unique. */
export const slugOf = (name: string, sku: string): string =>
  `${name}-${sku}`
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
