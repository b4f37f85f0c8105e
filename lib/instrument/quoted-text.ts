import type * as t from "@babel/types";

/** How V8 quotes an expression in messages: `this.items`, `db.rows(...)`; undefined for what it has no words for. */
export function quotedText(node: t.Node): string | undefined {
  switch (node.type) {
    case "Identifier":
      return node.name;
    case "ThisExpression":
      return "this";
    case "NumericLiteral":
      return String(node.value);
    case "MemberExpression": {
      const property = quotedProperty(node);
      return property === undefined ? undefined : `${quotedText(node.object) ?? VALUE}${property}`;
    }
    case "CallExpression":
      return `${quotedText(node.callee) ?? VALUE}(...)`;
    default:
      return undefined;
  }
}

const VALUE = "(intermediate value)";

function quotedProperty({ property, computed }: t.MemberExpression): string | undefined {
  if (property.type === "PrivateName") return `[#${property.id.name}]`;
  if (property.type === "StringLiteral") return `.${property.value}`;
  return property.type === "Identifier" && !computed ? `.${property.name}` : undefined;
}
