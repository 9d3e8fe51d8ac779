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
    if (event.currentTarget instanceof HTMLAnchorElement) this.follow(event, event.currentTarget);
  }

  /** For text that was not written as a component: a click on any of its links to a page of this app. */
  within(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link && link.origin === location.origin && link.pathname !== location.pathname && !link.pathname.startsWith('/api/')) this.follow(event, link);
  }

  private follow(event: MouseEvent, link: HTMLAnchorElement): void {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState(null, '', link.href);
    this.followed = true;
    this.path = link.pathname;
    scrollTo(0, 0);
  }
}

export const route = new Route();
