/** The server: identity, storage and the remote cache. */
export { loadConfig, withoutSecrets } from './config/load.js';
export { type ServerConfig, serverConfigSchema } from './config/schema.js';
export { errorSections } from './errors.js';
export { backup, restore } from './backup.js';
export { migrateDatabase } from './open.js';
export { type RunningServer, serve } from './serve.js';
export { runServer } from './run-server.js';
export { scopes } from './identity/tokens.js';
