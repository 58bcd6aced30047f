import { formatCount } from '@millwright/toolkit/core';
import type { Revocation, Revoked } from '../../cache/entries.js';
import { FormKey } from '../forms.js';
import { Table } from '../table.js';
import type { Visitor } from '../visitor.js';

interface RevocationProps {
  readonly workspace: string;
  readonly which: Revocation;
  /** What would be revoked. */
  readonly revoked: Revoked;
  readonly visitor: Visitor;
}

const words = { hash: 'the hash', run: 'the CI run', trustClass: 'the class' } as const;

/** Shows what would be revoked before it is. */
export function RevocationPage({ workspace, which, revoked, visitor }: RevocationProps) {
  const fields = (['hash', 'run', 'trustClass'] as const).flatMap((name) => {
    const value = which[name];
    return value === undefined ? [] : [{ name, value }];
  });
  const isNothing = revoked.revoked === 0 && revoked.tokens === 0;
  return (
    <>
      <p class="up">
        <a href="/entries">Entries</a>
      </p>
      <h1>Revoke entries</h1>
      <section class="card">
        <p>
          Entries of the workspace <b>{workspace}</b> with{' '}
          {fields.map(({ name, value }, at) => (
            <>
              {at === 0 ? '' : ' and '}
              {words[name]} <code>{value}</code>
            </>
          ))}
          {isNothing
            ? ': no entry matches. Nothing would be revoked.'
            : '. They are not served again, and the next build writes them anew. This cannot be undone.'}
        </p>
        {revoked.classes.length === 0 ? undefined : (
          <Table
            id="revoked"
            caption="What would be revoked"
            columns={[{ name: 'Class' }, { name: 'Entries', isNumber: true }]}
            rows={revoked.classes.map(({ trustClass, entries }) => [trustClass, entries])}
          />
        )}
        {revoked.tokens === 0 ? undefined : (
          <p>
            {formatCount(revoked.tokens, 'token')} of the run, with which it could write again, would be
            revoked too.
          </p>
        )}
        {isNothing ? undefined : (
          <form method="post" action="/revocations">
            <FormKey visitor={visitor} />
            <input type="hidden" name="workspace" value={workspace} />
            {fields.map(({ name, value }) => (
              <input type="hidden" name={name} value={value} />
            ))}
            <button type="submit" class="danger">
              Revoke
            </button>{' '}
            <a href="/entries">Cancel</a>
          </form>
        )}
      </section>
    </>
  );
}
