// Both official clients against the real binary: the current one in either revision, and the one before it.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as OldHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { spawn } from 'node:child_process';
import { binary, root, startServer } from '../server.mjs';

export { binary, root, startServer };

const name = { name: 'breakeven-tests', version: '1' };
const command = { command: binary, args: ['mcp', '--store', ':memory:'], stderr: 'inherit' };
const modern = { versionNegotiation: { mode: { pin: '2026-07-28' } } };
const legacy = { versionNegotiation: { mode: 'legacy' } };

async function connected(client, transport) {
  await client.connect(transport);
  return client;
}

/** Every way to connect; `url` is that of a running server's /mcp. */
export const ways = (url) => [
  ['2026-07-28 on stdio', () => connected(new Client(name, modern), new StdioClientTransport(command))],
  ['2026-07-28 over HTTP', () => connected(new Client(name, modern), new StreamableHTTPClientTransport(new URL(url())))],
  ['2025-11-25 on stdio', () => connected(new Client(name, legacy), new StdioClientTransport(command))],
  ['2025-11-25 over HTTP', () => connected(new Client(name, legacy), new StreamableHTTPClientTransport(new URL(url())))],
  ['the older client on stdio', () => connected(new OldClient(name), new OldStdio(command))],
  ['the older client over HTTP', () => connected(new OldClient(name), new OldHttp(new URL(url())))],
];

/** Messages, one per line, to `breakeven mcp`; its lines, its other output and its exit status. */
export function talk(messages, options = []) {
  return new Promise((done, fail) => {
    const child = spawn(binary, ['mcp', '--store', ':memory:', ...options], { stdio: ['pipe', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (err += data));
    child.on('error', fail);
    child.on('close', (status) => done({ status, err, answers: out.split('\n').filter(Boolean).map((line) => JSON.parse(line)) }));
    for (const message of messages) child.stdin.write((typeof message === 'string' ? message : JSON.stringify(message)) + '\n');
    child.stdin.end();
  });
}
