import { hostContract } from "../ports/host.contract.ts";
import { giteeStand } from "./stand.ts";

hostContract("gitee", giteeStand);
