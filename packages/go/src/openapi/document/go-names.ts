/** The characters after which oapi-codegen starts a new word. */
const separators = new Set('-#@!$&=.+:;_~ (){}[]');

/** oapi-codegen's names for leading signs. */
const signs: Readonly<Record<string, string>> = {
  '-': 'Minus',
  '+': 'Plus',
  '&': 'And',
  '|': 'Or',
  '~': 'Tilde',
  '=': 'Equal',
  '>': 'GreaterThan',
  '<': 'LessThan',
  '#': 'Hash',
  '.': 'Dot',
  '*': 'Asterisk',
  '^': 'Caret',
  '%': 'Percent',
  _: 'Underscore',
};

/**
 * Converts a name to the Go name that oapi-codegen generates (its default normalizer): words are joined in
 * camel case, and anything but letters and digits is removed. Empty if nothing remains.
 */
export function goName(name: string): string {
  let result = '';
  let capital = true;
  for (const character of name.trim()) {
    if (/\p{Lu}|\p{Nd}/u.test(character)) result += character;
    else if (/\p{Ll}/u.test(character)) result += capital ? character.toUpperCase() : character;
    capital = separators.has(character);
  }
  let prefix = '';
  for (const character of name) {
    const sign = signs[character];
    if (sign === undefined) break;
    prefix += sign;
  }
  return prefix === '' && /^\p{Nd}/u.test(result) ? `N${result}` : prefix + result;
}

/** Returns a name in lower case without separators, to compare names of different generators. */
export function bareName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{Nd}]/gu, '');
}

/** Go's keywords, which are not allowed as package names. */
const keywords = new Set(
  `break case chan const continue default defer else fallthrough for func go goto if import interface map package
   range return select struct switch type var`.split(/\s+/),
);

export function isPackageName(name: string): boolean {
  return /^[a-z_][a-z0-9_]*$/.test(name) && name !== '_' && !keywords.has(name);
}

/** Derives a package name: `windmill-client` becomes `windmill_client`. */
export function packageNameOf(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  if (plain === '') return 'client';
  return /^\d/.test(plain) || keywords.has(plain) ? `client_${plain}` : plain;
}
