import type { FastifyInstance } from 'fastify';
import { describeIssues } from '@millwright/toolkit';
import type { Context } from '../../http/context.js';
import { issueToken, tokenBody, withdrawToken } from '../../http/management.js';
import { searchTokens, type TokenRecord } from '../../identity/tokens.js';
import { errorPage } from '../answer.js';
import { fieldOf, fieldsOf, type FormFields } from '../forms.js';
import { addPage, type PageAnswer, type PageRequest } from '../page-route.js';
import { cookieOptions } from '../session-routes.js';
import { workspacesOf } from '../workspaces.js';
import { CreatedPage, TokenPage } from './token-page.js';
import { TokensPage } from './tokens-page.js';

const section = '/tokens';
const createdPath = '/tokens/created';
/** Carries a new token to the page that shows it, through a redirect that any server may answer. */
const createdCookie = 'millwright_created';
const createdSeconds = 60;
/** Of more tokens, people search for one. */
const maximumTokens = 200;
const notices: Readonly<Record<string, string>> = { revoked: 'The token is revoked.' };

/** Tokens, for administrators. */
export function tokenRoutes(app: FastifyInstance, context: Context): void {
  const { database } = context;

  async function listPage(
    { visitor, query }: PageRequest,
    failed?: { readonly problem: string; readonly form: FormFields },
  ): Promise<PageAnswer> {
    const search = {
      workspace: fieldOf(query, 'workspace'),
      text: fieldOf(query, 'search'),
      isUsable: fieldOf(query, 'state') !== 'all',
    };
    const tokens = await searchTokens(database, { ...search, limit: maximumTokens + 1 });
    const workspaces = await workspacesOf(database, visitor);
    const notice = notices[fieldOf(query, 'done') ?? ''];
    return {
      status: failed === undefined ? 200 : 400,
      title: 'Tokens',
      section,
      content: (
        <TokensPage
          {...{ tokens: tokens.slice(0, maximumTokens), isCut: tokens.length > maximumTokens }}
          {...{ ...search, workspaces, notice, visitor, failed, now: new Date() }}
        />
      ),
    };
  }

  async function find(id = ''): Promise<TokenRecord | undefined> {
    return (await searchTokens(database, { id, limit: 1 }))[0];
  }

  addPage(app, context, {
    method: 'GET',
    url: section,
    scope: 'admin',
    answer: (request) => listPage(request),
  });

  addPage(app, context, {
    method: 'POST',
    url: section,
    scope: 'admin',
    answer: async (request) => {
      const { visitor, form, log, reply } = request;
      const days = fieldOf(form, 'days');
      const fields = {
        name: fieldOf(form, 'name'),
        workspace: fieldOf(form, 'workspace'),
        trustClass: fieldOf(form, 'trustClass'),
        scopes: fieldsOf(form, 'scopes'),
        days: days === undefined ? undefined : Number(days),
      };
      const parsed = tokenBody.safeParse(fields);
      if (!parsed.success) {
        const problem = describeIssues(tokenBody, fields, parsed.error.issues).join('; ');
        return listPage(request, { problem, form });
      }
      const { token } = await issueToken(database, visitor.principal, log, parsed.data);
      reply.setCookie(createdCookie, token, {
        ...cookieOptions(request.request),
        path: createdPath,
        maxAge: createdSeconds,
      });
      return { goTo: createdPath };
    },
  });

  addPage(app, context, {
    method: 'GET',
    url: createdPath,
    scope: 'admin',
    answer: ({ request, reply }) => {
      const token = request.cookies[createdCookie];
      reply.clearCookie(createdCookie, { ...cookieOptions(request), path: createdPath });
      return Promise.resolve({ title: 'New token', section, content: <CreatedPage token={token} /> });
    },
  });

  addPage(app, context, {
    method: 'GET',
    url: '/tokens/:id',
    scope: 'admin',
    answer: async ({ visitor, parameters }) => {
      const token = await find(parameters.id);
      if (token === undefined) return errorPage(404, 'No token has this id.');
      const isOwn = token.id === visitor.principal.tokenId;
      return {
        title: `Token ${token.name}`,
        section,
        content: <TokenPage {...{ token, visitor, isOwn, now: new Date() }} />,
      };
    },
  });

  addPage(app, context, {
    method: 'POST',
    url: '/tokens/:id/revoke',
    scope: 'admin',
    answer: async ({ visitor, parameters, log }) => {
      const token = await find(parameters.id);
      if (token === undefined) return errorPage(404, 'No token has this id.');
      await withdrawToken(database, visitor.principal, log, token.id);
      return { goTo: `${section}?done=revoked` };
    },
  });
}
