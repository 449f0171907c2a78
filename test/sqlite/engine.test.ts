import { engineContract } from "../ports/engine.contract.ts";
import { openStore } from "./store.ts";

engineContract("SQLite", openStore);
