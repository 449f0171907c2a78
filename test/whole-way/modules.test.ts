import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { startHosts } from "../../playground/stage.ts";
import { stateOf } from "./scene.ts";
import { serve } from "./serve-process.ts";

const ROOT = pathToFileURL(`${fileURLToPath(new URL("../..", import.meta.url))}/`).href;
const HOOK = new URL("list-modules.ts", import.meta.url).href;

it("a running serve has loaded not one module of the playground, the tests or tracing, and Markdown when it is read", async () => {
  const hosts = await startHosts();
  onTestFinished(() => hosts.stop());
  const file = join(hosts.folder, "modules.txt");
  const served = await serve(hosts, { NODE_OPTIONS: `--import=${HOOK}`, MODULES_FILE: file });
  onTestFinished(async () => void (await served.end("SIGKILL")));
  const modules = async (): Promise<string[]> => (await readFile(file, "utf8")).split("\n");
  const parsers = (urls: readonly string[]): readonly string[] =>
    urls.filter((url) => url.includes("/node_modules/markdown-it/"));
  expect(parsers(await modules())).toEqual([]);
  // After a delivery and a page view on each host, all that serve loads lazily is loaded, too.
  const { github, gitee } = hosts;
  const pull = github
    .repository({ owner: "octo", name: "hello" })
    .openPull({ opener: github.user({ login: "alice" }) });
  const chinese = gitee
    .repository({ owner: "octo", name: "nihao" })
    .openPull({ opener: gitee.user({ login: "mei" }) });
  await expect.poll(() => stateOf(pull)).toBe("failure");
  await expect.poll(() => chinese.labels).toContain("cla/no");
  for (const path of ["/pulls/github/octo/hello/1", "/pulls/gitee/octo/nihao/1", "/sign/icla", "/privacy"])
    expect((await fetch(served.url + path)).status).toBe(200);

  const urls = await modules();
  expect(parsers(urls)).not.toEqual([]);
  // Tracing is off, so nothing of it is loaded but the bare API, which prom-client itself loads.
  expect(urls.filter((url) => /\/@opentelemetry\/(?!api\/)/.test(url))).toEqual([]);
  const loaded = urls
    .filter((url) => url.startsWith(ROOT) && !url.includes("/node_modules/"))
    .map((url) => url.slice(ROOT.length))
    .filter((path) => path !== "test/whole-way/list-modules.ts");
  expect(loaded).toEqual(
    expect.arrayContaining(["src/cli/serve.ts", "src/github/host.ts", "src/gitee/host.ts"]),
  );
  expect(loaded.filter((path) => !/^(?:src|bin)\/|^package\.json$/.test(path))).toEqual([]);
});
