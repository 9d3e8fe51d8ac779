// The documents that are pages, by their place under docs/: "methodology/economics". Each is fetched when it is read.

import type { Rendered } from './rendered';

type Leads = Record<string, { title: string; lead: string }>;

const pages = import.meta.glob<Rendered>('../../../docs/**/*.md', { query: '?page', import: 'default' });
const leads = import.meta.glob<{ title: string; lead: string }>('../../../docs/{methodology,guides,formats}/*.md', { query: '?lead', import: 'default', eager: true });

const nameOf = (path: string): string => path.replace(/^.*\/docs\//, '').replace(/\.md$/, '');

export const names: string[] = Object.keys(pages).map(nameOf).sort();
export const leadOf: Leads = Object.fromEntries(Object.entries(leads).map(([path, lead]) => [nameOf(path), lead]));

export function documentOf(name: string): (() => Promise<Rendered>) | null {
  return Object.entries(pages).find(([path]) => nameOf(path) === name)?.[1] ?? null;
}
