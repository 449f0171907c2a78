import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { Registry, collectDefaultMetrics } from "prom-client";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseAllDocuments, parse } from "yaml";
import { z } from "zod";
import { readConfiguration } from "../../src/bot/configuration.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { VERSION } from "../../src/bot/version.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { siteRoutes } from "../../src/http/site.ts";
import { IDLE_SOURCES } from "../http/metric-sources.ts";
import { VARIABLE_NAMES } from "./variable-names.ts";

const DEPLOY = new URL("../../deploy/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, DEPLOY), "utf8");
const DOCKERFILE = read("../Dockerfile");
/** Variables that the container's platform sets for Node.js itself, and for the system's memory. */
const NODE_VARIABLES = [
  "NODE_ENV",
  "NODE_COMPILE_CACHE",
  "MALLOC_ARENA_MAX",
  "MALLOC_TRIM_THRESHOLD_",
  "MALLOC_TOP_PAD_",
  "MALLOC_MMAP_THRESHOLD_",
];

function expectKnown(names: readonly string[]): void {
  expect(names.filter((name) => !VARIABLE_NAMES.includes(name) && !NODE_VARIABLES.includes(name))).toEqual(
    [],
  );
}

it("deploy/README.md names every file beside it", () => {
  const readme = read("README.md");
  const files = readdirSync(DEPLOY).filter((name) => name !== "README.md");
  expect(files.filter((name) => !readme.includes(`(${name})`))).toEqual([]);
  expect(files.length).toBe(8);
});

const Service = z.strictObject({
  build: z.literal("..").optional(),
  image: z
    .string()
    .regex(/^postgres:\d+$/)
    .optional(),
  restart: z.literal("unless-stopped"),
  read_only: z.literal(true).optional(),
  env_file: z.literal(".env").optional(),
  environment: z.record(z.string(), z.string()),
  volumes: z.array(z.string()),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/)).optional(),
  stop_grace_period: z.string().optional(),
  security_opt: z.array(z.literal("no-new-privileges:true")).optional(),
  cap_drop: z.tuple([z.literal("ALL")]).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal("service_healthy") })).optional(),
  healthcheck: z
    .strictObject({
      test: z.array(z.string()),
      interval: z.string(),
      timeout: z.string(),
      retries: z.number(),
    })
    .optional(),
});
/** https://docs.docker.com/reference/compose-file */
const Compose = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.null()),
});

describe.each(["compose.yml", "compose.sqlite.yml"])("deploy/%s", (name) => {
  const { services, volumes } = Compose.parse(parse(read(name)));
  const { bot, database } = services;

  it("runs the image as it is made: its folders, its port, a read-only root, no capability", () => {
    expect(bot).toMatchObject({ build: "..", read_only: true, cap_drop: ["ALL"], env_file: ".env" });
    expect(bot?.ports).toEqual(["127.0.0.1:3000:3000"]);
    expect(DOCKERFILE).toMatch(/PORT=3000/);
    for (const volume of bot?.volumes ?? []) {
      const [from = "", to = ""] = volume.split(":");
      expect(DOCKERFILE).toContain(to);
      expect([...Object.keys(volumes), "./config"]).toContain(from);
    }
    expect(bot?.volumes).toContain("./config:/config:ro");
    expect(DOCKERFILE).toContain("COUNTERSIGN_CONFIG=/config/countersign.yml");
  });

  it("sets variables that the bot reads", () => {
    expectKnown(Object.keys(bot?.environment ?? {}));
    expect(bot?.environment["DATABASE_URL"]).toMatch(
      database === undefined
        ? /^file:\/data\//
        : /^postgres:\/\/countersign:\$\{POSTGRES_PASSWORD:\?[^}]+\}@database:5432\//,
    );
    expect(Object.keys(database?.environment ?? {})).toEqual(
      database === undefined ? [] : ["POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"],
    );
  });

  it("gives a stop more time than it takes", () => {
    expect(Number.parseInt(bot?.stop_grace_period ?? "0", 10)).toBeGreaterThan(8);
  });
});

interface Resource {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { readonly name: string };
  readonly data?: Record<string, string>;
  readonly spec?: Record<string, unknown>;
}

const Probe = z.object({ httpGet: z.strictObject({ path: z.string(), port: z.literal("http") }) });
const Deployment = z.object({
  replicas: z.literal(1),
  strategy: z.strictObject({ type: z.literal("Recreate") }),
  template: z.object({
    metadata: z.object({ annotations: z.record(z.string(), z.string()) }),
    spec: z.object({
      automountServiceAccountToken: z.literal(false),
      terminationGracePeriodSeconds: z.number().min(10),
      securityContext: z.object({
        runAsNonRoot: z.literal(true),
        runAsUser: z.number(),
        fsGroup: z.number(),
      }),
      containers: z.tuple([
        z.object({
          image: z.string(),
          ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
          env: z.array(z.strictObject({ name: z.string(), value: z.string() })),
          volumeMounts: z.array(
            z.object({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() }),
          ),
          startupProbe: Probe,
          livenessProbe: Probe,
          readinessProbe: Probe,
          resources: z.strictObject({
            requests: z.strictObject({ cpu: z.string(), memory: z.string() }),
            limits: z.strictObject({ memory: z.string() }),
          }),
          securityContext: z.strictObject({
            readOnlyRootFilesystem: z.literal(true),
            allowPrivilegeEscalation: z.literal(false),
            capabilities: z.strictObject({ drop: z.tuple([z.literal("ALL")]) }),
          }),
        }),
      ]),
      volumes: z.array(
        z.object({ name: z.string(), persistentVolumeClaim: z.object({ claimName: z.string() }).optional() }),
      ),
    }),
  }),
});

describe("deploy/kubernetes.yaml", () => {
  const resources = parseAllDocuments(read("kubernetes.yaml")).map((one) => one.toJS() as Resource);
  const of = (kind: string): Resource | undefined => resources.find((one) => one.kind === kind);
  const { template } = Deployment.parse(of("Deployment")?.spec);
  const { containers, volumes } = template.spec;
  const [container] = containers;

  it("has a pod with one volume for data, and what it mounts is declared", () => {
    expect(resources.map(({ kind }) => kind)).toEqual([
      "ConfigMap",
      "PersistentVolumeClaim",
      "Deployment",
      "Service",
    ]);
    expect(volumes.filter(({ persistentVolumeClaim: claim }) => claim !== undefined)).toHaveLength(1);
    expect(volumes.find(({ name }) => name === "data")?.persistentVolumeClaim?.claimName).toBe(
      of("PersistentVolumeClaim")?.metadata.name,
    );
    expect(container.volumeMounts.map(({ name }) => name)).toEqual(volumes.map(({ name }) => name));
    expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toEqual(["/data", "/config"]);
    expect(container.image).toBe(`countersign:${VERSION}`);
  });

  it("probes addresses that the bot answers", async () => {
    const site = siteRoutes({
      ready: async () => {},
      metrics: createMetrics(IDLE_SOURCES),
      metricsAccess: { token: null, port: null },
      pages: null,
      log: pino({ level: "silent" }),
    });
    const { startupProbe, livenessProbe, readinessProbe } = container;
    const paths = [startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet.path);
    expect(paths).toEqual(["/readyz", "/healthz", "/readyz"]);
    for (const path of paths) expect((await site.request(path)).status).toBe(200);
    expect(container.ports.find(({ name }) => name === "http")?.containerPort).toBe(3000);
  });

  it("sets variables that the bot reads, and keeps the metrics within the cluster", () => {
    expectKnown(container.env.map(({ name }) => name));
    const port = container.env.find(({ name }) => name === "METRICS_PORT")?.value;
    expect(template.metadata.annotations["prometheus.io/port"]).toBe(port);
    expect(JSON.stringify(of("Service")?.spec)).not.toContain("metrics");
  });

  it("brings a countersign.yml without a mistake", () => {
    const folder = mkdtempSync(join(tmpdir(), "countersign-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "countersign.yml");
    writeFileSync(file, of("ConfigMap")?.data?.["countersign.yml"] ?? "");
    expect(readConfiguration(file).agreements).toHaveLength(1);
  });
});

describe("deploy/countersign.service", () => {
  const unit = read("countersign.service");
  const values = (name: string): readonly string[] =>
    [...unit.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].map(([, value = ""]) => value);

  it("is of sections and directives, and has each of them that hardens a service", () => {
    const lines = unit.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    expect(lines.filter((line) => !/^\[(Unit|Service|Install)\]$|^[A-Z][A-Za-z]+=/.test(line))).toEqual([]);
    for (const [name, value] of [
      ["DynamicUser", "yes"],
      ["NoNewPrivileges", "yes"],
      ["CapabilityBoundingSet", ""],
      ["ProtectSystem", "strict"],
      ["ProtectHome", "yes"],
      ["PrivateTmp", "yes"],
      ["PrivateDevices", "yes"],
      ["RestrictNamespaces", "yes"],
      ["UMask", "0077"],
    ] as const)
      expect([name, values(name)]).toEqual([name, [value]]);
    // V8 compiles JavaScript to machine code at run time.
    expect(values("MemoryDenyWriteExecute")).toEqual([]);
  });

  it("runs the package's command, with variables that the bot reads, and writes where it may", () => {
    expect(values("ExecStart")).toEqual(["/opt/countersign/bin/countersign serve"]);
    const variables = new Map(
      values("Environment").map((text) => [text.split("=")[0] ?? "", text.slice(text.indexOf("=") + 1)]),
    );
    expectKnown([...variables.keys()]);
    expect(variables.get("DATABASE_URL")).toMatch(
      new RegExp(`^file:/var/lib/${values("StateDirectory")[0]}/`),
    );
    expect(variables.get("NODE_COMPILE_CACHE")).toBe(`/var/cache/${values("CacheDirectory")[0]}`);
  });
});

describe("the commands in deploy/README.md", () => {
  const readme = read("README.md");

  it("for systemd use the service's program, user, folder and variables", () => {
    const unit = read("countersign.service");
    const [, command = ""] = /^(sudo systemd-run [\s\S]*?)\n```/m.exec(readme) ?? [];
    const words = command.replaceAll("\\\n", " ").split(/\s+/);
    const properties = words.flatMap((word) => /^--(?:property|setenv)=(.*)$/.exec(word)?.[1] ?? []);
    const settings = properties.map((one) =>
      /^(?:COUNTERSIGN|DATABASE)_/.test(one) ? `Environment=${one}` : one,
    );
    // The name of the dynamic user is that of the unit, which another unit has to say.
    expect(settings.filter((one) => !unit.includes(`\n${one}\n`))).toEqual(["User=countersign"]);
    expect(unit).toContain(`\nExecStart=${words.at(-2)} serve\n`);
  });

  it("name services and commands that there are", () => {
    for (const name of ["compose.yml", "compose.sqlite.yml"]) {
      const { services } = Compose.parse(parse(read(name)));
      expect(services["bot"]).toBeDefined();
    }
    const programs = [...readme.matchAll(/(?:rm|TTY) bot (\w+)|countersign\.js (\w+)/g)];
    const named = programs.flatMap(([, one, other]) => one ?? other ?? []);
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((one) => !COMMANDS.has(one))).toEqual([]);
    expect(DOCKERFILE).toContain('ENTRYPOINT ["node", "bin/countersign.js"]');
  });
});

describe.each(["Caddyfile", "nginx.conf"])("deploy/%s", (name) => {
  const text = read(name).replaceAll(/^\s*#.*$/gm, "");

  it("has balanced blocks, TLS, and leads to the bot's port", () => {
    expect(text.split("{").length).toBe(text.split("}").length);
    expect(text).toContain("127.0.0.1:3000");
    // Caddy fetches a certificate for a site that is a host name.
    const tls =
      name === "Caddyfile"
        ? /^cla\.example\.com \{$/m
        : /listen 443 ssl[\s\S]*ssl_certificate [\s\S]*ssl_certificate_key /;
    expect(text).toMatch(tls);
  });

  it("lets bodies of 25 MiB through, and /metrics to nobody", () => {
    const size = /(?:client_max_body_size|max_size) (\d+)(?:m|MiB)/.exec(text)?.[1];
    expect(Number(size)).toBeGreaterThan(25);
    expect(text).toMatch(/location = \/metrics \{\s*return 404;|respond \/metrics 404/);
  });

  it("names the visitor in X-Forwarded-For, and nobody that the visitor names", () => {
    // Caddy does so by itself: caddyserver.com/docs/caddyfile/directives/reverse_proxy#defaults
    const named = name === "Caddyfile" ? /reverse_proxy / : /proxy_set_header X-Forwarded-For \$remote_addr;/;
    expect(text).toMatch(named);
    expect(text).not.toMatch(/trusted_proxies|proxy_add_x_forwarded_for/);
  });
});

/** Every metric that the bot has, with its labels. */
function known(): ReadonlyMap<string, readonly string[]> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const own = createMetrics(IDLE_SOURCES).list();
  return new Map([
    ...registry.getMetricsAsArray().map((one): [string, string[]] => [one.name, []]),
    ...own.map(({ name, labels }): [string, readonly string[]] => [name, labels]),
  ]);
}

/** Labels that Prometheus itself adds. */
const ADDED = ["instance", "job", "le"];

function expectExpression(expression: string): void {
  const metrics = known();
  const names = expression.match(/\b(?:countersign|process|nodejs)_[a-z0-9_]+/g) ?? [];
  expect(names.length).toBeGreaterThan(0);
  const found = names.map((name) => (metrics.has(name) ? name : name.replace(/_(bucket|count|sum)$/, "")));
  expect(found.filter((name) => !metrics.has(name))).toEqual([]);
  const labels = found.flatMap((name) => [...(metrics.get(name) ?? []), ...ADDED]);
  const used = [
    ...[...expression.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(/,\s*/)),
    ...[...expression.matchAll(/([a-z_]+)=~?"/g)].map(([, label = ""]) => label),
  ];
  expect(used.filter((label) => !labels.includes(label))).toEqual([]);
  expect(expression.split("(").length).toBe(expression.split(")").length);
}

const Target = z.strictObject({
  refId: z.string(),
  datasource: z.strictObject({ type: z.literal("prometheus"), uid: z.literal("${datasource}") }),
  expr: z.string(),
  legendFormat: z.string(),
});
const Dashboard = z.object({
  title: z.literal("Countersign"),
  schemaVersion: z.number(),
  templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.literal("datasource") })) }),
  panels: z.array(
    z.object({
      id: z.number(),
      title: z.string(),
      type: z.enum(["stat", "timeseries"]),
      gridPos: z.strictObject({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(Target).min(1),
    }),
  ),
});

describe("deploy/grafana-dashboard.json", () => {
  const { panels } = Dashboard.parse(JSON.parse(read("grafana-dashboard.json")));

  it("shows metrics and labels that there are, and every metric of the bot's own but two that others tell in detail", () => {
    const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    for (const expression of expressions) expectExpression(expression);
    const own = createMetrics(IDLE_SOURCES).list();
    const left = own.filter(({ name }) => !expressions.some((expr) => expr.includes(name)));
    expect(left.map(({ name }) => name)).toEqual([
      "countersign_checks_total",
      "countersign_bad_requests_total",
    ]);
  });

  it("has panels of which none covers another", () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBeLessThanOrEqual(24);
  });
});

/** https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules */
const Rules = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Countersign[A-Za-z]+$/),
          expr: z.string(),
          for: z.string().regex(/^\d+[smh]$/),
          labels: z.strictObject({ severity: z.enum(["critical", "warning", "info"]) }),
          annotations: z.strictObject({ summary: z.string(), description: z.string() }),
        }),
      ),
    }),
  ),
});

describe("deploy/prometheus-alerts.yml", () => {
  it("asks for metrics and labels that there are, and says of labels only what its expression keeps", () => {
    const { groups } = Rules.parse(parse(read("prometheus-alerts.yml")));
    const rules = groups.flatMap(({ rules }) => rules);
    expect(rules.length).toBeGreaterThan(5);
    for (const { expr, annotations } of rules) {
      expectExpression(expr);
      const kept = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(/,\s*/));
      const said = [...JSON.stringify(annotations).matchAll(/\$labels\.([a-z]+)/g)].map(([, name]) => name);
      expect(said.filter((name) => !kept.includes(name ?? ""))).toEqual([]);
    }
  });
});

it("the files of deploy/ are a part of the package", () => {
  const { files } = JSON.parse(read("../package.json")) as { files: string[] };
  expect(files).toContain("deploy/");
  expect(existsSync(DEPLOY)).toBe(true);
});
