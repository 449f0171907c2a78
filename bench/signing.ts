/**
 * Measures the time from the click on "I agree and sign" to the green status on the host, which takes 80 ms for an
 * answer, and the bytes of a first visit to the page.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync } from "node:zlib";
import { startHosts } from "../playground/stage.ts";
import { serve } from "../test/whole-way/serve-process.ts";
import { median, quantile, type Bench } from "./result.ts";

const LATENCY_MS = 80;
const GOAL_SECONDS = 2;
const GOAL_BYTES = 50_000;

export const signing: Bench = async ({ quick }) => {
  const hosts = await startHosts();
  const { github } = hosts;
  const served = await serve(hosts);
  try {
    const hello = github.repository({ owner: "octo", name: "hello" });
    github.faults.latency = LATENCY_MS;
    const seconds: number[] = [];
    for (let round = 0; round < (quick ? 3 : 11); round += 1) {
      const opener = github.user({ login: `contributor-${round}` });
      const pull = hello.openPull({ opener });
      const state = (): string | undefined => hello.statusesOf(pull.head.sha)[0]?.state;
      while (state() !== "failure") await sleep(10);
      const { path, cookie, fields } = await openForm(served.url, pull.number, opener.login);
      const clicked = performance.now();
      const answer = post(served.url + path, fields, cookie);
      while (state() !== "success") await sleep(2);
      seconds.push((performance.now() - clicked) / 1_000);
      const { status } = await answer;
      if (status !== 303) throw new Error(`signing was answered with ${status}`);
    }
    const bytes = await weigh(`${served.url}/sign/icla?pull=github:octo/hello%231`);
    return [
      {
        what: "from the click to the green status",
        measured: `${median(seconds).toFixed(2)} s, at worst ${quantile(seconds, 1).toFixed(2)} s`,
        goal: `≤ ${GOAL_SECONDS} s`,
        met: quantile(seconds, 1) <= GOAL_SECONDS,
      },
      {
        what: "first load of the page, nothing compressed",
        measured: `${(bytes.plain / 1_000).toFixed(1)} kB (${(bytes.compressed / 1_000).toFixed(1)} kB if a proxy compresses)`,
        goal: `< ${GOAL_BYTES / 1_000} kB`,
        met: bytes.plain < GOAL_BYTES,
      },
    ];
  } finally {
    await served.end("SIGTERM");
    await hosts.stop();
  }
};

/** Follows the details link's page to the agreement, signs in, and fills the form. */
async function openForm(url: string, number: number, login: string) {
  const path = `/sign/icla?pull=${encodeURIComponent(`github:octo/hello#${number}`)}`;
  const begun = await get(`${url}/sign-in/github?return_to=${encodeURIComponent(path)}`, "");
  const authorize = new URL(begun.headers.get("location") ?? "");
  authorize.searchParams.set("as", login);
  const back = (await get(authorize.href, "")).headers.get("location") ?? "";
  const cookie = cookieOf(await get(back, cookieOf(begun)));
  const page = await (await get(url + path, cookie)).text();
  const fields: Record<string, string> = {};
  for (const name of ["csrf", "version", "digest"])
    fields[name] = new RegExp(`name="${name}" value="([^"]+)"`).exec(page)?.[1] ?? "";
  return { path, cookie, fields };
}

function get(url: string, cookie: string): Promise<Response> {
  return fetch(url, { redirect: "manual", headers: { cookie } });
}

function post(url: string, fields: Record<string, string>, cookie: string): Promise<Response> {
  const headers = { cookie, origin: new URL(url).origin };
  return fetch(url, { method: "POST", redirect: "manual", body: new URLSearchParams(fields), headers });
}

function cookieOf(response: Response): string {
  return response.headers.get("set-cookie")?.split(";")[0] ?? "";
}

/** The bytes of a page and of the files that it loads. */
async function weigh(url: string): Promise<{ plain: number; compressed: number }> {
  const page = Buffer.from(await (await fetch(url)).arrayBuffer());
  const assets = new Set(page.toString().match(/(?<=(?:href|src)=")\/assets\/[^"]+/g));
  let [plain, compressed] = [page.length, brotliCompressSync(page).length];
  for (const asset of assets) {
    const bytes = Buffer.from(await (await fetch(new URL(asset, url))).arrayBuffer());
    plain += bytes.length;
    compressed += brotliCompressSync(bytes).length;
  }
  return { plain, compressed };
}
