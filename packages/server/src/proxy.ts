/** The proxy between Nx and a server. Loads neither Fastify nor a database. */
export { type CacheProxy, type ProxyStatistics, startProxy } from './proxy/proxy.js';
export { openSession, type Session } from './proxy/session.js';
