export function cacheFolder(
  variables?: Readonly<Record<string, string | undefined>>,
  platform?: NodeJS.Platform,
): string;
export function privateFolder(folder: string): string | null;
