import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine, EngineFacts } from './engine.js';

const handlers = '/proc/sys/fs/binfmt_misc';

/** The names of the qemu handlers in binfmt_misc, by the architecture names of the object-file reader. */
const handlerNames: Readonly<Record<string, string>> = {
  x86_64: 'qemu-x86_64',
  aarch64: 'qemu-aarch64',
  arm: 'qemu-arm',
  x86: 'qemu-i386',
  powerpc64: 'qemu-ppc64le',
  s390x: 's390x',
  riscv64: 'qemu-riscv64',
};

/** The platform names in `docker buildx inspect` for the same architectures. */
const dockerNames: Readonly<Record<string, string>> = {
  x86_64: 'linux/amd64',
  aarch64: 'linux/arm64',
  arm: 'linux/arm/v7',
  x86: 'linux/386',
  powerpc64: 'linux/ppc64le',
  s390x: 'linux/s390x',
  riscv64: 'linux/riscv64',
};

/** Returns true if the engine can run programs of a foreign architecture. */
export async function canEmulate(engine: Engine, facts: EngineFacts, architecture: string): Promise<boolean> {
  if (facts.local) return hasHandler(architecture);
  const { stdout } = await engine.run(['buildx', 'inspect', 'default'], { timeout: 20_000 });
  const platforms = /^Platforms:(.*)$/m.exec(stdout)?.[1] ?? '';
  const name = dockerNames[architecture];
  return name !== undefined && platforms.split(',').some((platform) => platform.trim().startsWith(name));
}

/** A container can use the interpreter only if the kernel keeps it open (flag F). */
function hasHandler(architecture: string): boolean {
  const wanted = handlerNames[architecture];
  if (wanted === undefined) return false;
  try {
    return readdirSync(handlers)
      .filter((name) => name.startsWith(wanted) || name.startsWith('rosetta'))
      .some((name) => {
        const text = readFileSync(join(handlers, name), 'utf8');
        return text.startsWith('enabled') && /^flags:.*F/m.test(text);
      });
  } catch {
    return false;
  }
}
