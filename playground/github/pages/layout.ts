import { html } from "hono/html";

type Html = ReturnType<typeof html>;

/** A whole page. `title` and `content` are escaped unless they are already HTML. */
export function layout(title: string, content: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <header class="top">
          <a href="/">Simulated GitHub</a> <span>a playground on this machine</span>
        </header>
        <main>${content}</main>
      </body>
    </html>`;
}
