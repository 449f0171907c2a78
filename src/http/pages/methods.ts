const BOTH =
  /^\/(?:sign\/[^/]+|account\/(?:withdraw|correct|restrict|unrestrict|erase)|entities|entities\/[^/]+\/members\/remove)$/;
const POST = /^\/(?:sign-out|entities\/[^/]+\/members)$/;
const GET =
  /^\/(?:|privacy|account|account\/data\.json|account\/receipt\/[^/]+(?:\/file)?|entities\/[^/]+|sign-in\/[^/]+(?:\/callback)?|pulls\/[^/]+\/[^/]+\/[^/]+\/[1-9]\d{0,9})$/;

/** The methods that a page's address takes, as the `Allow` header lists them; null if there is no page. */
export function methodsOf(path: string): string | null {
  if (BOTH.test(path)) return "GET, HEAD, POST";
  if (POST.test(path)) return "POST";
  return GET.test(path) ? "GET, HEAD" : null;
}
