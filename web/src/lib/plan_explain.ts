// Where every figure of a plan comes from. Most are in the answer's own list; the simulated ones are told with the
// method, the number of paths and the evidence of the drivers behind them.

import { derivationOf } from './derivation';
import { isOpen, type Driver, type PlanAnswer, type Source } from './plan';
import type { Derivation } from './quick';

const METHOD: Source = { text: 'methods and priors', date: '', place: 'docs/methodology/economics.md' };

function driverNode(driver: Driver): Derivation {
  return { name: `driver.${driver.id}`, title: driver.title, value: driver.base, unit: driver.unit, kind: 'assumed', sources: [driver.evidence] };
}

type Part = Omit<Derivation, 'name'>;
type Teller = (answer: PlanAnswer, key: string, last: string) => Part | null;

function simulated(answer: PlanAnswer, title: string, value: number, unit: string, formula: string): Part {
  const paths = answer.futures?.paths ?? answer.uncertainty?.paths ?? 0;
  return {
    title,
    value,
    unit,
    kind: 'simulated',
    formula,
    note: `${paths.toLocaleString('en-US')} futures, the same ones for every option`,
    sources: [METHOD],
    inputs: answer.drivers.map(driverNode),
  };
}

const driverOf = (answer: PlanAnswer, id: string): Driver | undefined => answer.drivers.find((driver) => driver.id === id);
const optionTitle = (answer: PlanAnswer, id: string): string => answer.options.find((option) => option.id === id)?.title ?? id;

const TELLERS: Record<string, Teller> = {
  band(answer, month, which) {
    const at = answer.futures?.cumulative_usd[Number(month) - 1];
    if (!at || !(which in at)) return null;
    return simulated(answer, `${which.toUpperCase()} of what self-hosting has saved after month ${month}`, at[which as keyof typeof at], 'USD', 'best API option less best option of your own, summed month by month in every future; then the quantile over the futures');
  },
  difference(answer, which) {
    const found = answer.uncertainty?.difference_usd_month;
    if (!found || !(which in found)) return null;
    return simulated(answer, `${which.toUpperCase()} of the monthly saving of self-hosting`, found[which as keyof typeof found], 'USD/month', 'best API option less best option of your own, mean of the months of the horizon with the one-offs in it; then the quantile over the futures');
  },
  future(answer, id, which) {
    const found = answer.futures?.options.find((option) => option.id === id);
    if (!found) return null;
    const name = optionTitle(answer, id);
    if (which === 'chance') return simulated(answer, `Share of futures in which this is cheapest: ${name}`, found.probability_cheapest, 'share', 'count of futures in which no other option costs less / all futures');
    if (which === 'regret') return simulated(answer, `Expected regret: ${name}`, found.expected_regret_usd_month, 'USD/month', 'mean over the futures of (cost of this option - cost of the cheapest option of that future)');
    const quantile = which as keyof typeof found.cost_usd_month;
    if (!(quantile in found.cost_usd_month)) return null;
    return simulated(answer, `${which === 'mean' ? 'Mean' : which.toUpperCase()} of the cost: ${name}`, found.cost_usd_month[quantile], 'USD/month', 'mean of the months of the horizon, one-offs spread over it; then over the futures');
  },
  tornado(answer, id, end) {
    const bar = answer.tornado.find((one) => one.driver === id);
    const driver = driverOf(answer, id);
    if (!bar || !driver) return null;
    const low = end === 'low';
    return {
      title: `Saving of self-hosting with "${bar.title}" at its ${low ? '10th' : '90th'} percentile`,
      value: low ? bar.at_low_usd_month : bar.at_high_usd_month,
      unit: 'USD/month',
      kind: 'estimated',
      formula: 'the whole plan again with this driver moved alone; every other driver at its base',
      sources: [METHOD],
      inputs: [{ ...driverNode(driver), title: `${driver.title}, moved to`, value: low ? bar.low_value : bar.high_value }, driverNode(driver)],
    };
  },
  sobol(answer, id) {
    const found = answer.total_order.find((one) => one.driver === id);
    const driver = driverOf(answer, id);
    if (!found || !driver) return null;
    return { ...simulated(answer, `Total-order Sobol index: ${driver.title}`, found.index, 'share', 'share of the variance of the difference that goes with this driver, its interactions included (Jansen), drivers taken as independent'), inputs: [driverNode(driver)] };
  },
  evppi(answer, id) {
    const found = answer.futures?.information.find((one) => one.driver === id);
    const driver = driverOf(answer, id);
    if (!found || !driver) return null;
    return { ...simulated(answer, `Worth of knowing beforehand: ${found.title}`, found.evppi_usd_month, 'USD/month', 'mean cost of the option that is best on average - mean cost when the best option may be chosen once this driver is known'), inputs: [driverNode(driver)] };
  },
  evpi(answer) {
    return answer.futures ? simulated(answer, 'Worth of knowing everything beforehand', answer.futures.evpi_usd_month, 'USD/month', 'mean cost of the option that is best on average - mean over the futures of the cheapest option of each') : null;
  },
  flip(answer, id) {
    const flip = answer.flip_points.find((one) => one.driver === id);
    const driver = driverOf(answer, id);
    if (!flip) return null;
    return {
      title: `Value of "${flip.title}" at which the verdict turns`,
      value: flip.value,
      unit: flip.unit,
      kind: 'estimated',
      formula: `root of the difference in this driver alone; entered again it leaves ${flip.difference_at_flip_usd.toExponential(1)} USD a month`,
      sources: [METHOD],
      inputs: driver ? [driverNode(driver)] : [],
    };
  },
  switching(answer, month) {
    const switching = answer.switching;
    const npv = switching?.npv_usd[Number(month)];
    if (!switching || npv === undefined) return null;
    return {
      title: month === '0' ? 'Net present value of switching now' : `Net present value of switching in month ${month}`,
      value: npv,
      unit: 'USD',
      kind: 'estimated',
      formula: 'until that month the API, from then on the fleet with its one-offs; monthly differences discounted; every month is tried',
      sources: [METHOD],
      inputs: ['discount_rate', 'horizon'].flatMap((name) => derivationOf(answer.figures, name) ?? []),
    };
  },
  waiting(answer) {
    return answer.switching ? { title: 'Worth of waiting for the best month', value: answer.switching.value_of_waiting_usd, unit: 'USD', kind: 'estimated', formula: 'max(0, net present value of the best month) - max(0, that of switching now)', sources: [METHOD], inputs: [] } : null;
  },
  per_million(answer, id) {
    const option = answer.options.find((one) => one.id === id);
    if (!isOpen(option)) return null;
    return {
      title: `Cost per million tokens: ${option.title}`,
      value: option.usd_per_million_tokens,
      unit: 'USD',
      kind: 'exact',
      formula: 'fully loaded cost a month / prompt and answer tokens a month, in millions',
      inputs: [`option.${id}.fully_loaded`, 'traffic.input_tokens_per_month', 'traffic.output_tokens_per_month'].flatMap((name) => derivationOf(answer.figures, name) ?? []),
    };
  },
  per_task(answer, id) {
    const option = answer.options.find((one) => one.id === id);
    if (!isOpen(option) || option.usd_per_finished_task === null) return null;
    return { title: `Cost per finished task: ${option.title}`, value: option.usd_per_finished_task, unit: 'USD', kind: 'estimated', formula: 'fully loaded cost with retries, review and errors / tasks that end well', sources: [{ text: 'quality and cost per successful task', date: '', place: 'docs/methodology/quality.md' }], inputs: [] };
  },
  cash(answer, id, which) {
    const option = answer.options.find((one) => one.id === id);
    const cash = isOpen(option) ? option.against_api : undefined;
    if (!cash || !isOpen(option)) return null;
    const inputs = [`option.${id}.npv`, `option.${id}.one_offs`, `option.${id}.recurring`].flatMap((name) => derivationOf(answer.figures, name) ?? []);
    if (which === 'payback') return { title: `Months until ${option.title} has paid back`, value: cash.payback_month ?? 'never', unit: cash.payback_month === null ? '' : 'months', kind: 'estimated', formula: 'first month in which the summed saving against the API as billed is not negative', sources: [METHOD], inputs };
    if (which === 'irr') return { title: `Internal rate of return a month: ${option.title}`, value: cash.irr_per_month ?? 'none', unit: cash.irr_per_month === null ? '' : 'per month', kind: 'estimated', formula: `monthly rate at which the net present value is zero; ${cash.irr_status} found`, sources: [METHOD], inputs };
    return null;
  },
  constraint(answer, name, which) {
    const found = answer.constraints.find((one) => one.name === name);
    if (!found) return null;
    const alone = which === 'alone';
    const price = alone ? found.price_alone_usd_month : found.price_usd_month;
    if (price === null) return null;
    const title = (id: string | null): string => (id === null ? 'no option is left' : optionTitle(answer, id));
    return {
      title: `${alone ? 'Price on its own' : 'Price beside the others'}: ${found.title}`,
      value: price,
      unit: 'USD/month',
      kind: 'exact',
      formula: alone ? 'cheapest option with this constraint only - cheapest with none' : 'cheapest option with all hard constraints - cheapest without this one',
      note: `with it: ${title(found.cheapest_with)}; without it: ${title(found.cheapest_without)}`,
      sources: [{ text: 'price of a constraint', date: '', place: 'docs/methodology/constraints.md' }],
      inputs: [found.cheapest_with, found.cheapest_without].flatMap((id) => (id === null ? [] : (derivationOf(answer.figures, `option.${id}.fully_loaded`) ?? []))),
    };
  },
  fleet_cost(answer, index) {
    const fleet = answer.fleets[Number(index) - 1];
    if (!fleet || fleet.usd_month === null) return null;
    return { title: `Rent of ${fleet.configuration} at ${fleet.provider}`, value: fleet.usd_month, unit: 'USD/month', kind: 'exact', formula: `${fleet.instances} x ${fleet.offer}, all day, 730 hours`, sources: [{ text: fleet.provider, date: '', place: 'gpu_offers.csv' }], inputs: ['replicas'].flatMap((name) => derivationOf(answer.figures, `fleet.${index}.${name}`) ?? []) };
  },
  hybrid(answer, index) {
    const point = answer.hybrid?.points[Number(index)];
    if (!point) return null;
    return {
      title: `A month with ${point.replicas} replicas of your own, the rest at the API`,
      value: point.total_usd_month,
      unit: 'USD/month',
      kind: 'simulated',
      formula: 'own replicas, all in + requests that would break the objective, priced one by one at the API',
      inputs: [
        { name: 'hybrid.own', title: 'Own replicas', value: point.self_host_usd_month, unit: 'USD/month', kind: 'exact' },
        { name: 'hybrid.overflow', title: 'Overflow at the API', value: point.overflow_usd_month, unit: 'USD/month', kind: 'simulated' },
      ],
    };
  },
  lever(answer, id) {
    const lever = answer.levers.find((one) => one.id === id);
    if (!lever) return null;
    return { title: `Saving of "${lever.title}" alone`, value: lever.saving_usd_month, unit: 'USD/month', kind: 'exact', formula: 'bill as billed - bill with this lever, priced bucket by bucket', note: lever.effort, inputs: derivationOf(answer.figures, 'api.monthly') ? [derivationOf(answer.figures, 'api.monthly')!] : [] };
  },
  pair(answer, first, second) {
    const pair = answer.pairs.find((one) => one.first === first && one.second === second);
    if (!pair) return null;
    return { title: pair.sentence, value: pair.difference_usd_month, unit: 'USD/month', kind: 'exact', formula: 'difference of the fully loaded costs', inputs: [pair.first, pair.second].flatMap((id) => derivationOf(answer.figures, `option.${id}.fully_loaded`) ?? []) };
  },
  score(answer, index, side) {
    const row = answer.quality[Number(index)];
    if (!row || (side !== 'api' && side !== 'open')) return null;
    const score = row[side];
    return { title: `${row.benchmark}: ${score.run}`, value: score.score, unit: 'points', kind: score.kind, formula: 'best run of the model on this benchmark', note: `noise ${row.noise} points`, sources: [score.source], inputs: [] };
  },
};

/** Names are those of the answer, or TELLER|key|which. */
export function explainPlan(answer: PlanAnswer, name: string): Derivation | null {
  const flat = derivationOf(answer.figures, name);
  if (flat) return flat;
  const [teller = '', key = '', last = ''] = name.split('|');
  const told = TELLERS[teller]?.(answer, key, last);
  return told ? { ...told, name } : null;
}
