import { rightsContract } from "../ports/rights.contract.ts";
import { openReadyStore } from "./store.ts";

rightsContract("SQLite", openReadyStore);
