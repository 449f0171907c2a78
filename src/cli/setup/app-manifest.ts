import { EVENTS, PERMISSIONS } from "../../github/permissions.ts";

/**
 * The manifest for registering the app at GitHub: app.yml with this bot's URLs.
 * https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest#github-app-manifest-parameters
 */
export function appManifest({
  name,
  publicUrl,
  redirectUrl,
}: {
  readonly name: string;
  readonly publicUrl: string;
  /** The URL to which GitHub sends the browser with the code. */
  readonly redirectUrl: string;
}): Readonly<Record<string, unknown>> {
  return {
    name,
    url: publicUrl,
    description: "Checks that every account behind a pull request signed the contributor license agreement.",
    public: false,
    hook_attributes: { url: `${publicUrl}/api/github/webhooks`, active: true },
    redirect_url: redirectUrl,
    callback_urls: [`${publicUrl}/sign-in/github/callback`],
    default_permissions: PERMISSIONS,
    default_events: EVENTS,
  };
}
