import { didYouMean } from '@millwright/toolkit';
import { jsonPathOf, type OverlayAction } from '../bundling/fix-overlay.js';
import { isObject, type JsonObject, type Pointer } from '../document/json.js';
import { reachableComponents } from '../document/reachable.js';
import { walk } from '../document/shape.js';
import type { DocumentProblem } from './problems.js';

/** The types that a schema can have. `null` requires OpenAPI 3.1. */
const types = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

interface Mistake {
  readonly pointer: Pointer;
  readonly what: string;
  readonly remedy: string;
  readonly fix: readonly OverlayAction[];
}

/** Returns the values of the wrong type. Generators written in Go report them without a line. */
export function checkValues(document: JsonObject): DocumentProblem[] {
  return [...versionMistakes(document), ...schemaMistakes(document)].map((mistake) => ({
    code: 'OPENAPI_DOCUMENT_INVALID',
    what: `invalid value in the document: ${mistake.what}`,
    pointer: mistake.pointer,
    why: 'the OpenAPI specification does not allow this value',
    remedy: `${mistake.remedy}, in the document or in an overlay`,
    fix: mistake.fix,
  }));
}

function versionMistakes({ info }: JsonObject): Mistake[] {
  if (!isObject(info) || typeof info.version !== 'number') return [];
  const what = `info.version is the number ${info.version}`;
  // Not an action: 1.10 has become 1.1, and only a person knows the version.
  return [{ pointer: ['info', 'version'], what, remedy: 'put the version in quotation marks', fix: [] }];
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
      const place = [...pointer, 'required'];
      found.push({
        pointer: place,
        what: `required: ${String(node.required)} in a schema`,
        remedy: 'list the required properties in the schema that has them: required: [name]',
        fix: [{ target: jsonPathOf(document, place), remove: true }],
      });
    }
    if (typeof node.type === 'string' && !types.includes(node.type) && isNeeded(pointer)) {
      found.push({
        pointer: [...pointer, 'type'],
        what: `the type ${node.type}${didYouMean(node.type, types)}`,
        remedy: `use a JSON Schema type: ${types.join(', ')}`,
        fix: [],
      });
    }
  });
  return found;
}
