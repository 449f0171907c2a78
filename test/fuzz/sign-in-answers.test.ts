/**
 * Somebody signs in while a proxy changes the host's answers: whose account it is is what the host said, or the sign-in
 * fails with a {@link Failure} whose text names nobody and has no token. The next complete answer signs in.
 */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { accountOf } from "../../src/account.ts";
import { Failure } from "../../src/error.ts";
import { giteeSignIn } from "../../src/gitee/sign-in.ts";
import { githubSignIn } from "../../src/github/sign-in.ts";
import type { SignIn } from "../../src/ports/sign-in.ts";
import { SimulatedGitee } from "../../playground/gitee/simulated-gitee.ts";
import { SimulatedGitHub } from "../../playground/github/simulated-github.ts";
import { alterAnswer } from "./alter-answer.ts";
import { alteringProxy, type AlteringProxy } from "./altering-proxy.ts";
import { randomFor, ROUNDS, startWatchdog, TIMEOUT, type Watchdog } from "./rounds.ts";

const SIGN_INS = ROUNDS / 4;
const CLIENT = { clientId: "client", clientSecret: "client-secret" };
const BACK = "https://cla.example.com/back";

let watchdog: Watchdog;
beforeAll(() => {
  watchdog = startWatchdog();
});
afterAll(() => watchdog.stop());

interface Scene {
  readonly signIn: SignIn;
  readonly proxy: AlteringProxy;
  readonly account: string;
}

async function onGitHub(): Promise<Scene> {
  const github = await SimulatedGitHub.start({ webhookSecret: "s3cret", ...CLIENT });
  onTestFinished(() => github.stop());
  const { id } = github.user({ login: "canary-alice" });
  const proxy = await alteringProxy(github.url);
  const signIn = githubSignIn({ webUrl: proxy.url, apiUrl: `${proxy.url}/api/v3`, ...CLIENT });
  return { signIn, proxy, account: accountOf("github", id) };
}

async function onGitee(): Promise<Scene> {
  const gitee = await SimulatedGitee.start({ token: "t", webhookSecret: "s3cret", ...CLIENT });
  onTestFinished(() => gitee.stop());
  const { id } = gitee.user({ login: "canary-alice" });
  const proxy = await alteringProxy(gitee.url);
  return { signIn: giteeSignIn({ webUrl: proxy.url, ...CLIENT }), proxy, account: accountOf("gitee", id) };
}

describe.each([
  ["GitHub", onGitHub],
  ["Gitee", onGitee],
] as const)("a changed answer of $0 to a sign-in", { timeout: TIMEOUT }, (name, sceneOf) => {
  it("signs in nobody else, throws nothing unforeseen, and is forgotten with the next complete answer", async () => {
    const { signIn, proxy, account } = await sceneOf();
    const attempt = async (alter: AlteringProxy["alter"]): Promise<string> => {
      proxy.alter = null;
      const { url, state, verifier } = await signIn.begin(BACK);
      url.searchParams.set("as", "canary-alice");
      const answer = await fetch(url, { redirect: "manual" });
      const { searchParams } = new URL(answer.headers.get("location") ?? "");
      proxy.alter = alter;
      try {
        return (await signIn.finish(searchParams, { state, verifier, redirectUri: BACK })).account;
      } catch (error) {
        if (!(error instanceof Failure)) return `throws ${String((error as Error).stack)}`;
        return /canary/.test(error.message) || error.cause !== undefined
          ? `says ${error.message}`
          : error.code;
      }
    };
    // A busy machine may not answer in time.
    await expect.poll(() => attempt(null), { timeout: 60_000 }).toBe(account);
    const random = randomFor(`sign-in ${name}`);
    const seen = new Set<string>();
    const faults: string[] = [];
    for (let round = 0; round < SIGN_INS; round += 1) {
      const altered: string[] = [];
      const found = await attempt((answer) => {
        if (random() < 0.3) return answer;
        const result = alterAnswer(answer, random);
        altered.push(JSON.stringify(result));
        watchdog.begins(`${name}: ${altered.join("\n")}`);
        return result;
      });
      seen.add(found);
      if (/^(?:says|throws)/.test(found) || (found.includes(":") && found !== account))
        faults.push(`${found} after ${altered.join("\n")}`);
    }
    expect(faults).toEqual([]);
    expect(seen.size).toBeGreaterThan(1);
    // A busy machine may not answer in time.
    await expect.poll(() => attempt(null), { timeout: 60_000 }).toBe(account);
  });
});
