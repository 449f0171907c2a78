import { hostContract } from "../host.contract.ts";
import { giteeStand } from "./stand.ts";

hostContract("gitee", giteeStand);
