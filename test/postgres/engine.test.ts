import { describe } from "vitest";
import { engineContract } from "../ports/engine.contract.ts";
import { NO_SERVER, useServer } from "./server.ts";
import { openStore } from "./store.ts";

describe.skipIf(NO_SERVER !== null)("the PostgreSQL engine", () => {
  const server = useServer();
  engineContract("PostgreSQL", (now) => openStore(server, now), 10);
});
