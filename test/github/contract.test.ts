import { hostContract } from "../ports/host.contract.ts";
import { gitHubStand } from "./stand.ts";

hostContract("github", gitHubStand);
