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
/** Where an answer has its status, after `HTTP/1.1 `. */
const STATUS_AT = 9;
const TWO = "2".codePointAt(0);
/** For what is received: each answer is looked at at once. */
const buffer = Buffer.alloc(64 * 1024);

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
    let at = 0;
    /** How many bytes an answer has, all of which are alike; 0 until the first is whole. */
    let length = 0;
    let received = 0;
    const take = (size: number, bytes: Uint8Array): boolean => {
      if (received === 0 && bytes[STATUS_AT] !== TWO) {
        reject(new Error(`answered with ${Buffer.from(bytes).toString("latin1", STATUS_AT, STATUS_AT + 3)}`));
        return false;
      }
      received += size;
      length ||= lengthOf(Buffer.from(bytes.subarray(0, size)));
      if (received < length) return true;
      received = 0;
      latencies.push(performance.now() - at);
      if (performance.now() < until) send();
      else socket.end(resolve);
      return true;
    };
    const socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      // What reads the answers must take no time from the server: the two share the machine.
      onread: { buffer, callback: take },
    });
    const send = (): void => {
      const request = requests[next++ % requests.length];
      at = performance.now();
      if (request !== undefined) socket.write(request);
    };
    socket.on("connect", send).on("error", reject);
  });
}

/** The length of an answer by its head. */
function lengthOf(answer: Buffer): number {
  const head = answer.indexOf(END);
  const body = /\r\ncontent-length: *(\d+)/i.exec(answer.toString("latin1", 0, head))?.[1];
  if (head === -1 || body === undefined) throw new Error("an answer does not say its length at once");
  return head + END.length + Number(body);
}
