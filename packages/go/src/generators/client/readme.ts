import { dirname } from 'node:path';
import { nxRun } from '@millwright/toolkit';

interface ReadmeFacts {
  readonly name: string;
  readonly module: string;
  readonly package: string;
  readonly output: string;
  readonly spec: string;
}

/** Returns the text of the project's README. */
export function readme({ name, module, package: packageName, output, spec }: ReadmeFacts): string {
  const folder = output.endsWith('.go') ? dirname(output) : output;
  const path = folder === '.' ? module : `${module}/${folder}`;
  return `# ${name}

A Go client, generated from \`${spec}\`.

\`\`\`
npx ${nxRun(`${name}:generate`)}
\`\`\`

writes \`${output}\`, which git ignores; with \`--tidy\` it also updates go.mod and go.sum. To use the client:

\`\`\`go
import ${packageName} "${path}"
\`\`\`
`;
}
