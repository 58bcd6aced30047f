import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Context } from '../http/context.js';
import { authenticate } from '../identity/tokens.js';
import { beginSession, endSession, sessionHours } from '../identity/web-sessions.js';
import { errorPage, type Page, sendPage, sendTo } from './answer.js';
import { Problem } from './facts.js';
import { asForm, fieldOf, type FormFields } from './forms.js';
import { isEncrypted, isOfAnotherSite, localPath } from './headers.js';
import { addPage, sessionCookie } from './page-route.js';

/** Login with a token, and logout. */
export function sessionRoutes(app: FastifyInstance, context: Context): void {
  const { database } = context;

  app.get('/login', async (request, reply) => {
    await sendPage(reply, loginPage(fieldOf(request.query as FormFields, 'next')));
    return reply;
  });

  app.post('/login', async (request, reply) => {
    const form = asForm(request.body);
    const next = fieldOf(form, 'next');
    if (isOfAnotherSite(request.headers)) {
      await sendPage(
        reply,
        errorPage(403, 'Another site sent the form. Open the login page of this server.'),
      );
      return reply;
    }
    const principal = await authenticate(database, fieldOf(form, 'token') ?? '');
    if (principal === undefined) {
      request.log.warn({ reason: 'unknown token' }, 'a login is refused');
      await sendPage(reply, loginPage(next, 'The token is unknown, expired or revoked.'));
      return reply;
    }
    const { tokenId, name, workspace } = principal;
    request.log.info({ tokenId, name, workspace }, 'somebody logged in');
    reply.setCookie(sessionCookie, await beginSession(database, tokenId), {
      ...cookieOptions(request),
      maxAge: sessionHours * 3600,
    });
    await sendTo(reply, localPath(next));
    return reply;
  });

  addPage(app, context, {
    method: 'POST',
    url: '/logout',
    // Whoever has a session may end it.
    scope: undefined,
    answer: async ({ request, reply }) => {
      await endSession(database, request.cookies[sessionCookie] ?? '');
      reply.clearCookie(sessionCookie, cookieOptions(request));
      return { goTo: '/login' };
    },
  });
}

/** A browser sends the cookie only with requests of this site, and shows it to no script. */
export function cookieOptions({ protocol, headers }: FastifyRequest) {
  return { httpOnly: true, sameSite: 'strict', secure: isEncrypted(protocol, headers), path: '/' } as const;
}

function loginPage(next: string | undefined, problem?: string): Page {
  return {
    status: problem === undefined ? 200 : 401,
    title: 'Log in',
    content: (
      <section class="narrow">
        <h1>Log in</h1>
        <p>
          Use a token of this server. The first start of the server printed that of the administrator; an
          administrator creates others.
        </p>
        <form method="post" action="/login" class="card stack">
          <Problem text={problem} />
          {/* Password managers store a token under a name. */}
          <input type="text" name="user" value="millwright" autocomplete="username" hidden />
          <label>
            Token
            <input
              type="password"
              name="token"
              required
              autocomplete="current-password"
              spellcheck={false}
              aria-invalid={problem !== undefined}
              aria-describedby={problem === undefined ? undefined : 'problem'}
            />
          </label>
          <input type="hidden" name="next" value={localPath(next)} />
          <button type="submit" class="primary">
            Log in
          </button>
        </form>
        <p class="hint">
          If you came from another site and are logged in, <a href={localPath(next)}>go on</a>.
        </p>
      </section>
    ),
  };
}
