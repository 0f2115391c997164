// An Azure storage account: its address follows its name, and its connection string holds everything.
const SUFFIX = "blob.core.windows.net";

export const azureEndpoint = (account: string): string => (account === "" ? "" : `https://${account}.${SUFFIX}`);

/** The account that an address of Azure's own names; empty for any other address. */
export const azureAccount = (endpoint: string): string =>
  new RegExp(`^https://([a-z0-9]+)\\.${SUFFIX.replaceAll(".", "\\.")}$`).exec(endpoint)?.[1] ?? "";

export const accountProblem = (account: string): string | null =>
  account === "" || /^[a-z0-9]{3,24}$/.test(account) ? null : "3 to 24 small letters and digits.";

/** What the portal calls “Connection string”, taken apart; null for any other text. */
export function readConnectionString(text: string): { account: string; key: string; endpoint: string } | null {
  const parts = new Map<string, string>();
  for (const part of text.trim().split(";")) {
    const at = part.indexOf("=");
    if (at > 0) parts.set(part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim());
  }
  const account = parts.get("accountname");
  const key = parts.get("accountkey");
  if (!account || !key) return null;
  const suffix = parts.get("endpointsuffix");
  const named = suffix && suffix !== "core.windows.net" ? `https://${account}.blob.${suffix}` : azureEndpoint(account);
  return { account, key, endpoint: (parts.get("blobendpoint") ?? named).replace(/\/+$/, "") };
}
