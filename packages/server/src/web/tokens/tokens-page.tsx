import { scopes, type TokenRecord } from '../../identity/tokens.js';
import { Select, WorkspaceSelect } from '../choices.js';
import { Notice, Problem } from '../facts.js';
import { Time } from '../format.js';
import { fieldOf, fieldsOf, FormKey, type FormFields } from '../forms.js';
import { Table } from '../table.js';
import type { Visitor } from '../visitor.js';
import { stateOf } from './token-state.js';

interface TokensProps {
  readonly tokens: readonly TokenRecord[];
  /** Whether there are more. */
  readonly isCut: boolean;
  readonly workspace: string | undefined;
  readonly workspaces: readonly string[];
  readonly text: string | undefined;
  readonly isUsable: boolean;
  readonly notice: string | undefined;
  readonly visitor: Visitor;
  /** The form that was not accepted. */
  readonly failed: { readonly problem: string; readonly form: FormFields } | undefined;
  readonly now: Date;
}

export function TokensPage(props: TokensProps) {
  const { tokens, isCut, workspace, workspaces, text, isUsable, notice, visitor, failed, now } = props;
  return (
    <>
      <h1>Tokens</h1>
      <Notice text={notice} />
      <CreateForm {...{ visitor, failed, workspaces }} />
      <form method="get" action="/tokens" class="filters">
        <WorkspaceSelect {...{ workspaces, workspace }} />
        <Select
          label="State"
          name="state"
          value={isUsable ? 'usable' : 'all'}
          options={[
            { value: 'usable', name: 'usable' },
            { value: 'all', name: 'all' },
          ]}
        />
        <label class="wide">
          Name, class or CI run
          <input type="search" name="search" value={text} spellcheck={false} />
        </label>
        <button type="submit">Show</button>
      </form>
      <section class="card">
        {tokens.length === 0 ? (
          <p>No tokens match.</p>
        ) : (
          <Table
            id="tokens"
            caption="The newest first"
            columns={[
              { name: 'Name', isText: true },
              { name: 'Workspace' },
              { name: 'Class', isText: true },
              { name: 'Scopes' },
              { name: 'Created' },
              { name: 'Expires' },
              { name: 'Last used' },
            ]}
            rows={tokens.map((token) => {
              const state = stateOf(token, now);
              return [
                <>
                  <a href={`/tokens/${encodeURIComponent(token.id)}`}>{token.name}</a>{' '}
                  {state === 'usable' ? undefined : <strong class="tag">{state}</strong>}
                </>,
                token.workspace === '*' ? 'all' : token.workspace,
                token.trustClass,
                token.scopes.join(', '),
                <Time time={token.createdAt} />,
                token.expiresAt === null ? 'never' : <Time time={token.expiresAt} />,
                token.lastUsedAt === null ? 'never' : <Time time={token.lastUsedAt} />,
              ];
            })}
          />
        )}
        {isCut ? <p>There are more. Search for one by its name, class or CI run.</p> : undefined}
      </section>
    </>
  );
}

function CreateForm({ visitor, failed, workspaces }: Pick<TokensProps, 'visitor' | 'failed' | 'workspaces'>) {
  const form = failed?.form ?? { scopes: ['cache:read', 'cache:write'] };
  const chosen = fieldsOf(form, 'scopes');
  const describedBy = failed === undefined ? undefined : 'problem';
  return (
    <details class="card" open={failed !== undefined}>
      <summary>Create a token</summary>
      <form method="post" action="/tokens">
        <Problem text={failed?.problem} />
        <FormKey visitor={visitor} />
        <div class="fields">
          <label>
            Name
            <input
              name="name"
              required
              maxlength={200}
              value={fieldOf(form, 'name')}
              aria-describedby={describedBy}
            />
          </label>
          <label>
            Workspace
            <input
              name="workspace"
              required
              maxlength={200}
              list="workspaces"
              spellcheck={false}
              value={fieldOf(form, 'workspace')}
              aria-describedby={describedBy}
            />
          </label>
          <datalist id="workspaces">
            {workspaces.map((name) => (
              <option value={name} />
            ))}
          </datalist>
          <label>
            Class, such as dev:ada
            <input
              name="trustClass"
              required
              maxlength={255}
              spellcheck={false}
              value={fieldOf(form, 'trustClass')}
              aria-describedby={describedBy}
            />
          </label>
          <label>
            Valid for days (empty: without end)
            <input name="days" type="number" min={1} max={3650} step="any" value={fieldOf(form, 'days')} />
          </label>
          <fieldset>
            <legend>Scopes</legend>
            {scopes.map((scope) => (
              <label>
                <input type="checkbox" name="scopes" value={scope} checked={chosen.includes(scope)} />
                {scope}
              </label>
            ))}
          </fieldset>
        </div>
        <button type="submit" class="primary">
          Create
        </button>
      </form>
    </details>
  );
}
