import type { FastifyReply } from 'fastify';
import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Refusal } from '../http/authorize.js';
import { Layout } from './layout.js';
import type { Visitor } from './visitor.js';

/** A page to send. */
export interface Page {
  readonly status?: number;
  readonly title: string;
  /** Undefined for somebody who did not log in. */
  readonly visitor?: Visitor | undefined;
  /** The path in the navigation that the page belongs to. */
  readonly section?: string;
  readonly content: ComponentChildren;
}

/** Sends a page. The text of all values is escaped. */
export async function sendPage(reply: FastifyReply, { status = 200, ...page }: Page): Promise<void> {
  const { title, visitor, section, content } = page;
  const document = renderToString(
    <Layout title={title} visitor={visitor} section={section}>
      {content}
    </Layout>,
  );
  await reply.code(status).type('text/html; charset=utf-8').send(`<!doctype html>${document}`);
}

/** Goes to another page after a form, so that a reload does not send the form again. */
export async function sendTo(reply: FastifyReply, path: string): Promise<void> {
  await reply.redirect(path, 303);
}

const meanings: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  403: 'Not allowed',
  404: 'Not found',
  413: 'The form is too large',
  415: 'The request is not valid',
};

/** Returns the page for a request that failed. Of errors of the server, it shows no details. */
export function errorPage(status: number, message?: string, visitor?: Visitor): Page {
  const title =
    meanings[status] ?? (status < 500 ? 'The request is not valid' : 'The server cannot answer now');
  return {
    status,
    title,
    visitor,
    content: (
      <>
        <h1>{title}</h1>
        <p>{message ?? 'The log of the server says why.'}</p>
        <p>
          <a href="/">Go to the overview</a>
        </p>
      </>
    ),
  };
}

/** Returns the page for a request that is refused. */
export function refusalPage(refusal: Refusal, visitor?: Visitor): Page {
  return errorPage(403, `${sentence(refusal.message)} ${sentence(refusal.help)}`, visitor);
}

/** Returns a message as a sentence. */
export function sentence(message: string): string {
  return `${message.slice(0, 1).toUpperCase()}${message.slice(1)}.`;
}
