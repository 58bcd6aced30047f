import { didYouMean } from '@millwright/toolkit';
import type { BundleDocument } from '../manifests/bundle.js';
import type { Problem } from '../manifests/problems.js';

/** Checks what the schema of bundle.yaml cannot: names, which have to be unique and known, and ports. */
export function checkBundle({ spec }: BundleDocument): Problem[] {
  const names = spec.components.map(({ name }) => name);
  const problems: Problem[] = names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [wrong(['spec', 'components', index, 'name'], `another component has the name ${name}`)],
  );
  const checkName = (name: string, path: readonly PropertyKey[]) => {
    if (!names.includes(name))
      problems.push(wrong(path, `no component has the name ${name}${didYouMean(name, names)}`, 'key'));
  };
  const ports = ['spec', 'communication', 'ports'];
  for (const name of Object.keys(spec.communication?.ports ?? {})) checkName(name, [...ports, name]);
  for (const [index, template] of (spec.templates ?? []).entries())
    for (const [place, one] of template.components.entries()) {
      const path = ['spec', 'templates', index, 'components', place];
      if (typeof one === 'string') checkName(one, path);
      else for (const name of Object.keys(one)) checkName(name, [...path, name]);
    }
  for (const [index, name] of (spec.build?.order ?? []).entries())
    checkName(name, ['spec', 'build', 'order', index]);
  return problems;
}

function wrong(path: readonly PropertyKey[], message: string, place: Problem['place'] = 'value'): Problem {
  return { path, place, message, severity: 'error' };
}
