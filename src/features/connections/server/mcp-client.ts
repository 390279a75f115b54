/** The MCP client, loaded when a tool server is first contacted: it takes 11 MB, and most processes never need it. */
import type { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client';

type McpClient = typeof import('@modelcontextprotocol/client');

let loaded: McpClient | undefined;

export async function loadMcpClient(): Promise<McpClient> {
  loaded ??= await import('@modelcontextprotocol/client');
  return loaded;
}

/** False until the client is loaded: no error can be one of its errors before. */
export const isHttpError = (error: unknown): error is SdkHttpError => loaded !== undefined && error instanceof loaded.SdkHttpError;
export const isProtocolError = (error: unknown): error is ProtocolError => loaded !== undefined && error instanceof loaded.ProtocolError;
export const isClientError = (error: unknown): error is SdkError => loaded !== undefined && error instanceof loaded.SdkError;
export const hasClientCode = (error: unknown, code: keyof typeof SdkErrorCode): boolean =>
  loaded !== undefined && isClientError(error) && error.code === loaded.SdkErrorCode[code];
