// Starts the real binary and a real browser, and stops exactly those two again.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';
import { binary, root, startServer } from '../server.mjs';

export { root, startServer };

/** Where pictures of pages go, for people to look at. */
export const shots = process.env.BREAKEVEN_SHOTS ?? join(root, 'build/shots');

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export function run(args, input = '') {
  return new Promise((done, fail) => {
    const child = spawn(binary, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (err += data));
    child.on('error', fail);
    child.on('close', (status) => done({ status, out, err }));
    child.stdin.end(input);
  });
}

export async function startBrowser() {
  const profile = mkdtempSync(join(tmpdir(), 'breakeven-e2e-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  return {
    context,
    stop: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** A server for the tests of a file: there before the first, and ended in order after the last. */
export function useServer() {
  const server = {};
  before(async () => Object.assign(server, await startServer()));
  after(async () => {
    if (server.stop) assert.equal(await server.stop(), 0, 'SIGTERM ends the server with status 0');
  });
  return server;
}

/** A server and a browser for the tests of a file. */
export function useApp() {
  const browser = {};
  before(async () => {
    mkdirSync(shots, { recursive: true });
    Object.assign(browser, await startBrowser());
  });
  // Before the server: a page that waits for it would hold it up.
  after(async () => browser.stop?.());
  return { server: useServer(), browser };
}

/** A page that remembers everything the console complained about. */
export async function openPage(context, url, { width = 1440, height = 1000, theme = 'light' } = {}) {
  const page = await context.newPage();
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: theme });
  const complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url);
  return { page, complaints };
}

/** Violations of WCAG 2.2 AA; injected past the content policy by the debugger, as a person's tools are. */
export async function violations(page) {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    // From the top: what a bar that stays in view lies over anywhere else can be moved from under it.
    globalThis.scrollTo(0, 0);
    const result = await globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return result.violations.map((found) => `${found.id}: ${found.nodes.map((node) => `${node.target} ${node.failureSummary}`).join(' | ')}`);
  });
}
