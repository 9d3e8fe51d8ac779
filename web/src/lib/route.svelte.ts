// Several pages, one document: paths change without a reload and the back button works.

class Route {
  path = $state(location.pathname);

  constructor() {
    addEventListener('popstate', () => {
      this.path = location.pathname;
    });
  }

  go(event: MouseEvent): void {
    const link = event.currentTarget;
    if (!(link instanceof HTMLAnchorElement) || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState(null, '', link.href);
    this.path = link.pathname;
    scrollTo(0, 0);
    document.querySelector<HTMLElement>('h1')?.focus();
  }
}

export const route = new Route();
