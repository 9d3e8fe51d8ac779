// Several pages, one document: paths change without a reload and the back button works.

class Route {
  path = $state(location.pathname);
  /** Once somebody followed a link, the heading of each new page takes the focus. */
  followed = false;

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
    this.followed = true;
    this.path = link.pathname;
    scrollTo(0, 0);
  }
}

export const route = new Route();
