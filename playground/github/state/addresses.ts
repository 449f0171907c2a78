/**
 * The domain of the host's noreply addresses. An Enterprise Server uses its own host name, as this one does for the
 * bot; github.com's are also accepted.
 */
export const DOMAIN = "127.0.0.1";

/** The committer of changes on the website. */
export const WEB_FLOW = { name: "GitHub", email: `noreply@${DOMAIN}` };

export function noreplyAddress(id: number, login: string): string {
  return `${id}+${login}@users.noreply.${DOMAIN}`;
}

/** The number (newer addresses) or the login (older ones) in a noreply address of the host; else null. */
export function readNoreply(email: string): { id: number } | { login: string } | null {
  const [, id, login, domain] = /^(?:(\d+)\+)?([^@]+)@users\.noreply\.(.+)$/.exec(email.toLowerCase()) ?? [];
  if (!login || (domain !== DOMAIN && domain !== "github.com")) return null;
  return id ? { id: Number(id) } : { login };
}
