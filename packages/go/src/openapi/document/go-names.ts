/** The characters at which oapi-codegen begins a new word. */
const separators = new Set('-#@!$&=.+:;_~ (){}[]');

/** What oapi-codegen calls a sign that a name begins with. */
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
 * The Go name that oapi-codegen makes of a name of a document (its default normalizer): words joined with capitals,
 * what neither is a letter nor a digit left out. Empty where nothing remains.
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

/** What remains of a name whatever a generator's way with capitals and separators. */
export function bareName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{Nd}]/gu, '');
}

/** Go's own words, which no package may be called by. */
const keywords = new Set(
  `break case chan const continue default defer else fallthrough for func go goto if import interface map package
   range return select struct switch type var`.split(/\s+/),
);

export function isPackageName(name: string): boolean {
  return /^[a-z_][a-z0-9_]*$/.test(name) && name !== '_' && !keywords.has(name);
}

/** A package name made of any other name: `windmill-client` gives `windmill_client`. */
export function packageNameOf(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  if (plain === '') return 'client';
  return /^\d/.test(plain) || keywords.has(plain) ? `client_${plain}` : plain;
}
