/** The proxy between Nx and a server. Loads neither Fastify nor a database. */
export { useHttpProxies, withoutLoopback } from './proxy/http-proxies.js';
export { nxTasks } from './proxy/nx-tasks.js';
export { type CacheProxy, type ProxyStatistics, startProxy } from './proxy/proxy.js';
export { openSession, reasonOf, type Session } from './proxy/session.js';
