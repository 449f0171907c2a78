/**
 * The domain in the addresses that the host gives out itself. An Enterprise Server uses its own host name, and
 * that is what this one is to the bot; github.com's are understood as well.
 */
export const DOMAIN = "127.0.0.1";

/** Who commits what is done on the website. */
export const WEB_FLOW = { name: "GitHub", email: `noreply@${DOMAIN}` };

export function noreplyAddress(id: number, login: string): string {
  return `${id}+${login}@users.noreply.${DOMAIN}`;
}

/** The number (newer addresses) or the login (older ones) in an address that the host gave out; else null. */
export function readNoreply(email: string): { id: number } | { login: string } | null {
  const [, id, login, domain] = /^(?:(\d+)\+)?([^@]+)@users\.noreply\.(.+)$/.exec(email.toLowerCase()) ?? [];
  if (!login || (domain !== DOMAIN && domain !== "github.com")) return null;
  return id ? { id: Number(id) } : { login };
}
