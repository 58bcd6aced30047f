export { requireNode } from './node-version.js';

/**
 * The files that all plugins request. Project names must be unique across all ecosystems, so every plugin
 * requests all files that name projects. It creates projects only for its own files. This module must load
 * next to nothing.
 */
export const projectFiles =
  '**/{Cargo.toml,millwright.toml,go.mod,package.json,project.json,{compose,docker-compose}{,[.-]*}.{yaml,yml}}';
