import { expect, it } from 'vitest';
import { projectImage } from '../../options.js';
import { foundProject } from '../found-project.js';
import { dockerfileOf } from './dockerfile.js';

const build = (outputPath: string) => ({
  executor: '@millwright/cargo:cargo-cross',
  outputs: ['{options.outputPath}/app'],
  options: {},
  configurations: { release: { outputPath } },
});
const project = (folders: Readonly<Record<string, string>>) =>
  foundProject('app', {
    root: 'app',
    targets: Object.fromEntries(
      Object.entries(folders).map(([name, folder]) => [`build-${name}`, build(folder)]),
    ),
  });
const both = project({ 'linux-amd64': 'artifacts/linux/amd64', 'linux-arm64': 'artifacts/linux/arm64' });

it('copies the binary of each architecture, and runs it as a user without rights', () => {
  const settings = projectImage.parse({ name: 'app', base: 'debian:bookworm-slim', user: 'app' });
  const { dockerfile, dockerignore } = dockerfileOf(settings, both, 'app/Dockerfile');
  expect(dockerfile).toBe(`# Copies binaries that Nx built. In the root of the workspace:
#   npx nx run app:build
#   docker buildx build --file app/Dockerfile --tag app .
FROM debian:bookworm-slim
ARG TARGETARCH
COPY artifacts/linux/\${TARGETARCH}/app /usr/local/bin/app
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/app"]
`);
  expect(dockerignore).toBe('**\n!artifacts/linux/*/app\n');
});

it('has the settings of the image', () => {
  const settings = projectImage.parse({
    name: 'app',
    files: [{ source: 'conf/', path: '/etc/app', mode: '0640' }],
    user: { name: 'app', uid: 1000 },
    workingDirectory: '/data',
    env: { GREETING: 'a "$b"' },
    labels: { 'org.example': 'x y' },
    ports: ['8080', '53/udp'],
    volumes: ['/data'],
    stopSignal: 'SIGINT',
    command: ['--default'],
    healthCheck: { command: ['/usr/local/bin/app', 'health'], interval: 10, retries: 2 },
  });
  const { dockerfile, dockerignore } = dockerfileOf(settings, both, 'Dockerfile');
  expect(dockerfile.split('\n').slice(3, -1)).toEqual([
    'FROM scratch',
    'ARG TARGETARCH',
    'COPY --chmod=0640 conf/ /etc/app',
    'COPY artifacts/linux/${TARGETARCH}/app /usr/local/bin/app',
    'ENV GREETING="a \\"\\$b\\""',
    'LABEL "org.example"="x y"',
    'WORKDIR /data',
    'VOLUME ["/data"]',
    'EXPOSE 8080 53/udp',
    'USER 1000:1000',
    'STOPSIGNAL SIGINT',
    'HEALTHCHECK --interval=10s --retries=2 CMD ["/usr/local/bin/app","health"]',
    'ENTRYPOINT ["/usr/local/bin/app"]',
    'CMD ["--default"]',
  ]);
  expect(dockerignore).toBe('**\n!conf/\n!artifacts/linux/*/app\n');
});

it('names the variant of arm', () => {
  const arm = project({ 'linux-arm-v7': 'artifacts/linux/arm/v7' });
  const { dockerfile } = dockerfileOf(projectImage.parse({ name: 'app' }), arm, 'Dockerfile');
  expect(dockerfile).toContain('ARG TARGETVARIANT\nCOPY artifacts/linux/${TARGETARCH}/${TARGETVARIANT}/app ');
});

it.each<[string, object, Parameters<typeof dockerfileOf>[1]]>([
  ['a base in a folder', { base: 'oci:base' }, both],
  ['a variable of several lines', { env: { A: 'a\nb' } }, both],
  [
    'binaries in other folders',
    {},
    project({ 'linux-amd64': 'out/x64', 'linux-arm64': 'artifacts/linux/arm64' }),
  ],
])('refuses %s', (_, settings, one) => {
  expect(() => dockerfileOf(projectImage.parse({ name: 'app', ...settings }), one, 'Dockerfile')).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID' }) as Error,
  );
});
