import { giteeCapabilities } from "../../src/gitee/capabilities.ts";
import { hostContract } from "../ports/host.contract.ts";
import { giteeStand } from "./stand.ts";

hostContract("gitee", giteeCapabilities("https://gitee.com"), giteeStand);
