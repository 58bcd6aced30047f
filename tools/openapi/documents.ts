/** A public OpenAPI document that the campaign tries. */
export interface PublicDocument {
  readonly name: string;
  /** The root file, relative to the folder of documents. */
  readonly file: string;
  /** The files that belong to it, relative to that folder, if it consists of several. */
  readonly folder?: string;
  /** Where it was published: a repository or package with its version, and the path in it. */
  readonly source: string;
}

/** The documents, in the order of the report. The first 30 are those of the first trials; the others came later. */
export const documents: readonly PublicDocument[] = [
  { name: 'Petstore', file: 'petstore-expanded.json', source: 'OAI/learn.openapis.org@cff6533' },
  { name: 'Link example', file: 'link-example.json', source: 'OAI/learn.openapis.org@cff6533' },
  { name: 'USPTO', file: 'uspto.yaml', source: 'OAI/learn.openapis.org@cff6533' },
  { name: 'Train Travel', file: 'train-travel.yaml', source: 'bump-sh-examples/train-travel-api@478d173' },
  { name: 'Microcks', file: 'microcks.yaml', source: 'microcks/microcks@18ab3372' },
  { name: 'Ory Hydra', file: 'hydra.json', source: 'ory/hydra@83127c575' },
  { name: 'Ory Kratos', file: 'kratos.json', source: 'ory/kratos@b86338da0' },
  { name: 'Meilisearch', file: 'meilisearch.json', source: 'meilisearch/open-api@0b0b0fd' },
  { name: 'Twilio Verify', file: 'twilio-verify.json', source: 'twilio/twilio-oai@d50069b' },
  { name: 'Kubernetes apps', file: 'kubernetes-apps.json', source: 'k8s.io/kubernetes@v1.34.0' },
  { name: 'Spotify', file: 'spotify.yml', source: 'sonallux/spotify-web-api@a336958, the official document' },
  { name: 'Qdrant', file: 'qdrant.json', source: 'qdrant/qdrant@74f3e85b94' },
  { name: 'Svix', file: 'svix.json', source: 'svix/svix-webhooks@4fc0cfb8b' },
  { name: 'NetBird', file: 'netbird.yml', source: 'netbirdio/netbird@ee253fedd' },
  { name: 'InfluxDB', file: 'influxdb.yml', source: 'influxdata/openapi@ad26a178' },
  { name: 'Xero Accounting', file: 'xero-accounting.yaml', source: 'XeroAPI/Xero-OpenAPI@e952d0b' },
  { name: 'Adyen Checkout', file: 'adyen-checkout.yaml', source: 'Adyen/adyen-openapi@aa014f0' },
  {
    name: 'Windmill 1.533.1',
    file: 'windmill-1.533/backend/windmill-api/openapi.yaml',
    folder: 'windmill-1.533',
    source: 'windmill-labs/windmill@v1.533.1',
  },
  {
    name: 'Windmill 1.713.1',
    file: 'windmill-1.713/backend/windmill-api/openapi.yaml',
    folder: 'windmill-1.713',
    source: 'windmill-labs/windmill@v1.713.1',
  },
  { name: 'Box', file: 'box.json', source: 'box/box-openapi@c9a878a9' },
  { name: 'Discord', file: 'discord.json', source: 'discord/discord-api-spec@74fda0f' },
  { name: 'Kubernetes core', file: 'kubernetes-core.json', source: 'k8s.io/kubernetes@v1.34.0' },
  { name: 'Twilio 2010', file: 'twilio-2010.json', source: 'twilio/twilio-oai@d50069b' },
  {
    name: 'DigitalOcean',
    file: 'digitalocean/specification/DigitalOcean-public.v2.yaml',
    folder: 'digitalocean/specification',
    source: 'digitalocean/openapi@7c1300c4',
  },
  { name: 'PagerDuty', file: 'pagerduty.json', source: 'PagerDuty/api-schema@91a06fb' },
  { name: 'Plaid', file: 'plaid.yml', source: 'plaid/plaid-openapi@26f1a05' },
  { name: 'OpenAI', file: 'openai.yaml', source: 'openai/openai-openapi@f85dbe2' },
  { name: 'Asana', file: 'asana.yaml', source: 'Asana/openapi@fc9f8dc' },
  { name: 'Stripe', file: 'stripe.json', source: 'github.com/stripe/stripe-mock@v0.203.0' },
  { name: 'GitHub', file: 'github.json', source: '@octokit/openapi@23.0.2' },
  {
    name: 'PayPal Orders',
    file: 'paypal-orders.json',
    source: 'paypal/paypal-rest-api-specifications@ec4d8f3',
  },
  {
    name: 'PayPal Partners',
    file: 'paypal-partner.json',
    source: 'paypal/paypal-rest-api-specifications@ec4d8f3',
  },
  { name: 'Sonarr 5', file: 'sonarr.json', source: 'Sonarr/Sonarr@49df353fa' },
  { name: 'Sonarr 3', file: 'sonarr3.json', source: 'Sonarr/Sonarr@49df353fa' },
  { name: 'Nomad', file: 'nomad.yaml', source: 'hashicorp/nomad-openapi@91c4cd10' },
  { name: 'Authelia', file: 'authelia.yml', source: 'authelia/authelia@23572030b' },
  { name: 'Xero Payroll UK', file: 'xero-payroll-uk.yaml', source: 'XeroAPI/Xero-OpenAPI@e952d0b' },
  { name: 'Twilio Messaging', file: 'twilio-messaging.json', source: 'twilio/twilio-oai@d50069b' },
  { name: 'Lago', file: 'lago.yaml', source: 'getlago/lago-openapi@120da12' },
  { name: 'Ory Network', file: 'ory-network.yaml', source: 'ory/sdk@ab0b84fc69f' },
  { name: 'Adyen Management', file: 'adyen-management.yaml', source: 'Adyen/adyen-openapi@aa014f0' },
  { name: 'Svix, library', file: 'svix-lib.json', source: 'svix/svix-webhooks@4fc0cfb8b' },
];
