import { engineContract } from "../ports/engine.contract.ts";
import { openReadyStore } from "./store.ts";

engineContract("SQLite", openReadyStore);
