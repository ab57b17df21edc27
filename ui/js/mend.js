/*
 * What Streamlit's own markup lacks. Its navigation nests list items in plain boxes inside a list,
 * which is no list to a screen reader: as named groups of links it is read as it looks. What a
 * popover shows lies at the end of the page, a hundred tabs from its button: who opens it with the
 * keyboard gets there at once. When the line is lost it tells whoever is there to restart the server,
 * in English, and bars the page, which goes on by itself once the line is back: that goes away, and
 * style.css says so more kindly. (No tags in here, not even in comments: Streamlit would leave the
 * script out.)
 */
if (!window.ganMend) {
  let byKey = false;
  ['keydown', 'pointerdown'].forEach((type) => {
    window.addEventListener(type, () => { byKey = type === 'keydown'; }, { capture: true });
  });
  const enter = (popover) => {
    if (popover.ganEntered) return;
    popover.ganEntered = true;
    if (!byKey || !document.activeElement?.matches('[data-testid="stPopoverButton"]')) return;
    setTimeout(() => { // once it is in its place
      popover.querySelector('textarea, input, button, a[href], summary')?.focus({ preventScroll: true });
    }, 50);
  };
  window.ganMend = () => {
    document.querySelectorAll('[data-testid="stDialog"]').forEach((dialog) => {
      if (dialog.textContent.startsWith('Connection error')) dialog.querySelector('button')?.click();
    });
    document.querySelectorAll('[data-testid="stPopoverBody"]').forEach(enter);
    document.querySelectorAll('[data-testid="stSidebarNavItems"]').forEach((list) => {
      list.role = 'presentation';
      list.querySelectorAll('li').forEach((item) => { item.role = 'presentation'; });
      list.querySelectorAll(':scope > div').forEach((section) => {
        section.role = 'group';
        section.ariaLabel = section.querySelector('header p')?.textContent ?? '';
      });
    });
  };
  new MutationObserver(window.ganMend).observe(document.body, { childList: true, subtree: true });
}
window.ganMend();
