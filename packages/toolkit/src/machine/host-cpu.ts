import { createHash } from 'node:crypto';
import { arch, cpus } from 'node:os';
import { readText } from '../files/read-text.js';

/** A hashed variable for tasks whose definition shows that they compile for the CPU of this machine. */
export const hostCpuVariable = 'MILLWRIGHT_HOST_CPU';

/**
 * Returns true if flags make a compiler target the CPU that it runs on: `-C target-cpu=native` and its
 * other spellings for rustc, `-march=native`, `-mtune=native` and `-mcpu=native` for C compilers.
 * @param text flags, or the text of a file or variable with flags
 */
export function targetsHostCpu(text: string): boolean {
  return /(?:cpu|arch|tune)["']?[=\s]["'\s]*native(?![\w=-])/.test(text);
}

/**
 * Returns a digest of what compilers derive from `native` on this machine. If it is equal on two machines,
 * such a program of one runs on the other. On Linux, the kernel lists the features of each CPU as
 * restricted by the hypervisor and boot options. Reading them requires no process, while each compiler
 * would have to be queried separately. On other systems, the model name represents the features.
 */
export function hostCpuIdentity(): string {
  const listed = process.platform === 'linux' ? cpusIn(readText('/proc/cpuinfo') ?? '') : [];
  const known = listed.length > 0 ? listed : [...new Set(cpus().map(({ model }) => model))].sort();
  return createHash('sha256')
    .update(JSON.stringify([process.platform, arch(), known]))
    .digest('hex');
}

/** The properties that affect compilers. Clock rates, cores and microcode do not. */
const keys: ReadonlySet<string> = new Set([
  ...['vendor_id', 'cpu family', 'model', 'model name', 'flags'],
  ...['CPU implementer', 'CPU architecture', 'CPU variant', 'CPU part', 'Features'],
  // RISC-V, POWER and s390x.
  ...['isa', 'uarch', 'cpu', 'features', 'machine'],
]);

/** Returns the distinct CPUs in /proc/cpuinfo, each as one line. */
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
