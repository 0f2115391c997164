// What each S3 provider wants in the form. Addresses are the providers' own documented ones; nothing else is assumed of
// them, because the test finds out what they can do.
export type Provider = "aws" | "r2" | "b2" | "wasabi" | "minio" | "garage" | "other";

export type Preset = {
  label: string;
  /** The address for a region; none where it is the person's own server. */
  endpoint: ((region: string) => string) | null;
  region: string;
  regionHint: string;
  endpointHint: string;
  endpointExample: string;
};

const OWN = "The address your server answers at.";
export const PRESETS: Record<Provider, Preset> = {
  aws: {
    label: "Amazon S3",
    endpoint: (region) => `https://s3.${region}.amazonaws.com`,
    region: "us-east-1",
    regionHint: "Where the bucket was made, such as eu-central-1.",
    endpointHint: "Follows the region.",
    endpointExample: "",
  },
  r2: {
    label: "Cloudflare R2",
    endpoint: null,
    region: "auto",
    regionHint: "Always “auto”.",
    endpointHint: "Shown beside the bucket as “S3 API”, without the bucket’s name.",
    endpointExample: "https://0123456789abcdef.r2.cloudflarestorage.com",
  },
  b2: {
    label: "Backblaze B2",
    endpoint: (region) => `https://s3.${region}.backblazeb2.com`,
    region: "us-west-004",
    regionHint: "The middle part of the bucket’s “Endpoint”, such as eu-central-003.",
    endpointHint: "Follows the region.",
    endpointExample: "",
  },
  wasabi: {
    label: "Wasabi",
    endpoint: (region) => `https://s3.${region}.wasabisys.com`,
    region: "eu-central-1",
    regionHint: "Where the bucket was made.",
    endpointHint: "Follows the region. Wasabi charges for at least 90 days of each file.",
    endpointExample: "",
  },
  minio: {
    label: "MinIO",
    endpoint: null,
    region: "us-east-1",
    regionHint: "“us-east-1” unless you changed it.",
    endpointHint: OWN,
    endpointExample: "http://nas.local:9000",
  },
  garage: {
    label: "Garage",
    endpoint: null,
    region: "garage",
    regionHint: "“garage” unless you changed it.",
    endpointHint: OWN,
    endpointExample: "http://nas.local:3900",
  },
  other: {
    label: "Another provider",
    endpoint: null,
    region: "us-east-1",
    regionHint: "Many take “auto” or “us-east-1”.",
    endpointHint: "The provider calls it “S3 endpoint” or “service URL”.",
    endpointExample: "https://s3.example.com",
  },
};

export const PROVIDERS = Object.keys(PRESETS) as Provider[];

/** Whose address this is. */
export function providerOf(endpoint: string, region: string): Provider {
  if (endpoint === "") return "aws";
  const known = PROVIDERS.find((id) => PRESETS[id].endpoint?.(region) === endpoint);
  if (known) return known;
  return /\.r2\.cloudflarestorage\.com$/.test(endpoint) ? "r2" : "other";
}
