/** One received call, and its result. */
export interface Call {
  kind: "rest" | "graphql" | "token" | "sign-in";
  method: string;
  /** The path template, or the GraphQL operation's name. */
  route: string;
  /** Its subject, for a page: the requested path, or `#7` and ids from the query's variables. */
  about: string;
  /** 0 until it is answered. */
  status: number;
  write: boolean;
  /** The installation of its token; null for the app itself, users and anonymous callers. */
  installation: number | null;
  at: number;
}

export interface CallSummary {
  reads: number;
  writes: number;
  /** The number of calls of each route, e.g. `{ "POST /repos/{owner}/{repo}/statuses/{sha}": 1 }`. */
  byRoute: Record<string, number>;
}

/** Counts the bot's calls. */
export class Ledger {
  readonly calls: Call[] = [];

  open(call: Omit<Call, "status">): Call {
    const opened = { ...call, status: 0 };
    this.calls.push(opened);
    return opened;
  }

  reset(): void {
    this.calls.length = 0;
  }

  /** Reads and writes, without token renewals and sign-ins. */
  summary(): CallSummary {
    const counted = this.calls.filter(({ kind }) => kind === "rest" || kind === "graphql");
    const byRoute: Record<string, number> = {};
    for (const { kind, method, route } of counted) {
      const key = kind === "graphql" ? `graphql ${route}` : `${method} ${route}`;
      byRoute[key] = (byRoute[key] ?? 0) + 1;
    }
    const writes = counted.filter(({ write }) => write).length;
    return { reads: counted.length - writes, writes, byRoute };
  }
}
