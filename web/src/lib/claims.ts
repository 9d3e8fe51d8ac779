// The published comparisons that the pages show as examples: the files of examples/claims, by their names.

import beyondCapacity from '../../../examples/claims/beyond-capacity.json';
import blendedPrice from '../../../examples/claims/blended-price.json';
import cachedOutput from '../../../examples/claims/cached-output.json';
import cheaperApi from '../../../examples/claims/cheaper-api.json';
import fourGpus from '../../../examples/claims/four-gpus.json';
import oneGpu from '../../../examples/claims/one-gpu.json';
import peopleForgotten from '../../../examples/claims/people-forgotten.json';
import rentTimesLoad from '../../../examples/claims/rent-times-load.json';
import supportBill from '../../../examples/claims/support-bill.json';
import type { Example, SiblingAnswer } from './sibling';

export interface ClaimCheck {
  name: string;
  title: string;
  unit: string;
  claimed: string;
  outcome: string;
  right_low: string | number | null;
  right_high: string | number | null;
  missing: string[];
  sentence: string;
}
export interface ClaimFlaw {
  id: string;
  title: string;
  reproduces: boolean;
  claim: string | null;
  reason: string;
  arithmetic: string | null;
  figure: string | null;
  right: string | null;
}
export interface ClaimAnswer extends SiblingAnswer {
  checks: ClaimCheck[];
  flaws: ClaimFlaw[];
  at_load: { load_percent: number; usd: string | number }[];
}

export const claims: Example[] = [
  { id: 'one-gpu', tab: 'A 70B model on one GPU', question: oneGpu },
  { id: 'people-forgotten', tab: 'Only the rent', question: peopleForgotten },
  { id: 'rent-times-load', tab: 'Rent times load', question: rentTimesLoad },
  { id: 'four-gpus', tab: 'Four H100 for 380', question: fourGpus },
  { id: 'cached-output', tab: 'Cached answers', question: cachedOutput },
  { id: 'blended-price', tab: 'One price for all', question: blendedPrice },
  { id: 'beyond-capacity', tab: 'Beyond capacity', question: beyondCapacity },
  { id: 'support-bill', tab: 'Support bill of 36 K', question: supportBill },
  { id: 'cheaper-api', tab: 'The cheaper API', question: cheaperApi },
];
