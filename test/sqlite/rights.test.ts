import { rightsContract } from "../ports/rights.contract.ts";
import { openStore } from "./store.ts";

rightsContract("SQLite", openStore);
