/** What is used here of a package without types. */
declare module "@elastic/mockotlpserver" {
  export class MockOtlpServer {
    constructor(options: {
      logLevel: string;
      services: string[];
      httpHostname: string;
      httpPort: number;
      onTrace(trace: unknown): void;
      onRequest(request: { headers: Record<string, unknown> }): void;
    });
    httpUrl: string;
    start(): Promise<void>;
    close(): Promise<void>;
  }
  export function normalizeTrace(trace: unknown): unknown;
}
