import { hash, randomBytes } from "node:crypto";
import type { Account } from "../../account.ts";
import type { Connection } from "../connection/connect.ts";

/** Of SHA-256, in bytes. */
const BLOCK = 64;
const DIGEST = 32;
/** The longest printed account. */
const LONGEST = 32;

/** The key of this instance's tombstones; created with the database, never shown. */
export function tombstoneKey(connection: Connection): Buffer {
  const find = connection.prepare<[], Buffer>("SELECT value FROM instance WHERE key = 'tombstone'").pluck();
  let key = find.get();
  if (key === undefined) {
    connection
      .prepare("INSERT INTO instance (key, value) VALUES ('tombstone', ?) ON CONFLICT DO NOTHING")
      .run(randomBytes(32));
    key = find.get();
  }
  if (key === undefined) throw new Error("the instance has no key for tombstones");
  return key;
}

/** The tag of an erased account. Without the key, it does not identify the account. */
export function tombstoneTag(key: Buffer, account: Account): Buffer {
  return Buffer.from(prepareTombstoneTag(key)(account), "hex");
}

/**
 * Prepares computing many tags, in hex: HMAC-SHA-256 (RFC 2104) by two one-shot hashes, which is many times faster than
 * `createHmac` for so few bytes.
 */
export function prepareTombstoneTag(key: Buffer): (account: Account) => string {
  const inner = Buffer.alloc(BLOCK + LONGEST, 0x36);
  const outer = Buffer.alloc(BLOCK + DIGEST, 0x5c);
  for (const [index, byte] of key.entries()) {
    inner[index] = byte ^ 0x36;
    outer[index] = byte ^ 0x5c;
  }
  return (account) => {
    const length = inner.write(account, BLOCK, "latin1");
    outer.write(hash("sha256", inner.subarray(0, BLOCK + length), "binary"), BLOCK, "latin1");
    return hash("sha256", outer, "hex");
  };
}

/** Prepares the check whether an account was erased. */
export function prepareIsErased(connection: Connection): (account: Account) => boolean {
  const find = connection.prepare<[Buffer]>("SELECT 1 FROM tombstone WHERE tag = ?");
  return (account) => find.get(tombstoneTag(tombstoneKey(connection), account)) !== undefined;
}

/** Prepares storing a tombstone for an account; the latest erasure counts. Returns its tag. */
export function prepareBury(connection: Connection): (account: Account, now: number) => Buffer {
  const insert = connection.prepare<[Buffer, number]>(
    "INSERT INTO tombstone (tag, at) VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at",
  );
  return (account, now) => {
    const tag = tombstoneTag(tombstoneKey(connection), account);
    insert.run(tag, now);
    return tag;
  };
}

/**
 * Removes the tombstone of a person who signed at `signedAt`, after the erasure.
 * @returns its tag; null: there was no tombstone
 */
export function liftTombstone(connection: Connection, account: Account, signedAt: number): Buffer | null {
  const tag = tombstoneTag(tombstoneKey(connection), account);
  const { changes } = connection
    .prepare<[Buffer, number]>("DELETE FROM tombstone WHERE tag = ? AND at < ?")
    .run(tag, signedAt);
  return changes > 0 ? tag : null;
}
