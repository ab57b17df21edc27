/*
 * The student's notes, kept in the browser from visit to visit. On the first call of a session it
 * tells the server what it holds; from then on it holds what the server says.
 */
const SHELF = 'gan-classroom-notes';

export default function keepNotes({ data, setTriggerValue }) {
  try {
    const kept = localStorage.getItem(SHELF);
    if (kept && !data.recalled) setTriggerValue('kept', kept);
    else localStorage.setItem(SHELF, data.notes);
  } catch { /* a browser that keeps nothing: this visit's notes still work */ }
}
