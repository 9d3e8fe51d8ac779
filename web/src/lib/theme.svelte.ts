// Light, dark, or what the system says; the choice stays on this machine.

type Theme = 'light' | 'dark';

const KEY = 'breakeven.theme';

function system(): Theme {
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

class ThemeState {
  current = $state<Theme>((document.documentElement.dataset['theme'] as Theme | undefined) ?? system());

  toggle(): void {
    this.current = this.current === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset['theme'] = this.current;
    try {
      localStorage.setItem(KEY, this.current);
    } catch {
      // Storage may be forbidden: the choice lasts as long as the page.
    }
  }
}

export const theme = new ThemeState();
