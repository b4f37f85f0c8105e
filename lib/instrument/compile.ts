import type { NodePath, PluginObj, PluginTarget } from "@babel/core";
import type * as t from "@babel/types";
import type { TypeScriptOptions } from "./typescript.js";

/** JavaScript with the mappings of its source map. */
export interface Compiled {
  code: string;
  mappings: string;
}

/**
 * JavaScript of a TypeScript file that has more than types: enums, namespaces, parameter properties, decorators, JSX.
 *
 * @param toCommonJs - imports and exports become `require` and `exports`, as compilers do for a package of CommonJS
 * @throws SyntaxError when it does not parse
 */
export function compileTypeScript(
  source: string,
  path: string,
  options: TypeScriptOptions,
  toCommonJs: boolean,
): Compiled {
  const { transformSync } = require("@babel/core") as typeof import("@babel/core");
  const { experimentalDecorators, elides, jsx, jsxImportSource, jsxFactory, jsxFragmentFactory } = options;
  const isJsx = path.endsWith(".tsx");
  const plugins: (PluginTarget | [PluginTarget, object])[] = [
    [
      pluginOf(require("@babel/plugin-transform-typescript")),
      {
        allowDeclareFields: true,
        optimizeConstEnums: true,
        allowNamespaces: true,
        onlyRemoveTypeImports: elides === "none",
        isTSX: isJsx,
        ...(jsxFactory === undefined ? {} : { jsxPragma: jsxFactory.split(".")[0] }),
        ...(jsxFragmentFactory === undefined ? {} : { jsxPragmaFrag: jsxFragmentFactory.split(".")[0] }),
      },
    ],
    [
      pluginOf(require("@babel/plugin-proposal-decorators")),
      experimentalDecorators ? { version: "legacy" } : { version: "2023-11" },
    ],
  ];
  if (experimentalDecorators) plugins.push(pluginOf(require("@babel/plugin-transform-class-properties")));
  if (toCommonJs) plugins.push(pluginOf(require("@babel/plugin-transform-modules-commonjs")));
  if (isJsx) {
    const named = {
      ...(jsxFactory === undefined ? {} : { pragma: jsxFactory }),
      ...(jsxFragmentFactory === undefined ? {} : { pragmaFrag: jsxFragmentFactory }),
    };
    const automatic = {
      runtime: "automatic",
      ...(jsxImportSource === undefined ? {} : { importSource: jsxImportSource }),
    };
    plugins.push([
      pluginOf(require("@babel/plugin-transform-react-jsx")),
      jsx === "automatic" ? automatic : { runtime: "classic", ...named },
    ]);
  }
  // Last: it is to see what the others have made.
  plugins.push(ignoreGenerated);
  const result = transformSync(source, {
    filename: path,
    babelrc: false,
    configFile: false,
    retainLines: true,
    compact: false,
    sourceMaps: true,
    sourceType: "unambiguous",
    plugins,
  });
  return { code: result?.code ?? "", mappings: result?.map?.mappings ?? "" };
}

/** Each is required where it is needed only: it takes some milliseconds. */
const pluginOf = (module: unknown): PluginTarget => (module as { default: PluginTarget }).default;

/**
 * Functions that the compiler makes are no part of the program, and are not recorded; but for those that hold some of its
 * own: the one around a namespace.
 */
function ignoreGenerated(): PluginObj {
  return {
    visitor: {
      Program: {
        exit(program) {
          program.traverse({
            Function(path) {
              if (path.node.loc != null || holdsOriginal(path)) return;
              const ignore = { type: "CommentBlock", value: " flowtrace ignore next " } as t.Comment;
              path.node.leadingComments = [ignore, ...(path.node.leadingComments ?? [])];
            },
          });
        },
      },
    },
  };
}

function holdsOriginal(path: NodePath<t.Function>): boolean {
  let found = false;
  path.traverse({
    Function(inner) {
      if (inner.node.loc == null) return;
      found = true;
      inner.stop();
    },
  });
  return found;
}
