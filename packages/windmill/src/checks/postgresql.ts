import { parse, SqlError } from 'libpg-query';
import { type CodeProblem, positionOf } from './types.js';

/** Checks the syntax of SQL with PostgreSQL's own parser. */
export async function checkPostgresql(code: string): Promise<CodeProblem[]> {
  // Windmill replaces `%%name%%` with an identifier before it sends the query.
  const query = code.replaceAll(/%%\w+%%/g, (name) => '_'.repeat(name.length));
  if (query.replaceAll(/--.*$/gm, '').trim() === '') return [];
  try {
    await parse(query);
    return [];
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const offset = characterOffset(query, error.sqlDetails?.cursorPosition ?? 0);
    return [{ ...positionOf(code, offset), message: error.message }];
  }
}

/** PostgreSQL counts code points, JavaScript UTF-16 units. */
function characterOffset(text: string, codePoints: number): number {
  return Array.from(text).slice(0, codePoints).join('').length;
}
