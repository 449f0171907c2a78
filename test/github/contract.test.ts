import { gitHubCapabilities } from "../../src/github/capabilities.ts";
import { hostContract } from "../ports/host.contract.ts";
import { gitHubStand } from "./stand.ts";

hostContract("github", gitHubCapabilities("https://github.com"), gitHubStand);
