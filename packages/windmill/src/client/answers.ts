import { windmillError, type WindmillErrorCode } from '../errors.js';

/** What a call of the client resolves to. */
export interface Answer<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** An answer of the server that means an error of ours. */
export interface KnownAnswer {
  readonly text: RegExp;
  readonly code: WindmillErrorCode;
}

/** Texts that any handler may answer. Windmill answers errors as text with a prefix, and never with 409. */
const common: readonly KnownAnswer[] = [
  { text: /^Permission denied|^PermissionDenied|require admin/i, code: 'PERMISSION_DENIED' },
  { text: /violates check constraint "proper_id"/, code: 'PATH_INVALID' },
  { text: /workspace_id_fkey"/, code: 'WORKSPACE_NOT_FOUND' },
  // The column stays until the last migration has ended, which a server runs after it has begun to answer.
  { text: /null value in column "__job_kind"/, code: 'SERVER_MIGRATING' },
];

/**
 * Resolves to the data of a successful answer.
 * @param action what was tried, as in `create the script f/x/hello`
 * @throws the error of the first known answer that fits, otherwise SERVER_ANSWER_UNEXPECTED
 */
export async function unwrap<Data>(
  call: Promise<Answer<Data>>,
  action: string,
  known: readonly KnownAnswer[] = [],
): Promise<Data> {
  const { data, error, response } = await call;
  if (response.ok) return data as Data;
  throw answerError(response.status, answerText(error), action, known);
}

/** The text of an error's body, whose JSON the client has parsed if it was JSON. */
export function answerText(error: unknown): string {
  return typeof error === 'string' ? error : JSON.stringify(error ?? '');
}

/** The error of an unsuccessful answer. */
function answerError(
  status: number,
  text: string,
  action: string,
  known: readonly KnownAnswer[] = [],
): Error {
  const found = [...known, ...common].find((answer) => answer.text.test(text))?.code;
  const code =
    found ?? (status === 401 ? 'TOKEN_REJECTED' : status === 403 ? 'PERMISSION_DENIED' : undefined);
  return windmillError(code ?? 'SERVER_ANSWER_UNEXPECTED', {
    what: `could not ${action}`,
    why: `the server answered ${status}: ${text || '(nothing)'}`,
  });
}
