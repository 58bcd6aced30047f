import { didYouMean } from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { isObject, type JsonObject, type Pointer } from '../document/json.js';
import type { Origins } from '../document/origins.js';
import { reachableComponents } from '../document/reachable.js';
import { walk } from '../document/shape.js';

/** The types that a schema can have. `null` requires OpenAPI 3.1. */
const types = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

interface Mistake {
  readonly pointer: Pointer;
  readonly what: string;
  readonly remedy: string;
}

/**
 * Rejects values of the wrong type. Generators written in Go report them without a line.
 * @throws MillwrightError OPENAPI_DOCUMENT_INVALID with all of them
 */
export function checkValues(document: JsonObject, origins: Origins): void {
  const mistakes = [...versionMistakes(document), ...schemaMistakes(document)];
  const [first, ...others] = mistakes;
  if (first === undefined) return;
  throw goError('OPENAPI_DOCUMENT_INVALID', {
    what: `the document has ${first.what}`,
    location: origins.locationOf(first.pointer),
    why: [
      'the OpenAPI specification does not allow this value',
      ...others.map(({ pointer, what }) => `${origins.of(pointer)}: the document has ${what}`),
    ].join('\n'),
    remedy: `${[...new Set(mistakes.map(({ remedy }) => remedy))].join('; ')}; in the document or in an overlay`,
  });
}

function versionMistakes({ info }: JsonObject): Mistake[] {
  if (!isObject(info) || typeof info.version !== 'number') return [];
  const what = `a number for info.version, ${info.version}`;
  return [{ pointer: ['info', 'version'], what, remedy: 'put the version in quotation marks' }];
}

function schemaMistakes(document: JsonObject): Mistake[] {
  const found: Mistake[] = [];
  // Generators ignore unused components, but parse the whole document.
  const reachable = reachableComponents(document);
  const isNeeded = ([first, section = '', name = '']: Pointer) =>
    first !== 'components' || reachable.has(`${section}/${name}`);
  walk(document, 'document', (node, kind, pointer) => {
    if (kind !== 'schema') return;
    if (typeof node.required === 'boolean') {
      found.push({
        pointer: [...pointer, 'required'],
        what: `required: ${String(node.required)} in a schema`,
        remedy: 'list the required properties in the schema that has them: required: [name]',
      });
    }
    if (typeof node.type === 'string' && !types.includes(node.type) && isNeeded(pointer)) {
      found.push({
        pointer: [...pointer, 'type'],
        what: `the type ${node.type}${didYouMean(node.type, types)}`,
        remedy: `use a JSON Schema type: ${types.join(', ')}`,
      });
    }
  });
  return found;
}
