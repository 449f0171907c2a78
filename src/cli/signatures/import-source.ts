import { createReadStream } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import type { SingleBar } from "cli-progress";
import { Problems, type Problem } from "../../error.ts";
import type { SignatureContext } from "../context.ts";

/** The name of standard input among files. */
export const STANDARD_INPUT = "-";

export interface Source {
  /** As a message names it. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface Sources extends AsyncDisposable {
  readonly all: readonly Source[];
}

/**
 * Opens the files of an import, and shows a progress bar over their bytes at a terminal.
 * @throws Problems `input` that names every file that can't be opened
 */
export async function openSources(context: SignatureContext, paths: readonly string[]): Promise<Sources> {
  const handles = new Map<string, FileHandle>();
  const problems: Problem[] = [];
  let size = 0;
  for (const path of new Set(paths.filter((path) => path !== STANDARD_INPUT)))
    try {
      const handle = await open(path);
      handles.set(path, handle);
      const { size: bytes } = await handle.stat();
      size += bytes;
      if ((await handle.stat()).isDirectory()) problems.push(problem(path, "it is a folder"));
    } catch (error) {
      problems.push(problem(path, reason(error)));
    }
  const close = async (): Promise<void> => {
    for (const handle of handles.values()) await handle.close();
  };
  if (problems.length > 0) {
    await close();
    throw new Problems("input", problems);
  }

  const whole = !paths.includes(STANDARD_INPUT);
  const bar = context.isTerminal && whole && size > 0 ? await progress(context, size) : null;
  async function* watched(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of bytes) {
      yield piece;
      bar?.increment(piece.length);
    }
  }
  return {
    all: [...new Set(paths)].map((path) => {
      const handle = handles.get(path);
      return handle === undefined
        ? { name: "standard input", bytes: watched(context.input) }
        : {
            name: path,
            bytes: watched(readable(path, createReadStream(path, { fd: handle, autoClose: false }))),
          };
    }),
    [Symbol.asyncDispose]: async () => {
      bar?.stop();
      await close();
    },
  };
}

async function progress(context: SignatureContext, size: number): Promise<SingleBar> {
  const { Presets, SingleBar } = await import("cli-progress");
  const bar = new SingleBar(
    {
      stream: context.errors,
      format: "{bar} {percentage}% {duration_formatted}",
      clearOnComplete: true,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  bar.start(size, 0);
  return bar;
}

function problem(file: string, message: string): Problem {
  return { file, line: null, field: null, message };
}

function reason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  switch (code) {
    case "ENOENT":
      return "the file does not exist";
    case "EACCES":
      return "it may not be read by this user";
    default:
      if (typeof code === "string") return `it can't be opened (${code})`;
      throw error;
  }
}

/** A file that becomes unreadable during the import. */
async function* readable(name: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (typeof code !== "string") throw error;
    throw new Problems("input", [
      problem(name, `it can't be read to its end (${code}): check the disk or the connection`),
    ]);
  }
}
