/*
 * What Streamlit's own markup lacks. Its navigation nests list items in plain boxes inside a list,
 * which is no list to a screen reader: as named groups of links it is read as it looks. (No tags in
 * here, not even in comments: Streamlit would leave the script out.)
if (!window.ganMend) {
  window.ganMend = () => {
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
