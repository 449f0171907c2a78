/** What can happen to a process, a disk and a clock, with SQLite. */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { openSync, closeSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { setClock } from "../playground/clock.ts";
import type { BotProcess } from "../playground/bot-process.ts";
import { said, withCrowd, type Crowd } from "./crowd.ts";

const fileOf = ({ hosts }: Crowd): string => (hosts.variables["DATABASE_URL"] ?? "").slice("file:".length);

/** A process is killed at each write on the host in turn; the next one continues from there. */
export async function killAtEachWrite(): Promise<void> {
  await withCrowd(async (crowd) => {
    let bot = await crowd.serve();
    let left = Infinity;
    const killed: Promise<unknown>[] = [];
    crowd.hosts.github.onRequest(({ write, kind }) => {
      if (!write || kind !== "rest") return;
      left -= 1;
      if (left === 0) killed.push(bot.end("SIGKILL"));
    });
    // Four pull requests take four statuses and two comments.
    for (let write = 1; write <= 6; write += 1) {
      left = write;
      crowd.open(4);
      const until = performance.now() + 60_000;
      while (killed.length === 0 && performance.now() < until) await sleep(20);
      if (killed.length === 0) throw new Error(`write ${write} did not come`);
      await Promise.all(killed.splice(0));
      left = Infinity;
      bot = await crowd.serve();
    }
    await crowd.right();
  });
}

/** The disk is full while deliveries come, and has room again. */
export async function diskFull(): Promise<void> {
  await onSmallDisk(async (crowd, folder) => {
    const bot = await crowd.serve();
    crowd.open(4);
    await crowd.right();
    const filler = join(folder, "filler");
    fill(filler);
    crowd.open(40);
    await said(bot, /the disk that holds the database is full/);
    rmSync(filler);
    await bot.end("SIGTERM");
    await crowd.serve();
    await crowd.right();
  });
}

/** The disk is read-only: a start is refused with the reason, and nothing is lost once it can be written again. */
export async function diskReadOnly(): Promise<void> {
  await onSmallDisk(async (crowd, folder) => {
    await (await crowd.serve()).end("SIGTERM");
    mounted("-o", "remount,ro", folder);
    const refused = await crowd.serve().then(
      () => "",
      (error: unknown) => String(error),
    );
    mounted("-o", "remount,rw", folder);
    if (!/can't be (written|opened)/.test(refused))
      throw new Error(`a read-only disk is not refused: ${refused}`);
    await crowd.serve();
    crowd.open(4);
    await crowd.right();
  });
}

/** Somebody else locks the file for a minute while deliveries come. */
export async function lockedForAMinute(): Promise<void> {
  await withCrowd(async (crowd) => {
    const bot = await crowd.serve();
    const other = new Database(fileOf(crowd));
    other.exec("BEGIN IMMEDIATE");
    crowd.open(10);
    await sleep(60_000);
    other.exec("COMMIT");
    other.close();
    await crowd.hosts.github.deliveries.settled();
    // What was not acknowledged is found by the next start.
    await bot.end("SIGTERM");
    await crowd.serve();
    await crowd.right();
  });
}

/** The file is deleted below a running bot, which ends and says so; a backup is put in its place. */
export async function fileGone(): Promise<void> {
  await withCrowd(async (crowd) => {
    const bot = await crowd.serve();
    crowd.open(4);
    await crowd.right();
    const copy = join(crowd.hosts.folder, "copy.db");
    await crowd.command("backup", copy);
    for (const end of ["", "-wal", "-shm"]) rmSync(`${fileOf(crowd)}${end}`, { force: true });
    crowd.open(4);
    await said(bot, /the database file was deleted while it was open/);
    await bot.end("SIGTERM");
    await crowd.command("restore", copy, "--yes");
    await crowd.serve();
    await crowd.command("sweep");
    await crowd.right();
  });
}

/** A page of the file is damaged: doctor says so, nothing becomes green by it, and a backup is put in its place. */
export async function pageDamaged(): Promise<void> {
  await withCrowd(async (crowd) => {
    await (await crowd.serve()).end("SIGTERM");
    const copy = join(crowd.hosts.folder, "copy.db");
    await crowd.command("backup", copy);
    const file = fileOf(crowd);
    const descriptor = openSync(file, "r+");
    for (let page = 4; page * 4096 < statSync(file).size; page += 1)
      writeSync(descriptor, Buffer.alloc(512, 0xa5), 0, 512, page * 4096);
    closeSync(descriptor);
    const found = await crowd.command("doctor").catch((error: unknown) => String(error));
    if (!/damaged|malformed|exits 1/.test(found)) throw new Error(`doctor finds no damage: ${found}`);
    const bot = await crowd.serve().catch(() => null);
    crowd.open(4);
    await sleep(2_000);
    await bot?.end("SIGKILL");
    await crowd.command("restore", copy, "--yes");
    await crowd.serve();
    await crowd.command("sweep");
    await crowd.right();
  });
}

/** A second bot on the same file is refused with who holds it. */
export async function secondServe(): Promise<void> {
  await withCrowd(async (crowd) => {
    await crowd.serve();
    const refused = await crowd.serve({ PORT: "0" }).then(
      () => "",
      (error: unknown) => String(error),
    );
    if (!/another countersign serve uses this database: process \d+/.test(refused))
      throw new Error(`a second bot was not refused: ${refused}`);
    crowd.open(4);
    await crowd.right();
  });
}

/** The clock goes back by a day between two starts. */
export async function clockBack(): Promise<void> {
  await withCrowd(async (crowd) => {
    let bot: BotProcess = await crowd.serve();
    crowd.open(4);
    await crowd.right();
    await bot.end("SIGTERM");
    setClock(-24 * 60 * 60_000);
    try {
      bot = await crowd.serve({}, true);
      crowd.open(4);
      await crowd.right();
      await bot.end("SIGTERM");
    } finally {
      setClock(0);
    }
  });
}

/** Acts on a disk of 3 MiB. @throws where none may be mounted, which takes root */
async function onSmallDisk(act: (crowd: Crowd, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-disk-"));
  mounted("-t", "tmpfs", "-o", "size=3m", "none", folder);
  try {
    await withCrowd((crowd) => act(crowd, folder), { folder });
  } finally {
    spawnSync("umount", ["--lazy", folder]);
    await rm(folder, { recursive: true, force: true });
  }
}

export function mounted(...words: readonly string[]): void {
  const { status, stderr } = spawnSync("mount", words, { encoding: "utf8" });
  if (status !== 0)
    throw new Error(`this scenario mounts a small disk, for which it must be root: ${stderr}`);
}

/** Writes until the disk takes no more. */
export function fill(file: string): void {
  const descriptor = openSync(file, "w");
  try {
    for (const size of [65_536, 512]) {
      try {
        for (;;) writeSync(descriptor, Buffer.alloc(size));
      } catch {
        // Full, for pieces of this size.
      }
    }
  } finally {
    closeSync(descriptor);
  }
}
