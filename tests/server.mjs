// The real binary for the tests of the browser and of the assistants' clients: ended by those who started it.
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');
export const binary = process.env.BREAKEVEN_BIN ?? join(root, 'build/release/bin/breakeven');

export async function startServer({ port = '0', store = ':memory:' } = {}) {
  const child = spawn(binary, ['serve', '--port', port, '--store', store], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise((done, fail) => {
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
      const found = /http:\/\/[^/\s]+/.exec(text);
      if (found) done(found[0]);
    });
    child.on('error', fail);
    child.on('exit', (status) => fail(new Error(`the server ended with status ${status}: ${text}`)));
  });
  return {
    url,
    stop: () =>
      new Promise((done) => {
        child.removeAllListeners('exit');
        child.on('exit', (status) => done(status));
        child.kill('SIGTERM');
      }),
  };
}
