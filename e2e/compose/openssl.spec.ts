import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { repository, Workspace } from '../workspace.ts';
import { describeWithEngine, docker, isGone, projectNameIn } from './engine.ts';
import { compile, Running } from './mill.ts';

const stacks = ['windmill-simple', 'windmill-real', 'native-windmill', 'full-e2e', 'production'] as const;

/**
 * A server, a worker and a FlexCore in one: it answers every request on its port with OpenSSL's version, or
 * holds a connection to PostgreSQL as a worker does.
 */
const source = `
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int OPENSSL_init_ssl(unsigned long options, const void *settings);
const char *OpenSSL_version(int kind);

static int connected(const char *host, const char *port) {
  struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM }, *found;
  if (getaddrinfo(host, port, &hints, &found)) return 0;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  return connect(fd, found->ai_addr, found->ai_addrlen) == 0;
}

int main(void) {
  OPENSSL_init_ssl(0, NULL);
  printf("runs with %s\\n", OpenSSL_version(0));
  fflush(stdout);
  const char *mode = getenv("MODE"), *port = getenv(mode ? "PORT" : "FLEXCORE_LISTEN_PORT");
  if (mode && !strcmp(mode, "worker")) {
    if (!connected("postgres", "5432")) return 1;
    for (;;) pause();
  }
  struct addrinfo hints = { .ai_family = AF_INET, .ai_flags = AI_PASSIVE, .ai_socktype = SOCK_STREAM }, *any;
  if (getaddrinfo(NULL, port, &hints, &any)) return 1;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(fd, any->ai_addr, any->ai_addrlen) || listen(fd, 16)) return 1;
  for (;;) {
    int client = accept(fd, NULL, NULL);
    char request[4096];
    if (read(client, request, sizeof request) > 0)
      dprintf(client, "HTTP/1.0 200 OK\\r\\n\\r\\n%s\\n", OpenSSL_version(0));
    close(client);
  }
}
`;

/** Builds the program against stubs of OpenSSL 3's libraries, so that no headers are required. */
function linkedToOpenSsl(): string {
  const at = mkdtempSync(join(tmpdir(), 'millwright-ssl-'));
  const stub = (name: string, text: string) => {
    const library = join(at, name);
    writeFileSync(`${library}.c`, text);
    execFileSync('cc', ['-shared', `-Wl,-soname,${name}`, '-o', library, `${library}.c`]);
    return library;
  };
  const ssl = stub('libssl.so.3', 'int OPENSSL_init_ssl(void) { return 0; }');
  const crypto = stub('libcrypto.so.3', 'const char *OpenSSL_version(int kind) { return ""; }');
  return compile(source, 'cc', ssl, crypto);
}

describeWithEngine('the stacks with binaries that are linked to OpenSSL', () => {
  let copy: Workspace;
  let secrets: string;
  let env: Readonly<Record<string, string>>;

  beforeAll(() => {
    copy = new Workspace(
      {},
      undefined,
      (to) => {
        const filter = (path: string) => !/stacks\/secrets\/\w+$/.test(path);
        cpSync(join(repository, 'stacks'), join(to, 'stacks'), { recursive: true, filter });
      },
      ['@millwright/compose'],
    );
    secrets = join(mkdtempSync(join(tmpdir(), 'millwright-secrets-')), 'secrets');
    env = { STACK_SECRETS: secrets };
    execFileSync('sh', [copy.path('stacks/make-secrets.sh'), secrets], { stdio: 'ignore' });
    const program = linkedToOpenSsl();
    for (const path of ['third_party/windmill/windmill-backend', 'third_party/flexcore/flexcore']) {
      mkdirSync(dirname(copy.path(path)), { recursive: true });
      copyFileSync(program, copy.path(path));
    }
  });
  afterAll(() => {
    rmSync(secrets, { recursive: true });
    copy.remove();
  });

  it.each(stacks)('start with the run image that Compose builds: %s', async (stack) => {
    const run = new Running(copy.folder, ['run', `${stack}:up`, '--ports=auto'], env);
    try {
      await run.isUp(stack);
      expect(run.output).toContain('✔ third_party/windmill/windmill-backend → worker (x86_64, ');
      await run.says('runs with OpenSSL 3.');
    } finally {
      await run.interrupt();
    }
    const project = projectNameIn(copy.folder, stack);
    const volumes = docker('volume', 'ls', '--filter', `name=${project}`, '--format', '{{.Name}}');
    const names = volumes.split('\n').filter((name) => name !== '');
    // Their data is kept.
    await isGone(project, ...names);
    if (names.length > 0) docker('volume', 'rm', ...names);
  });

  it('are checked against the run image once it is built', () => {
    const { status, output } = copy.nx(
      ['run-many', '--target=config,check', `--projects=${stacks.join(',')}`, '--output-style=stream'],
      env,
    );
    expect(status, output).toBe(0);
    expect(output.match(/✔ third_party\/windmill\/windmill-backend → server/g)).toHaveLength(stacks.length);
  });

  it('are rejected by an image without its libraries', () => {
    const image = '{ image: debian:bookworm-slim, build: !reset null }';
    copy.write(
      'stacks/windmill-simple/compose.override.yaml',
      `services: { server: ${image}, worker: ${image} }`,
    );
    const { status, output } = copy.nx(['run', 'windmill-simple:check'], env);
    expect(status).not.toBe(0);
    expect(output).toContain(
      'error[MOUNT_LIBRARY_MISSING]: third_party/windmill/windmill-backend requires libssl.so.3, which debian:bookworm-slim does not contain',
    );
  });
});
