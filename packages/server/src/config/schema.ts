import { z } from 'zod';

const bytes = z.int().positive();
const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;

/** What a process serves: `/v1/cache`, `/v1/identity/exchange`, tokens and revocations, `/metrics`, `/openapi.json`, pages. */
export const modules = ['cache', 'exchange', 'administration', 'metrics', 'openapi', 'web'] as const;
/** S3 stores at most this much with one request. */
const maximumObjectBytes = 5 * gibibyte;

/** A password with `/`, `#` or `%` that is not encoded ends the host, or cannot be decoded. */
function isUsableUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  try {
    for (const part of [username, password]) decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

const trustRule = z.strictObject({
  workspace: z
    .string()
    .regex(/^[\w.-]+(\/[\w.-]+)*$/)
    .describe('Workspace that the jobs may use'),
  provider: z.enum(['github', 'gitlab']).describe('Provider of the CI jobs, which sets the names of claims'),
  issuer: z.url().optional().describe('Issuer of the OIDC tokens (default: that of the provider)'),
  audience: z.string().min(1).default('millwright').describe('Audience that the tokens must have'),
  repository: z.string().min(1).describe('Repository whose jobs are accepted'),
  repositoryId: z
    .string()
    .regex(/^\d+$/)
    .optional()
    .describe(
      'ID of the repository, as the provider numbers it (default: the one of the first accepted job)',
    ),
  refs: z
    .array(z.string().min(1))
    .default(['refs/heads/main'])
    .describe('Refs whose jobs can be trusted; * matches within a segment'),
  events: z
    .array(z.string().min(1))
    .default(['push', 'schedule', 'release'])
    .describe('Events whose jobs can be trusted'),
  workflows: z
    .array(z.string().min(1))
    .min(1)
    .describe('Workflow files whose jobs can be trusted, such as .github/workflows/ci.yml'),
  requireProtectedRef: z.boolean().default(true).describe('Trust only jobs on protected refs'),
});

const ownerOf = ({
  workspace,
  provider,
  issuer,
  repository,
  repositoryId,
}: z.output<typeof trustRule>): string =>
  JSON.stringify([workspace, provider, issuer, repository, repositoryId]);

/** The configuration of the server: file, environment and command line have the same fields. */
export const serverConfigSchema = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1').describe('Address to listen on'),
    port: z.int().min(0).max(65_535).default(7600).describe('Port to listen on; 0 for any free port'),
    data: z
      .string()
      .min(1)
      .default('millwright-data')
      .describe('Folder for archives and, without databaseUrl, the database'),
    databaseUrl: z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'expected a URL such as postgres://user:password@host/database')
      .refine(
        isUsableUrl,
        'special characters of the user and the password must be percent-encoded, such as @ as %40',
      )
      .optional()
      .describe('PostgreSQL to use (default: an embedded database in the data folder)'),
    databaseUrlFile: z
      .string()
      .min(1)
      .optional()
      .describe('File that contains databaseUrl, such as a mounted secret'),
    s3: z
      .strictObject({
        bucket: z.string().min(1).describe('Bucket for archives'),
        endpoint: z.url().optional().describe('URL of the service (default: AWS)'),
        region: z.string().min(1).default('us-east-1').describe('Region of the bucket'),
        prefix: z
          .string()
          .regex(/^([\w.=-]+\/)*$/, 'expected a prefix that ends with a slash, such as cache/')
          .default('')
          .describe('Start of the names of all objects'),
        pathStyle: z
          .boolean()
          .optional()
          .describe('Name the bucket in the path, not in the host (default: if endpoint is set)'),
      })
      .optional()
      .describe(
        'Bucket for archives (default: the data folder); the credentials are those of AWS programs: AWS_SHARED_CREDENTIALS_FILE, AWS_ACCESS_KEY_ID, the role of the machine',
      ),
    modules: z
      .array(z.enum(modules))
      .min(1)
      .default([...modules])
      .describe('Parts of the API that this process serves'),
    maxEntryBytes: bytes.default(512 * mebibyte).describe('Largest archive that is stored'),
    maxUnpackedBytes: bytes.default(4 * gibibyte).describe('Largest archive when unpacked'),
    requestSeconds: z.number().positive().default(120).describe('Time for one request'),
    tokenMinutes: z.number().positive().default(60).describe('Lifetime of the token that a CI job gets'),
    quotaBytes: z
      .strictObject({
        trusted: bytes.default(50 * gibibyte),
        branch: bytes.default(10 * gibibyte),
        pr: bytes.default(10 * gibibyte),
        dev: bytes.default(10 * gibibyte),
      })
      .prefault({})
      .describe(
        'Bytes for the entries of each kind of trust class in a workspace; the entries read longest ago are removed first',
      ),
    trust: z
      .array(trustRule)
      .default([])
      .refine(
        (rules) => new Set(rules.map(({ workspace }) => workspace)).size === new Set(rules.map(ownerOf)).size,
        'all rules of a workspace must name the same provider, issuer, repository and repositoryId; jobs of two would share classes',
      )
      .describe('CI jobs that may use the cache, and which of them are trusted'),
  })
  .refine(({ databaseUrl, databaseUrlFile }) => databaseUrl === undefined || databaseUrlFile === undefined, {
    path: ['databaseUrlFile'],
    error: 'expected databaseUrl or databaseUrlFile, not both',
  })
  .refine(({ s3, maxEntryBytes }) => s3 === undefined || maxEntryBytes <= maximumObjectBytes, {
    path: ['maxEntryBytes'],
    error: 'expected at most 5 GiB with s3',
  });

export type ServerConfig = z.output<typeof serverConfigSchema>;
export type TrustRule = z.output<typeof trustRule>;

/** The default issuers. */
export const issuers = {
  github: 'https://token.actions.githubusercontent.com',
  gitlab: 'https://gitlab.com',
} as const;
