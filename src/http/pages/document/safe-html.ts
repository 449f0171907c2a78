import sanitizeHtml from "sanitize-html";

/** How a document's HTML is put into a page. */
export interface SafeHtmlOptions {
  /** The base of relative links; null: they are shown as text. */
  readonly base: string | null;
  /** Ids of the document, with their prefix. */
  readonly ids: ReadonlySet<string>;
  /** Called with what can't be shown as its author meant it. */
  readonly report: (kind: DroppedKind, what: string) => void;
}

export type DroppedKind = "element" | "picture" | "relative-link" | "link-target" | "link-scheme" | "style";

/** The prefix of a document's ids, so that none equals an id of the page. */
export const ID_PREFIX = "text-";

const TEXT = [
  ..."p br hr div span center blockquote pre code kbd samp var tt b strong i em u s del ins strike mark small big".split(
    " ",
  ),
  ..."sub sup q cite dfn abbr address time ruby rt rp bdi bdo wbr a ul ol li dl dt dd details summary".split(
    " ",
  ),
  ..."h1 h2 h3 h4 h5 h6 table caption thead tbody tfoot tr th td section article main header footer nav aside font".split(
    " ",
  ),
];

/** Dropping these changes only the look of a document. */
const SHOWN_OTHERWISE: ReadonlySet<string> = new Set(
  "center big font strike tt address nav aside header footer main article section html body head title meta link".split(
    " ",
  ),
);

const ALIGN = new Set(["left", "right", "center"]);
/** The elements whose alignment is kept, as a class: the pages' policy refuses styles. */
const ALIGNED = ["td", "th", "p", "div", "h2", "h3", "h4", "h5", "h6"];

/**
 * Keeps the elements and attributes that a text needs. It drops scripts, styles, forms and frames with their content,
 * and the tags of other elements.
 */
export function safeHtml(html: string, options: SafeHtmlOptions): string {
  const { report } = options;
  return sanitizeHtml(html, {
    allowedTags: TEXT.filter((name) => !SHOWN_OTHERWISE.has(name)),
    allowedAttributes: {
      a: ["href"],
      ol: ["start", "type", "reversed"],
      li: ["value"],
      td: ["colspan", "rowspan"],
      th: ["colspan", "rowspan", "scope"],
      abbr: ["title"],
      time: ["datetime"],
      pre: ["tabindex"],
      "*": ["id", "lang", "dir"],
    },
    allowedClasses: Object.fromEntries(ALIGNED.map((name) => [name, [...ALIGN]])),
    allowedSchemes: ["http", "https", "mailto"],
    allowProtocolRelative: false,
    nonTextTags:
      "script style textarea option select noscript template iframe object embed svg math title head".split(
        " ",
      ),
    onOpenTag: (name) => {
      if (!TEXT.includes(name) && !SHOWN_OTHERWISE.has(name) && name !== "img" && name !== "input")
        report("element", name);
    },
    transformTags: {
      ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((level) => [`h${level}`, headingBelow(level)])),
      a: (tagName, attribs) => linkOf(attribs, options),
      pre: (tagName, attribs) => ({ tagName, attribs: { ...attribs, tabindex: "0" } }),
      // A picture would be fetched from another site, so its alternative text is shown.
      img: (_name, { alt = "", src = "" }) => {
        report("picture", src);
        return { tagName: "span", attribs: {}, text: alt };
      },
      input: (_name, attribs) => {
        if (attribs["type"] !== "checkbox") report("element", "input");
        const box = "checked" in attribs ? "☑" : "☐";
        return { tagName: "span", attribs: {}, text: attribs["type"] === "checkbox" ? box : "" };
      },
      "*": (tagName, { id = "", class: _other, ...written }) => {
        const attribs = ALIGNED.includes(tagName) ? aligned(written) : written;
        const { style = "" } = attribs;
        if (style.trim() !== "") report("style", style.trim());
        return { tagName, attribs: id === "" ? attribs : { ...attribs, id: ID_PREFIX + id } };
      },
    },
  });
}

/** The page has its own first heading, so those of a document begin one level below. */
function headingBelow(level: number): sanitizeHtml.Transformer {
  return (_name, attribs) => ({ tagName: `h${Math.min(6, level + 1)}`, attribs });
}

const TEXT_ALIGN = /text-align:\s*(\w+)\s*(?:;|$)/i;

/** An element's alignment as a class; other styles stay, to be reported. */
function aligned({ style = "", align = "", ...attribs }: sanitizeHtml.Attributes): sanitizeHtml.Attributes {
  const side = (TEXT_ALIGN.exec(style)?.[1] ?? align).toLowerCase();
  if (!ALIGN.has(side)) return { ...attribs, style };
  return { ...attribs, class: side, style: style.replace(TEXT_ALIGN, "") };
}

/** A link, or only its text if the target is missing or unsafe. */
function linkOf(
  { href: written = "", id, name }: sanitizeHtml.Attributes,
  { base, ids, report }: SafeHtmlOptions,
): sanitizeHtml.Tag {
  const href = written.trim();
  const own: sanitizeHtml.Attributes = (id ?? name) === undefined ? {} : { id: id ?? name ?? "" };
  const words = { tagName: "span", attribs: own };
  const link = (to: string): sanitizeHtml.Tag => ({ tagName: "a", attribs: { ...own, href: to } });
  if (href === "") return words;
  if (href.startsWith("#")) {
    const target = targetOf(href, ids);
    if (target !== null) return link(`#${encodeURIComponent(target)}`);
    report("link-target", href);
    return words;
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(href)) {
    if (/^(?:https?|mailto):/i.test(href)) return link(href);
    report("link-scheme", href);
    return words;
  }
  const url = base === null ? null : URL.parse(href, base);
  if (url !== null && /^https?:$/.test(url.protocol)) return link(url.href);
  report("relative-link", href);
  return words;
}

/** The code hosts ignore case in heading ids. */
function targetOf(href: string, ids: ReadonlySet<string>): string | null {
  let wanted = href.slice(1);
  try {
    wanted = decodeURIComponent(wanted);
  } catch {
    // A lone percent sign stands for itself.
  }
  if (wanted === "") return null;
  const id = ID_PREFIX + wanted;
  if (ids.has(id)) return id;
  return ids.has(id.toLowerCase()) ? id.toLowerCase() : null;
}
