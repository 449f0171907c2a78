import { logoIsThere } from "../../bot/instance-configuration.ts";
import { type Diagnosis, ill, warn, well } from "../../ports/diagnosis.ts";
import type { Instance } from "../../ports/pages.ts";

/** Finds the data about the site's operator that /privacy must show and the configuration leaves out. */
export function aboutInstance(instance: Instance | null): readonly Diagnosis[] {
  if (instance === null)
    return [
      warn(
        "the pages name no operator",
        "write instance: with name, url, contact, address, legal_basis and authority into countersign.yml",
      ),
    ];
  const { address, legalBasis, authority } = instance;
  const missing = Object.entries({ address, legal_basis: legalBasis, authority }).flatMap(([key, value]) =>
    value === undefined ? [key] : [],
  );
  const found: Diagnosis[] = [
    missing.length === 0
      ? well("/privacy names the operator, the legal basis and the authority")
      : warn(
          `/privacy says that the operator has not stated ${missing.join(", ")}`,
          `write ${missing.map((key) => `instance.${key}`).join(", ")} into countersign.yml (docs/privacy.md)`,
        ),
  ];
  if (!logoIsThere(instance))
    found.push(
      ill(
        `instance.logo: ${instance.logo ?? ""} does not exist`,
        "put the picture there; without it the pages do not start",
      ),
    );
  return found;
}
