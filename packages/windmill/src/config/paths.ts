import { windmillError } from '../errors.js';

/** What Windmill's database accepts as the path of a script, flow or variable (constraint `proper_id`). */
const valid = /^[ufg](?:\/[\w-]+){2,}$/;

/** Tells whether a text is a path that Windmill stores. */
export function isPath(path: string): boolean {
  return valid.test(path) && path.length <= 255;
}

/** @throws PATH_INVALID with a path that would be accepted */
export function checkPath(path: string): void {
  if (isPath(path)) return;
  throw windmillError('PATH_INVALID', {
    what: `the path \`${path}\` is not valid in Windmill`,
    why:
      path.length > 255
        ? 'it is longer than 255 characters'
        : 'paths have the form `f/<folder>/<name>`, with letters, digits, `_` and `-`',
    remedy: `use a path such as \`${suggestPath(path)}\``,
  });
}

/** A valid path close to the one given: `my-script.py` becomes `f/<folder>/my-script`, and spaces `_`. */
function suggestPath(path: string): string {
  const words = path
    .replace(/\.\w{1,4}$/, '')
    .split('/')
    .map((word) => word.replaceAll(/[^\w-]+/g, '_'))
    .filter((word) => word !== '');
  if (['u', 'f', 'g'].includes(words[0] ?? '') && words.length > 2) return words.join('/').slice(0, 255);
  const name = words.at(-1) ?? 'my_script';
  const folder = words.filter((word) => !['u', 'f', 'g'].includes(word)).at(-2) ?? '<folder>';
  return `f/${folder}/${name}`.slice(0, 255);
}
