/**
 * The contract of SQLite's engine, on engines that are emptied for each test. A change in what an engine does while it
 * opens is not noticed here: test/sqlite/queue.test.ts opens one for each test.
 */
import { engineContract } from "../test/ports/engine.contract.ts";
import { sharedStore } from "../test/sqlite/empty-engine.ts";

engineContract("SQLite", sharedStore);
