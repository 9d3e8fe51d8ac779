// Every page there is: its address, its name, its place in the navigation, and how its code is fetched.

import type { Component } from 'svelte';
import Calculator from '../pages/Calculator.svelte';
import { registryPage } from './registry';

export type PageComponent = Component<Record<string, string>>;
type Load = () => PageComponent | Promise<{ default: PageComponent }>;

export interface Page {
  path: string;
  title: string;
  /** One line beside the name, where a menu has room for it. */
  about: string;
  load: Load;
}
/** A group without a title stands in the bar itself; one with a title is a menu. */
export interface Group {
  title: string;
  pages: Page[];
}

/** Pages differ in what they are handed; found() below hands each what it takes. */
function lazy<P extends Record<string, unknown>>(load: () => Promise<{ default: Component<P> }>): Load {
  return load as unknown as Load;
}

const registry = {
  vendors: { title: 'Prices', load: lazy(() => import('../pages/Registry.svelte')) },
  inferred: { title: 'Inferred prices', load: lazy(() => import('../pages/RegistryInferred.svelte')) },
  changes: { title: 'Changes of prices', load: lazy(() => import('../pages/RegistryChanges.svelte')) },
  crosscheck: { title: 'Cross-check of prices', load: lazy(() => import('../pages/RegistryCrossCheck.svelte')) },
};
const planCompare = lazy(() => import('../pages/PlanCompare.svelte'));
const registryModel = lazy(() => import('../pages/RegistryModel.svelte'));

const documentPage = lazy(() => import('../pages/DocumentPage.svelte'));

export const groups: Group[] = [
  {
    title: '',
    pages: [
      { path: '/', title: 'Calculator', about: 'A monthly bill against self-hosting, with sliders', load: () => Calculator as unknown as PageComponent },
      { path: '/plan', title: 'Plan from traffic', about: 'Your own requests, replayed on a fleet', load: lazy(() => import('../pages/Plan.svelte')) },
      { path: '/constraints', title: 'Constraints', about: 'What must hold besides the price, and what it costs', load: lazy(() => import('../pages/Constraints.svelte')) },
      { path: '/plans', title: 'Saved plans', about: 'Named, with versions, compared and exported', load: lazy(() => import('../pages/Plans.svelte')) },
      { path: '/registry', title: 'Prices', about: 'Every price with its kind, source and date', load: registry.vendors.load },
    ],
  },
  {
    title: 'Calculators',
    pages: [
      { path: '/full', title: 'Full calculator', about: 'What a call costs on any model, six side by side', load: lazy(() => import('../pages/FullCalculator.svelte')) },
      { path: '/finetune', title: 'Fine-tuning', about: 'What a training costs, and when it has paid itself back', load: lazy(() => import('../pages/FineTuning.svelte')) },
      { path: '/scale', title: 'Scale', about: 'The bill at 10, 100, 1,000 times the volume, and the budget', load: lazy(() => import('../pages/Scale.svelte')) },
      { path: '/claim', title: 'Check a claim', about: 'Does a published comparison follow from its own inputs?', load: lazy(() => import('../pages/Claim.svelte')) },
    ],
  },
  {
    title: 'Learn',
    pages: [
      { path: '/guide', title: 'Guide', about: 'How to think about it, and the popular mistakes', load: lazy(() => import('../pages/Guide.svelte')) },
      { path: '/methodology', title: 'Methodology', about: 'Formulas, assumptions with evidence, errors measured', load: lazy(() => import('../pages/Methodology.svelte')) },
      { path: '/limitations', title: 'Limitations', about: 'What the model leaves out', load: lazy(() => import('../pages/Limitations.svelte')) },
      { path: '/api-docs', title: 'API', about: 'Every route, with an example to run', load: lazy(() => import('../pages/ApiDocs.svelte')) },
    ],
  },
];

export const pages: Page[] = groups.flatMap((group) => group.pages);

export interface Found {
  title: string;
  /** Which entry of the navigation this page belongs to. */
  entry: string;
  load: Load;
  props: Record<string, string>;
}

/** The page at an address; nothing when there is none. */
export function found(path: string): Found | null {
  const prices = registryPage(path);
  if (prices?.name === 'model') {
    return { title: `Prices of ${prices.model}`, entry: '/registry', load: registryModel, props: { vendor: prices.vendor, model: prices.model } };
  }
  if (prices) return { ...registry[prices.name], entry: '/registry', props: {} };
  const written = /^\/docs\/([\w/-]+)$/.exec(path)?.[1];
  if (written) return { title: 'Document', entry: '/methodology', load: documentPage, props: { name: written } };
  if (path === '/plans/compare') return { title: 'Compare two plans', entry: '/plans', load: planCompare, props: {} };
  const page = pages.find((one) => one.path === path);
  return page ? { title: page.title, entry: page.path, load: page.load, props: {} } : null;
}

export function titleOf(page: Found | null): string {
  if (page?.entry === '/') return 'Breakeven: API or self-hosting?';
  return `${page ? page.title : 'No such page'} · Breakeven`;
}
