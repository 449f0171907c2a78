import { rightsContract } from "../rights.contract.ts";
import { openStore } from "./store.ts";

rightsContract("SQLite", openStore);
