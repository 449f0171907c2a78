import { chmod } from "node:fs/promises";
import { Client } from "pg";
import { freePort } from "../playground/free-port.ts";
import { startSystemServer, systemPostgres } from "../test/postgres/system-server.ts";
import { inFolder } from "./folder.ts";

const USER = "countersign";

export interface PostgresForBench {
  readonly folder: string;
  readonly url: string;
  readonly query: (statement: string) => Promise<void>;
}

/** Acts with a PostgreSQL that the system installed. @returns nothing if it has none */
export async function withPostgres<T>(
  act: (server: PostgresForBench) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const programs = systemPostgres();
  if (programs === null) return [];
  return inFolder(async (folder) => {
    await chmod(folder, 0o755);
    const port = await freePort();
    const server = await startSystemServer(programs, {
      folder,
      port,
      user: USER,
      password: USER,
      initdbFlags: ["--encoding=UTF8"],
      postgresFlags: [
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "unix_socket_directories=",
        "-c",
        "max_wal_size=4GB",
      ],
      log: () => {},
    });
    const url = `postgres://${USER}:${USER}@127.0.0.1:${port}/postgres`;
    try {
      return await act({
        folder,
        url,
        query: async (statement) => {
          const client = new Client(url);
          await client.connect();
          try {
            await client.query(statement);
          } finally {
            await client.end();
          }
        },
      });
    } finally {
      await server.stop();
    }
  });
}
