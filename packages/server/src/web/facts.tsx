import type { ComponentChildren } from 'preact';

/** A fact in a list of facts, `dl.facts`. */
export function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What a form did, on the page after it. */
export function Notice({ text }: { readonly text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p class="notice" role="status">
      {text}
    </p>
  );
}

/** Why a form was not accepted. */
export function Problem({ text }: { readonly text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p class="problem" role="alert" id="problem">
      {text}
    </p>
  );
}
