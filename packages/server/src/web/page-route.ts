import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { missingScope, type Refusal } from '../http/authorize.js';
import type { Context } from '../http/context.js';
import type { Scope } from '../identity/tokens.js';
import { formKey, isFormKey, sessionHolder } from '../identity/web-sessions.js';
import { errorPage, type Page, refusalPage, sendPage, sendTo } from './answer.js';
import { asForm, fieldOf, formKeyField, type FormFields } from './forms.js';
import { isOfAnotherSite } from './headers.js';
import type { Visitor } from './visitor.js';

export const sessionCookie = 'millwright_session';

/** What a page is made of. */
export interface PageRequest {
  readonly visitor: Visitor;
  readonly query: FormFields;
  /** Empty unless it is a POST. */
  readonly form: FormFields;
  readonly parameters: Readonly<Record<string, string>>;
  readonly log: FastifyRequest['log'];
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** A page, the path to go to, or why the request is refused. */
export type PageAnswer = Omit<Page, 'visitor'> | { readonly goTo: string } | { readonly refusal: Refusal };

export interface PageRoute {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** What the token of the visitor must allow, as for the API. Undefined: nothing. */
  readonly scope: Scope | undefined;
  readonly answer: (request: PageRequest) => Promise<PageAnswer>;
}

/**
 * Adds a page or a form. All of them come through here: nobody sees a page without a session whose token allows it, and no form
 * is accepted that another site made.
 */
export function addPage(app: FastifyInstance, context: Context, route: PageRoute): void {
  const { method, url, scope, answer } = route;
  app.route({
    method,
    url,
    handler: async (request, reply) => {
      const secret = request.cookies[sessionCookie];
      const visitor = secret === undefined ? undefined : await visitorOf(context, secret);
      if (secret === undefined || visitor === undefined) {
        // A form cannot be sent again after the login.
        const next = method === 'GET' ? request.url : '/';
        await sendTo(reply, `/login?next=${encodeURIComponent(next)}`);
        return reply;
      }
      const form = method === 'POST' ? asForm(request.body) : {};
      if (
        method === 'POST' &&
        (isOfAnotherSite(request.headers) || !isFormKey(secret, fieldOf(form, formKeyField) ?? ''))
      ) {
        request.log.warn({ url: route.url, reason: 'form of another site or session' }, 'a form is refused');
        await sendPage(
          reply,
          errorPage(403, 'The form belongs to another site or session. Open the page again.', visitor),
        );
        return reply;
      }
      const query = request.query as FormFields;
      const parameters = request.params as Readonly<Record<string, string>>;
      if ([form, query, parameters].some(hasNul)) {
        await sendPage(reply, errorPage(400, 'The request has a character that no text has.', visitor));
        return reply;
      }
      const { principal } = visitor;
      const refusal = scope && missingScope(principal, scope);
      const answered: PageAnswer =
        refusal === undefined
          ? await answer({
              visitor,
              form,
              query,
              parameters,
              log: request.log,
              request,
              reply,
            })
          : { refusal };
      if ('goTo' in answered) await sendTo(reply, answered.goTo);
      else if ('refusal' in answered) {
        const { tokenId, name, workspace, trustClass } = principal;
        request.log.warn(
          { tokenId, name, workspace, trustClass, scope, reason: answered.refusal.message },
          'a request is refused',
        );
        await sendPage(reply, refusalPage(answered.refusal, visitor));
      } else await sendPage(reply, { ...answered, visitor });
      return reply;
    },
  });
}

/** PostgreSQL stores no NUL. */
function hasNul(fields: FormFields): boolean {
  return Object.values(fields).some((value) => [value].flat().some((text) => text?.includes('\0')));
}

async function visitorOf({ config, database }: Context, secret: string): Promise<Visitor | undefined> {
  const principal = await sessionHolder(database, secret);
  if (principal === undefined) return undefined;
  const mayAdminister =
    config.modules.includes('administration') && missingScope(principal, 'admin') === undefined;
  return { principal, formKey: formKey(secret), mayAdminister };
}
