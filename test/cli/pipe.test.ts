import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const PROGRAM = fileURLToPath(new URL("../../bin/countersign.js", import.meta.url));

describe("a pipe that nobody reads to its end", () => {
  it("is no failure of the command", async () => {
    const child = spawn(process.execPath, [PROGRAM, "--help"], { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    const said: Buffer[] = [];
    child.stderr.on("data", (part: Buffer) => said.push(part));
    const [code] = await once(child, "close");
    expect([code, Buffer.concat(said).toString()]).toEqual([0, ""]);
  });
});
