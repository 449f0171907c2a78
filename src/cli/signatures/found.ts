/**
 * A host's answers about logins, in a file next to the imported one, until the import is done. It holds no logins, only
 * hashes of them; a person with the imported file can match them.
 */
import { createHash, randomBytes } from "node:crypto";
import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { z } from "zod";
import { accountOf, HOSTS, numberOf, type HostName, type Registered } from "../../account.ts";
import { Failure } from "../../error.ts";

export interface Found {
  /** Undefined: not looked up yet; null: the host has no such account. */
  get(host: HostName, login: string): Registered | null | undefined;
  keep(host: HostName, answers: readonly (readonly [string, Registered | null])[]): Promise<void>;
  /** Adds to a failure that the import can continue where it stopped. */
  explain(error: unknown): unknown;
  /** The import is done: removes the file. */
  end(): Promise<void>;
}

const Line = z.object({
  host: z.enum(HOSTS),
  login: z.string(),
  account: z.number().int().positive().nullable(),
  created: z.number().nullable(),
  /** When the host answered, in milliseconds since the epoch. A file's own time changes when it is copied. */
  at: z.number(),
});
/** How long an answer is used, in milliseconds: a login may pass to another person. */
const LIFE = 7 * 24 * 3_600_000;

const Head = z.object({ salt: z.string() });

/**
 * @param file the imported file; null: it has no name, and nothing is saved
 * @param resume whether to continue from the saved answers of an earlier import of the same file
 * @param tell called with the reason when saved answers are not used
 * @param now milliseconds since the epoch
 */
export async function openFound(
  file: string | null,
  resume: boolean,
  tell: (text: string) => void,
  now: () => number,
): Promise<Found> {
  const path = file === null ? null : `${file}.resume`;
  const before = path === null || !resume ? null : await readBefore(path, tell, now());
  const answers = before?.answers ?? new Map<string, Registered | null>();
  const salt = before?.salt ?? randomBytes(16).toString("hex");
  let begun = before !== null;
  let kept = path !== null;
  const hash = (host: HostName, login: string): string =>
    createHash("sha256").update(`${salt} ${host} ${login}`).digest("hex");

  async function write(text: string): Promise<void> {
    if (path === null || !kept) return;
    try {
      if (!begun) await writeFile(path, `${JSON.stringify({ salt })}\n`, { mode: 0o600 });
      begun = true;
      await appendFile(path, text);
    } catch {
      // If nothing can be saved, the import continues without it.
      kept = false;
    }
  }

  return {
    get: (host, login) => answers.get(`${host} ${hash(host, login)}`),
    keep: async (host, all) => {
      const lines = all.map(([login, registered]) => {
        const hashed = hash(host, login);
        answers.set(`${host} ${hashed}`, registered);
        const account = registered === null ? null : numberOf(registered.account);
        const created = registered?.createdAt ?? null;
        return `${JSON.stringify({ host, login: hashed, account, created, at: now() })}\n`;
      });
      await write(lines.join(""));
    },
    explain: (error) =>
      error instanceof Failure && kept && begun
        ? new Failure(
            error.code,
            `${error.message}; run it again with --resume to continue after the ${answers.size} logins that were looked up`,
            { retryAt: error.retryAt, cause: error },
          )
        : error,
    end: async () => {
      if (path !== null && begun) await rm(path, { force: true });
    },
  };
}

async function readBefore(
  path: string,
  tell: (text: string) => void,
  now: number,
): Promise<{ salt: string; answers: Map<string, Registered | null> } | null> {
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) {
    tell("there is nothing to resume: every login is looked up\n");
    return null;
  }
  const [head = "", ...lines] = text.split("\n");
  const salt = Head.safeParse(parsed(head)).data?.salt;
  if (salt === undefined) return null;
  const answers = new Map<string, Registered | null>();
  let old = 0;
  for (const line of lines) {
    // The last line may be truncated.
    const { data } = Line.safeParse(parsed(line));
    if (data === undefined) continue;
    if (Math.abs(now - data.at) > LIFE) {
      old++;
      continue;
    }
    const { host, login, account, created } = data;
    answers.set(
      `${host} ${login}`,
      account === null ? null : { account: accountOf(host, account), createdAt: created },
    );
  }
  if (old > 0) tell(`${old} of the logins were looked up more than a week ago: they are looked up again\n`);
  return { salt, answers };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
