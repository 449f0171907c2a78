/** One call that came in, and how it ended. */
export interface Call {
  kind: "rest" | "graphql" | "token" | "sign-in";
  method: string;
  /** The path with its variables unfilled, or the GraphQL operation's name. */
  route: string;
  /** What it is about, for a page to show: the path as it was asked, or `#7` and ids out of the query's variables. */
  about: string;
  /** 0 as long as it is not answered. */
  status: number;
  write: boolean;
  /** The installation whose token it carried; null for the app itself, users and nobody. */
  installation: number | null;
  at: number;
}

export interface CallSummary {
  reads: number;
  writes: number;
  /** How often each route was called, e.g. `{ "POST /repos/{owner}/{repo}/statuses/{sha}": 1 }`. */
  byRoute: Record<string, number>;
}

/** Counts what the bot costs. */
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

  /** Reads and writes, without the renewal of tokens and without sign-ins. */
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
