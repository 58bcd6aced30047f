import { bashSignature } from './bash-signature.js';
import { pythonSignature } from './python-signature.js';
import type { Signature } from './type-text.js';
import { typescriptSignature } from './typescript-signature.js';

const readers: Readonly<Record<string, (code: string) => Signature | undefined>> = {
  bun: typescriptSignature,
  deno: typescriptSignature,
  nativets: typescriptSignature,
  python3: pythonSignature,
  bash: bashSignature,
};

/** Tells whether the signatures of a language are read from code. */
export function hasSignatures(language: string): boolean {
  return Object.hasOwn(readers, language);
}

/**
 * Reads what a script takes and returns from its code.
 * @param language Windmill's name
 * @returns undefined if the language's signatures are not read, or the code has no `main`
 */
export function signatureOf(language: string, code: string): Signature | undefined {
  return hasSignatures(language) ? readers[language]?.(code) : undefined;
}
