import { describe } from "vitest";
import { rightsContract } from "../ports/rights.contract.ts";
import { NO_SERVER, useServer } from "./server.ts";
import { openStore } from "./store.ts";

describe.skipIf(NO_SERVER !== null)("the PostgreSQL engine's rights", () => {
  const server = useServer("system");
  rightsContract("PostgreSQL", (now) => openStore(server, now));
});
