import { expect, it } from "vitest";
import type { Session } from "../../src/records/session.ts";
import { alice, bob, geeAlice, type Scene } from "./engine-scene.ts";

export function sessionsContract(scene: () => Scene): void {
  const signedIn = (account: Session["account"]): Session => ({
    account,
    pending: null,
    expiresAt: scene().clock.now + 1000,
  });

  it("is found by its hash until it expires", async () => {
    const { engine, clock } = scene();
    await engine.sessions.create("a", signedIn(alice));
    expect(await engine.sessions.find("a", clock.now)).toEqual(signedIn(alice));
    expect(await engine.sessions.find("b", clock.now)).toBeNull();
    expect(await engine.sessions.find("a", clock.now + 999)).not.toBeNull();
    expect(await engine.sessions.find("a", clock.now + 1000)).toBeNull();
  });

  it("of a sign-in that was only begun knows the page to return to, and nobody's account", async () => {
    const { engine, clock } = scene();
    const pending = { host: "gitee", state: "s", verifier: "v", returnTo: "/account" } as const;
    const begun: Session = { account: null, pending, expiresAt: clock.now + 1 };
    await engine.sessions.create("a", begun);
    expect(await engine.sessions.find("a", clock.now)).toEqual(begun);
  });

  it("ends once, so that a sign-in can't be used twice", async () => {
    const { engine, clock } = scene();
    await engine.sessions.create("a", signedIn(alice));
    const ends = await Promise.all([engine.sessions.end("a"), engine.sessions.end("a")]);
    expect(ends.filter(Boolean)).toHaveLength(1);
    expect(await engine.sessions.find("a", clock.now)).toBeNull();
  });

  it("ends with all others of its account, and no one else's", async () => {
    const { engine, clock } = scene();
    await engine.sessions.create("a1", signedIn(alice));
    await engine.sessions.create("a2", signedIn(alice));
    await engine.sessions.create("b", signedIn(bob));
    await engine.sessions.create("g", signedIn(geeAlice));
    await engine.sessions.endAll(alice);
    const left = await Promise.all(
      ["a1", "a2", "b", "g"].map((hash) => engine.sessions.find(hash, clock.now)),
    );
    expect(left.map((session) => session?.account ?? null)).toEqual([null, null, bob, geeAlice]);
  });

  it("is gone from the store when it is tidied after its end", async () => {
    const { engine, clock } = scene();
    await engine.sessions.create("a", signedIn(alice));
    await engine.sessions.tidy(clock.now + 999);
    expect(await engine.sessions.find("a", clock.now)).not.toBeNull();
    await engine.sessions.tidy(clock.now + 1000);
    expect(await engine.sessions.find("a", clock.now)).toBeNull();
  });
}
