// The reports that the server makes of an answer (docs/formats/report.md).

import { type Problem, ProblemError } from './api';
import type { PlanAnswer } from './plan';

export const FORMATS = [
  ['html', 'Report (HTML page)', '.html'],
  ['xlsx', 'Workbook (Excel)', '.xlsx'],
  ['md', 'Text (Markdown)', '.md'],
  ['csv', 'Ledger lines (CSV)', '.csv'],
  ['focus', 'Charges (FOCUS CSV)', '.focus.csv'],
  ['json', 'Answer (JSON)', '.json'],
] as const;

export async function reportOf(answer: PlanAnswer, format: string): Promise<Blob> {
  const response = await fetch(`/api/v1/reports?format=${format}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(answer) });
  if (response.ok) return response.blob();
  const body = (await response.json().catch(() => ({}))) as Partial<Problem>;
  throw new ProblemError({
    title: body.title ?? 'The report was not made',
    detail: body.detail ?? `The server answered with status ${response.status}.`,
    code: body.code ?? 'unknown',
    status: response.status,
    ...(body.where ? { where: body.where } : {}),
  });
}
