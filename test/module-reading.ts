/** What a module imports and which globals it uses, read from its syntax tree. */
import { parseAst } from "vitest/node";

export interface ModuleReading {
  /** Specifiers as written: static, dynamic, of types, and of `new URL("…", import.meta.url)`. */
  readonly imports: readonly string[];
  /** Imports whose specifier is no literal. */
  readonly computed: number;
  /** The globals that the module uses, with the property where one is read: `Date`, `Math.random`, `new Date()`. */
  readonly globals: ReadonlySet<string>;
}

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Keys under which only types are. */
const TYPES: ReadonlySet<string> = new Set([
  "typeAnnotation",
  "typeParameters",
  "typeArguments",
  "returnType",
  "superTypeArguments",
  "implements",
]);

const GLOBALS: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(globalThis).filter((name) => !name.startsWith("__")),
  "require",
  "module",
  "exports",
  "__filename",
  "__dirname",
]);

export function readModule(text: string): ModuleReading {
  const imports: string[] = [];
  let computed = 0;
  const globals = new Set<string>();

  const load = (source: unknown): void => {
    const specifier = literalOf(source);
    if (specifier === null) computed += 1;
    else imports.push(specifier);
  };

  const isOwnUrl = (node: unknown): boolean => textOf(text, node) === "import.meta.url";

  /** @param typed inside a type, where names are no values */
  const walk = (value: unknown, typed: boolean, parent: Node | null, key: string): void => {
    if (Array.isArray(value)) {
      for (const one of value) walk(one, typed, parent, key);
      return;
    }
    if (!isNode(value)) return;
    const isType = typed || TYPES.has(key) || /^TS(?:Interface|TypeAlias)Declaration$/.test(value.type);
    if ("source" in value && isNode(value["source"])) load(value["source"]);
    else if (value.type === "TSImportType") load(value["argument"] ?? value["source"]);
    if (isCallOf(value, "require")) load(argumentsOf(value)[0]);
    // What a `require` of the module's own loads is read where it is called.
    if (isCallOf(value, "createRequire") && !(isNamedRequire(parent) && isOwnUrl(argumentsOf(value)[0])))
      load(argumentsOf(value)[0]);
    if (value.type === "NewExpression" && isOwnUrl(argumentsOf(value)[1])) {
      // Relative to the module, with or without a dot. A computed name is a file that the module reads.
      const file = literalOf(argumentsOf(value)[0]);
      if (file !== null) imports.push(file.startsWith(".") ? file : `./${file}`);
    }
    if (value.type === "MetaProperty") globals.add("import.meta");
    if (isCallOf(value, "resolve") && /^import\.meta\.resolve\b/.test(textOf(text, value)))
      load(argumentsOf(value)[0]);
    if (value.type === "Identifier" && !isType && isValue(value, parent, key)) {
      const name = String(value["name"]);
      if (GLOBALS.has(name)) globals.add(useOf(name, parent, key));
    }
    for (const [name, child] of Object.entries(value)) walk(child, isType, value, name);
  };
  walk(parseAst(text, { lang: "ts" }), false, null, "");
  return { imports, computed, globals };
}

/** A global with how it is used: a member that is read, or a call without arguments. */
function useOf(name: string, parent: Node | null, key: string): string {
  if (parent?.type === "MemberExpression" && key === "object") {
    const { property, computed } = parent;
    const plain = isNode(property) && typeof property["name"] === "string" ? property["name"] : null;
    return `${name}.${(computed === true ? literalOf(property) : plain) ?? "[…]"}`;
  }
  if (parent !== null && key === "callee") {
    const call = parent.type === "NewExpression" ? `new ${name}` : name;
    return argumentsOf(parent).length === 0 ? `${call}()` : `${call}(…)`;
  }
  return name;
}

/** Whether an identifier is a value, not the name of a property. */
function isValue(_: Node, parent: Node | null, key: string): boolean {
  if (parent === null) return true;
  if (key === "property") return parent["computed"] === true;
  if (key === "key") return parent["computed"] === true || parent["shorthand"] === true;
  return !/^(?:ImportSpecifier|ExportSpecifier)$/.test(parent.type);
}

function isNamedRequire(node: Node | null): boolean {
  const id = node?.type === "VariableDeclarator" ? node["id"] : null;
  return isNode(id) && id["name"] === "require";
}

function isCallOf(node: Node, name: string): boolean {
  if (node.type !== "CallExpression") return false;
  const callee = node["callee"];
  if (!isNode(callee)) return false;
  if (callee.type === "Identifier") return callee["name"] === name;
  return (
    callee.type === "MemberExpression" && isNode(callee["property"]) && callee["property"]["name"] === name
  );
}

function argumentsOf(node: Node): readonly unknown[] {
  return Array.isArray(node["arguments"]) ? node["arguments"] : [];
}

function literalOf(node: unknown): string | null {
  if (!isNode(node)) return null;
  if (node.type === "Literal" && typeof node["value"] === "string") return node["value"];
  if (node.type === "TSLiteralType") return literalOf(node["literal"]);
  if (node.type !== "TemplateLiteral") return null;
  const [quasi, ...others] = Array.isArray(node["quasis"]) ? (node["quasis"] as readonly unknown[]) : [];
  if (others.length > 0 || !isNode(quasi)) return null;
  const { cooked } = quasi["value"] as { readonly cooked: string };
  return cooked;
}

function textOf(text: string, node: unknown): string {
  return isNode(node) ? text.slice(Number(node["start"]), Number(node["end"])) : "";
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
