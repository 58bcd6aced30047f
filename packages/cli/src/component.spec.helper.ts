import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a bundle with one component in Go, `app`, and the sources of another one, `new`. */
export function writeBundle(folder: string): void {
  writeFileSync(
    join(folder, 'bundle.yaml'),
    `apiVersion: component.flowctl.io/v1
kind: ComponentBundle
metadata: { name: mill }
spec:
  components: [{ name: miller, path: app }]
`,
  );
  mkdirSync(join(folder, 'new'));
  writeFileSync(join(folder, 'new/Cargo.toml'), '');
  writeComponent(join(folder, 'app'));
}

function writeComponent(folder: string): void {
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'component.yaml'),
    `apiVersion: component.flowctl.io/v1
kind: ComponentSpec
metadata:
  name: miller
  version: v1.2.0
spec:
  type: processor
`,
  );
  writeFileSync(join(folder, 'go.mod'), 'module example.com/miller\n\ngo 1.21\n');
  writeFileSync(join(folder, 'main.go'), 'package main\n\nfunc main() { println("it mills") }\n');
}
