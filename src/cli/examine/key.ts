import { createPrivateKey } from "node:crypto";
import { type Diagnosis, ill } from "../../ports/diagnosis.ts";

/**
 * GitHub accepts only RS256 to authenticate an app:
 * docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app
 */
export function aboutKey(privateKey: string): readonly Diagnosis[] {
  try {
    const { asymmetricKeyType: type } = createPrivateKey(privateKey);
    if (type === "rsa") return [];
    return [
      ill(
        `PRIVATE_KEY is a key of the type ${type ?? "unknown"}, and GitHub takes only RSA keys`,
        "generate a private key in the app's settings; GitHub generates it, and no other key works",
      ),
    ];
  } catch {
    return [
      ill(
        "PRIVATE_KEY is damaged or has a password",
        "set it to the complete, unencrypted file from GitHub; quotes, blanks and \\n around or between its lines " +
          "do not matter, but none of its characters may be missing",
      ),
    ];
  }
}
