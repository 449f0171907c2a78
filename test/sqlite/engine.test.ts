import { engineContract } from "../engine.contract.ts";
import { openStore } from "./store.ts";

engineContract("SQLite", openStore);
