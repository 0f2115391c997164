// Addresses as people type them: what is wrong with one, and what they most likely meant.
const FOLDER = "Albumen Photos";

const parse = (text: string): URL | null => {
  try {
    return new URL(text);
  } catch {
    return null;
  }
};

export function webdavProblem(address: string): string | null {
  if (address === "") return null;
  const url = /^https?:\/\//i.test(address) ? parse(address) : null;
  if (!url) return "An address starts with https:// (or http:// in your own network).";
  if (url.username || url.password) return "User and password go into their own fields, not into the address.";
  return null;
}

/** Not encrypted on its way; this machine itself is no way. */
export function isOpen(address: string): boolean {
  const url = parse(address);
  return url?.protocol === "http:" && !/^(localhost|127\.|\[::1\])/.test(url.host);
}

/** The WebDAV address behind a Nextcloud's page or bare host name; null where the address is one already. */
export function nextcloudAddress(address: string, user: string): string | null {
  const url = parse(address);
  if (!url || user === "" || webdavProblem(address) || /\/(remote\.php|dav|webdav)(\/|$)/i.test(url.pathname))
    return null;
  const base = url.pathname.replace(/\/(index\.php|apps|login|f|settings)(\/.*)?$/, "").replace(/\/+$/, "");
  if (base.split("/").length > 2) return null;
  return `${url.origin}${base}/remote.php/dav/files/${encodeURIComponent(user)}/${encodeURIComponent(FOLDER)}`;
}

export type Server = { host: string; port?: number; user?: string; folder?: string };

/** `anna@nas.local:2222` or `sftp://…`, taken apart; null for a bare name. */
export function readServer(text: string): Server | null {
  const match = /^(?:(?:sftp|ssh):\/\/)?(?:([^@/\s]+)@)?(\[[^\]]+\]|[^@:/\s]+)(?::(\d{1,5}))?(\/.*)?$/i.exec(
    text.trim(),
  );
  if (!match || match[0] === match[2]) return null;
  const [, user, host, port, folder] = match;
  return {
    host,
    ...(user && { user }),
    ...(port && { port: Number(port) }),
    ...(folder && folder !== "/" && { folder }),
  };
}

export const portProblem = (text: string): string | null =>
  /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535
    ? null
    : "A number from 1 to 65535, usually 22.";

export const folderProblem = (folder: string): string | null =>
  folder === "" || folder.startsWith("/") ? null : "The full path, starting with /.";
