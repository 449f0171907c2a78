import { EVENTS, PERMISSIONS } from "../../github/permissions.ts";

/**
 * The app as GitHub is asked to register it: what app.yml says, and this bot's addresses.
 * https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest#github-app-manifest-parameters
 */
export function appManifest({
  name,
  publicUrl,
  redirectUrl,
}: {
  readonly name: string;
  readonly publicUrl: string;
  /** Where GitHub sends the browser with the code. */
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
