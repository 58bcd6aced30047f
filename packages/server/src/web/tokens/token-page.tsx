import type { TokenRecord } from '../../identity/tokens.js';
import { Fact } from '../facts.js';
import { Time } from '../format.js';
import { FormKey } from '../forms.js';
import type { Visitor } from '../visitor.js';
import { stateOf } from './token-state.js';

interface TokenProps {
  readonly token: TokenRecord;
  readonly visitor: Visitor;
  /** Whether the visitor logged in with it. */
  readonly isOwn: boolean;
  readonly now: Date;
}

/** A token, without its value, and its revocation. */
export function TokenPage({ token, visitor, isOwn, now }: TokenProps) {
  const state = stateOf(token, now);
  const timeOr = (time: Date | null, text: string) => (time === null ? text : <Time time={time} />);
  return (
    <>
      <p class="up">
        <a href="/tokens">Tokens</a>
      </p>
      <h1>
        {token.name} <strong class={state === 'usable' ? 'tag good' : 'tag'}>{state}</strong>
      </h1>
      <section class="card">
        <dl class="facts">
          <Fact name="Workspace">{token.workspace === '*' ? 'all' : token.workspace}</Fact>
          <Fact name="Class">{token.trustClass}</Fact>
          <Fact name="Scopes">{token.scopes.join(', ')}</Fact>
          <Fact name="Created">{timeOr(token.createdAt, '')}</Fact>
          <Fact name="Expires">{timeOr(token.expiresAt, 'never')}</Fact>
          <Fact name="Last used">{timeOr(token.lastUsedAt, 'never')}</Fact>
          {token.revokedAt === null ? undefined : <Fact name="Revoked">{timeOr(token.revokedAt, '')}</Fact>}
          <Fact name="ID">
            <code>{token.id}</code>
          </Fact>
        </dl>
        {state === 'usable' ? (
          <form method="post" action={`/tokens/${encodeURIComponent(token.id)}/revoke`}>
            <FormKey visitor={visitor} />
            <p>
              Requests with the token are refused at once. What it wrote stays.
              {isOwn ? ' You logged in with this token, so this ends your session too.' : ''}
            </p>
            <button type="submit" class="danger">
              Revoke the token
            </button>
          </form>
        ) : undefined}
      </section>
    </>
  );
}

/** Shows a new token, once. */
export function CreatedPage({ token }: { readonly token: string | undefined }) {
  return (
    <>
      <p class="up">
        <a href="/tokens">Tokens</a>
      </p>
      <h1>New token</h1>
      {token === undefined ? (
        <p>
          A new token is shown once, after it was created. If you did not copy it, revoke it and create
          another.
        </p>
      ) : (
        <section class="card">
          <p>Copy the token now. It is not shown again.</p>
          <code class="secret">{token}</code>
        </section>
      )}
    </>
  );
}
