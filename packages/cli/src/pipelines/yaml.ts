import { Document, isMap, isScalar, type Pair } from 'yaml';

const written = 'Written by `nx generate @millwright/cli:ci-workflow`. To write it again, add --overwrite.';

/**
 * Returns a configuration as YAML: texts with several lines as blocks, an empty line before each part of the first level,
 * and one before each job.
 * @param notes lines for the reader, at the beginning
 * @param jobsKey the key of the first level whose entries are jobs
 */
export function yamlOf(content: object, notes: readonly string[], jobsKey?: string): string {
  const document = new Document(content, { aliasDuplicateObjects: false });
  document.commentBefore = [written, ...notes].map((line) => ` ${line}`).join('\n');
  const parts = isMap(document.contents) ? document.contents.items : [];
  for (const [index, part] of parts.entries()) {
    if (index > 0) setApart(part);
    if (isScalar(part.key) && part.key.value === jobsKey && isMap(part.value))
      for (const job of part.value.items.slice(1)) setApart(job);
  }
  return document.toString({ lineWidth: 0 });
}

function setApart({ key }: Pair): void {
  if (isScalar(key)) key.spaceBefore = true;
}
