// A long list of the registry: filtered by what stands in the address, read a page at a time, the newest question winning.

import { get, type Problem, problemOf } from './api';
import { queryText } from './registry';

const PAGE = 50;

export class Listing<Page extends { next_before: number | null }, Row> {
  filters = $state({ vendor: '', model: '', verdict: '' });
  rows = $state.raw<Row[]>([]);
  /** The page that was read last. */
  page = $state.raw<Page | null>(null);
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);
  private asked = 0;

  /** `path` is the page's; its list has the same name in the API. */
  constructor(
    private readonly path: string,
    private readonly rowsOf: (page: Page) => Row[],
  ) {
    const address = new URLSearchParams(location.search);
    for (const name of Object.keys(this.filters) as (keyof typeof this.filters)[]) this.filters[name] = address.get(name) ?? '';
    this.load();
  }

  get next(): number | null {
    return this.page?.next_before ?? null;
  }

  load(before: number | null = null): void {
    void this.read(before);
  }

  /** The filters changed. */
  changed(): void {
    history.replaceState(null, '', `${this.path}${queryText(this.filters)}`);
    this.load();
  }

  private async read(before: number | null): Promise<void> {
    this.asked += 1;
    const mine = this.asked;
    this.busy = true;
    try {
      const page = await get<Page>(`/api/v1${this.path}${queryText({ ...this.filters, limit: PAGE, before })}`);
      if (mine !== this.asked) return;
      this.rows = before === null ? this.rowsOf(page) : [...this.rows, ...this.rowsOf(page)];
      this.page = page;
      this.problem = null;
    } catch (error) {
      if (mine !== this.asked) return;
      this.problem = problemOf(error);
    }
    this.busy = false;
  }
}
