// A Google service account's key file: checked before it is used, so that a wrong file is named as such at once.
export type KeyFile = { email: string; project: string };

/** Whose key the text is, or what is wrong with it; null for no text. */
export function readKeyFile(text: string): KeyFile | { problem: string } | null {
  if (text.trim() === "") return null;
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return { problem: "This is not a key file: it should be JSON, from its first { to its last }." };
  }
  const field = (name: string): string => {
    const value = typeof read === "object" && read !== null ? (read as Record<string, unknown>)[name] : undefined;
    return typeof value === "string" ? value.trim() : "";
  };
  const email = field("client_email");
  if (email !== "" && field("private_key").startsWith("-----BEGIN")) return { email, project: field("project_id") };
  const other = typeof read === "object" && read !== null && ("installed" in read || "web" in read);
  return {
    problem: other
      ? "This file is an OAuth client, not the key of a service account."
      : "This JSON holds no key of a service account: “client_email” or “private_key” is missing.",
  };
}
