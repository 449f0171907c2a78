/**
 * Sends deliveries over 64 open connections for some seconds, each as soon as the previous one is answered, and prints
 * the results.
 */
import { connect } from "node:net";
import { requestsFor } from "./payloads.ts";
import { quantile } from "./result.ts";

export interface Sent {
  /** Answered in a second. */
  readonly rate: number;
  /** In milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

const CONNECTIONS = 64;
const END = Buffer.from("\r\n\r\n");

const [, , url = "", seconds = "1"] = process.argv;
const { host, hostname, port } = new URL(url);
const requests = requestsFor(host, 4_000);
const latencies: number[] = [];
let next = Math.floor(Math.random() * requests.length);
const started = performance.now();
const until = started + Number(seconds) * 1_000;

await Promise.all(Array.from({ length: CONNECTIONS }, () => sendOn()));
const elapsed = performance.now() - started;
const sent: Sent = {
  rate: (latencies.length / elapsed) * 1_000,
  p50: quantile(latencies, 0.5),
  p99: quantile(latencies, 0.99),
};
process.stdout.write(JSON.stringify(sent));

function sendOn(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    let answer: Buffer = Buffer.alloc(0);
    let at = 0;
    const send = (): void => {
      const request = requests[next++ % requests.length];
      at = performance.now();
      if (request !== undefined) socket.write(request);
    };
    socket.on("connect", send).on("error", reject);
    socket.on("data", (chunk) => {
      answer = answer.length === 0 ? chunk : Buffer.concat([answer, chunk]);
      if (!isWhole(answer)) return;
      const status = answer.toString("latin1", 9, 12);
      if (!status.startsWith("2")) return reject(new Error(`answered with ${status}`));
      answer = Buffer.alloc(0);
      latencies.push(performance.now() - at);
      if (performance.now() < until) send();
      else socket.end(resolve);
    });
  });
}

function isWhole(answer: Buffer): boolean {
  const head = answer.indexOf(END);
  if (head === -1) return false;
  const headers = answer.toString("latin1", 0, head);
  const length = /\r\ncontent-length: *(\d+)/i.exec(headers)?.[1];
  if (length !== undefined) return answer.length >= head + END.length + Number(length);
  return answer.subarray(-5).toString("latin1") === "0\r\n\r\n";
}
