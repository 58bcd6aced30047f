import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a component in Go that says who it is. */
export function writeComponent(folder: string): void {
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
