import { createHash } from 'node:crypto';
import { arch, cpus } from 'node:os';
import { readText } from '../files/read-text.js';

/** Hashed by tasks of which it is known without looking at the environment that they compile for this machine's CPU. */
export const hostCpuVariable = 'MILLWRIGHT_HOST_CPU';

/**
 * Whether flags ask a compiler for the CPU that it runs on: `-C target-cpu=native` and its other spellings for rustc,
 * `-march=native`, `-mtune=native` and `-mcpu=native` for C compilers.
 * @param text flags, or a file or variable that has some
 */
export function asksForHostCpu(text: string): boolean {
  return /(?:cpu|arch|tune)["']?[=\s]["'\s]*native(?![\w=-])/.test(text);
}

/**
 * A digest of what a compiler makes of `native` here: the same on two machines means that programs compiled so for the
 * one run on the other. On Linux the kernel lists the features of each CPU, as the hypervisor and boot options leave
 * them; reading that costs no process, while each compiler would have to be asked for itself. Elsewhere the name of the
 * model stands for its features.
 */
export function hostCpuIdentity(): string {
  const listed = process.platform === 'linux' ? cpusIn(readText('/proc/cpuinfo') ?? '') : [];
  const known = listed.length > 0 ? listed : [...new Set(cpus().map(({ model }) => model))].sort();
  return createHash('sha256')
    .update(JSON.stringify([process.platform, arch(), known]))
    .digest('hex');
}

/** What compilers go by; clock rates, cores and microcode change nothing. */
const keys: ReadonlySet<string> = new Set([
  ...['vendor_id', 'cpu family', 'model', 'model name', 'flags'],
  ...['CPU implementer', 'CPU architecture', 'CPU variant', 'CPU part', 'Features'],
  // RISC-V, POWER and s390x.
  ...['isa', 'uarch', 'cpu', 'features', 'machine'],
]);

/** The different CPUs of a machine, as /proc/cpuinfo describes them, each on a line. */
export function cpusIn(text: string): string[] {
  const found = text.split(/\n\s*\n/).map((block) => {
    const lines = block.split('\n').flatMap((line) => {
      const [, key = '', value = ''] = /^([^:]+?)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
      return keys.has(key) ? [`${key}: ${value.split(/\s+/).sort().join(' ')}`] : [];
    });
    return lines.join('; ');
  });
  return [...new Set(found)].filter((cpu) => cpu !== '').sort();
}
