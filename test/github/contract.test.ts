import { hostContract } from "../host.contract.ts";
import { gitHubStand } from "./stand.ts";

hostContract("github", gitHubStand);
