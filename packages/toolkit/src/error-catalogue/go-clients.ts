import type { CatalogueEntry } from './catalogue-entry.js';

/** What goes wrong where Go clients are generated: `go-openapi-generate` of `@millwright/go`. */
export const goClients = {
  OPENAPI_DOCUMENT_INVALID: {
    meaning: 'A file is empty, is no YAML or JSON, or is no OpenAPI 3.0 or 3.1 document.',
    remedy: 'Mend the file at the line that the message names.',
  },
  OPENAPI_REF_MISSING: {
    meaning: 'A $ref leads to a file or a place that does not exist, or to the network.',
    remedy: 'Correct the $ref, or add what it leads to.',
  },
  OPENAPI_REF_RENAMED: {
    meaning: 'Two files define different components of one name, so that one would need another name.',
    remedy: "Rename one of them, or set the option renames to 'report'.",
  },
  OPENAPI_SCHEMA_CYCLE: {
    meaning: 'A schema holds itself of necessity, so that no value can be of it.',
    remedy: 'Break the cycle: with a property that is not required, a list, or nullable.',
  },
  OPENAPI_NAME_COLLISION: {
    meaning: 'Two operations or two schemas have names that become the same name in Go.',
    remedy: 'Rename one of them, in the document or by an overlay.',
  },
  OPENAPI_OPERATION_ID_INVALID: {
    meaning: 'An operationId holds nothing that the name of a Go method can be made of.',
    remedy: 'Correct the operationId, in the document or by an overlay.',
  },
  OPENAPI_UNSUPPORTED: {
    meaning: 'A document has something of OpenAPI that the chosen generator makes no code of.',
    remedy: 'Write it otherwise, in the document or by an overlay, or choose another generator.',
  },
  OVERLAY_INVALID: {
    meaning: 'A file is no OpenAPI Overlay 1.0 document, or one of its actions cannot be applied.',
    remedy: 'Mend the overlay at the line that the message names.',
  },
  OVERLAY_UNMATCHED: {
    meaning: 'An action of an overlay selects nothing, so that it has no effect.',
    remedy: 'Correct the target of the action, or remove the action.',
  },
  GENERATOR_UNAVAILABLE: {
    meaning: 'A code generator cannot be installed, or is not on PATH.',
    remedy: 'See that the machine reaches the Go module proxy (GOPROXY), and that the version exists.',
  },
  GENERATOR_FAILED: {
    meaning: 'A code generator, or a script in its place, ended with an error.',
    remedy: 'Read what it says; run again with --verbose to see all of it.',
  },
  GENERATOR_OUTPUT_MISSING: {
    meaning: 'A code generator, or a script in its place, ended well but wrote no Go file, or an empty one.',
    remedy: 'See where it writes, and that the option output names that place.',
  },
  GENERATED_OPERATION_MISSING: {
    meaning: 'A generated client has no method for an operation of the document.',
    remedy: "See the generator's configuration and what it says of the operation.",
  },
  GENERATED_CODE_INVALID: {
    meaning: 'Generated code does not format, build or vet; what stood there before is unharmed.',
    remedy: 'Change the operation or schema that the message names, in the document or by an overlay.',
  },
} satisfies Record<string, CatalogueEntry>;
