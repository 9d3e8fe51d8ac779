import { describe, expect, it } from 'vitest';
import { derivationOf, type PlanFigure } from './derivation';

const figure = (title: string, inputs: string[] = []): PlanFigure => ({ title, value: '1', unit: 'USD/month', kind: 'exact', formula: inputs.join(' + '), inputs });

describe('derivationOf', () => {
  const figures = { total: figure('Total', ['rent', 'people', 'rent']), rent: figure('Rent', ['hours']), people: figure('People'), hours: figure('Hours') };
  it('unfolds every figure once', () => {
    const tree = derivationOf(figures, 'total');
    expect(tree?.inputs?.map((input) => input.title)).toEqual(['Rent', 'People', 'Rent']);
    expect(tree?.inputs?.[0]?.inputs?.[0]?.title).toBe('Hours');
    expect(tree?.inputs?.[2]?.inputs).toBeUndefined();
  });
  it('says nothing about what is not there', () => {
    expect(derivationOf(figures, 'nothing')).toBeNull();
  });
});
