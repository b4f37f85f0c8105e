import { nodeOptionsWith } from "../settings.js";

/** What a process or thread that the program starts is told, so that it records too. */
export interface Inheritance {
  /** Variables for child processes, worked out when one starts. */
  variables(): Record<string, string>;
  /** Path of the preload script, for NODE_OPTIONS; undefined where those have it already. */
  preload: string | undefined;
  /** What a worker thread is given; read when one starts. Undefined when it is not to record. */
  workerData: object | undefined;
}

/** What a child's environment is to have, given the options for Node that are in there. */
export function inherited(
  { variables, preload }: Inheritance,
  nodeOptions: string | undefined,
): Record<string, string> {
  return preload === undefined
    ? variables()
    : { ...variables(), NODE_OPTIONS: nodeOptionsWith(preload, nodeOptions) };
}

/** An environment as Node gives it to the system, `NAME=value` each, with our variables. */
export function withVariables(pairs: readonly string[], inheritance: Inheritance): string[] {
  const nodeOptions = pairs.find((pair) => pair.startsWith("NODE_OPTIONS="))?.slice("NODE_OPTIONS=".length);
  if (inheritance.preload !== undefined && nodeOptions?.includes(inheritance.preload)) return [...pairs];
  const ours = inherited(inheritance, nodeOptions);
  const kept = pairs.filter((pair) => !Object.keys(ours).some((name) => pair.startsWith(`${name}=`)));
  return [...kept, ...Object.entries(ours).map(([name, value]) => `${name}=${value}`)];
}
