export { requireNode } from './node-version.js';

/**
 * What a plugin needs as soon as Nx loads it; it loads next to nothing. Names are unique among the projects of all
 * ecosystems, so every plugin asks for all files that name projects, and makes projects of its own ones.
 */
export const projectFiles =
  '**/{Cargo.toml,millwright.toml,go.mod,package.json,project.json,{compose,docker-compose}{,[.-]*}.{yaml,yml}}';
